"""Tests of the whole application in Chromium."""
