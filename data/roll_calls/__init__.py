"""Roll-calls: commands, report and minutes."""
