"""Imports: the files of an office read, recognised, asked about, previewed and loaded."""
