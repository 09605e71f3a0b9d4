"""The way from an office's files to an event, step by step."""
