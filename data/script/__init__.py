"""The script of the programme: its lines, who runs a room, and what stands still there."""
