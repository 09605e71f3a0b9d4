"""The plan as people see it."""
