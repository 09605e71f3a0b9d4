"""Distribution: which document went to which delegate by which channel, and who received it."""
