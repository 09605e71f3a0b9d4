"""Reviews and directives as people see them."""
