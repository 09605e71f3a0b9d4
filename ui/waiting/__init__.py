"""What waits for a person, with the act for each; the event in one line; the bar of a phone."""
