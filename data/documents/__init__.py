"""Rendering of documents as files (DOCX, PDF, XLSX) by pure functions of their content."""
