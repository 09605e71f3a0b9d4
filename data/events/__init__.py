"""The current event: its clock, venues, files and first start."""
