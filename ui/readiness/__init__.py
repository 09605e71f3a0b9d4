"""Readiness as people see it: tasks, sections, photographs."""
