"""Attendance: commands, the ledger, queries and documents."""
