"""The event, its clock and how its time is travelled through."""
