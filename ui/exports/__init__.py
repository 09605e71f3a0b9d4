"""What people see of exports: the tables of an event as files, and its archive."""
