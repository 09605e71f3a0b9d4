"""Tests of data/documents: the files read back, value by value."""
