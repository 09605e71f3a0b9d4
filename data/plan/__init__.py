"""The plan: its changes and what was planned at a past moment."""
