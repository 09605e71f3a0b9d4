"""Media items as people see them."""
