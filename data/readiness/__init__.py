"""Readiness: tasks, sections, escalation, photographs, burn-up."""
