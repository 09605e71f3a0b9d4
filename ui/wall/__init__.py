"""The wall as people see it."""
