"""Attendance as people see it: the desk, its answers, figures and documents."""
