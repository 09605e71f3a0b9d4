"""The API of check-in under /api/v1."""
