"""The audit trail as people see it."""
