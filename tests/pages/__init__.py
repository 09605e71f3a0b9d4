"""Tests of the pages through `app.py`, as `AppTest` runs them."""
