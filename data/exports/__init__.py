"""What goes out of an event: its files, its tables as an office has them, its archive."""
