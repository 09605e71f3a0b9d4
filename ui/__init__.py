"""What people see: the frame, the browser's end of the live feed, cached reads, the one door for writes, charts, components."""
