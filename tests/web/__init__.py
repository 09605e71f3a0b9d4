"""Tests of what machines speak: sign-in, the live feed, headers."""
