"""Starts the application: python -m web."""
