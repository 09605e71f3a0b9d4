"""The script: running a room, its lines, and the speaker's clock."""
