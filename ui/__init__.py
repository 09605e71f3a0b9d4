"""What people see, by subject; what the subjects share is in `ui.shell`."""
