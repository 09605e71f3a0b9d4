"""Readiness: tasks, sections, escalation, photographs, prerequisites, burn-up."""
