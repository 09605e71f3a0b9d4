"""The rehearsal as people set it."""
