"""The log of incidents as people see it."""
