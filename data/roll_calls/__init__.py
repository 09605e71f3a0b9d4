"""Roll-calls: reads, commands, and the minutes of an ended one."""
