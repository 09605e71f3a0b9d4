"""Backups: making, verifying, rotating and restoring them."""
