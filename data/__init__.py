"""Reads and writes, a package per subject; the database below them, and sample events."""
