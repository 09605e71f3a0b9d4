"""Reads and writes, one file per subject; the database, its migrations, and the sample event's files."""
