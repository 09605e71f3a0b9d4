"""Attendance: the ledger's tables and rules, badges, rooms, offline scans, the arrival forecast."""
