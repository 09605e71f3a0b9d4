"""Where the files that are served lie, and the address of the live feed."""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
FEED = "/live"
