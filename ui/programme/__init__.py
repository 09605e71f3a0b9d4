"""The programme as people see it."""
