"""Roll-calls as people see them."""
