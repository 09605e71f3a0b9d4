"""Imports: what an office's own tables say of an event, read by rules and never by guess alone."""
