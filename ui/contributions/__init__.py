"""Contributions as people see them: the list, the forum as it goes, the chair's screen, topics."""
