"""Tests of the reads and writes, each on a real SQLite and a real PostgreSQL database."""
