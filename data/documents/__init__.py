"""Rendering of official documents as files (DOCX, PDF) from content by pure functions."""
