"""The plan: its edits, moves of the event, and the plan as at a past moment."""
