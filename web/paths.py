"""Where the files that are served lie, and by which addresses."""

import hashlib
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
FEED = "/live"


def version_of(folder: Path) -> str:
    """A name for what lies in a folder: another one as soon as any of its files is another."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


VERSION = version_of(ASSETS)
"""What the browser's own files are; a tab drawn with others loads itself again."""


def address(name: str) -> str:
    """The address of an asset that a browser may keep for good: another version has another."""
    return f"/assets/{VERSION}/{name}"
