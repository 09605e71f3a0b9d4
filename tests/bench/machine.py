"""On what the figures were measured: without it they say little."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from data.storage import database

ROOT = Path(__file__).parent.parent.parent


def facts() -> dict[str, str]:
    """The machine and the versions, as words."""
    return {
        "cores": f"{os.cpu_count()} ({_processor()})",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GB",
        "load before": " ".join(f"{load:.2f}" for load in psutil.getloadavg()),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
        "SQLAlchemy": version("SQLAlchemy"),
        "SQLite": database.sqlite.sqlite_version,
        "commit": _commit(),
    }


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if not known.exists():
        return platform.processor()
    named = [
        line.split(":", 1)[1].strip()
        for line in known.read_text().splitlines()
        if line.startswith("model name")
    ]
    return named[0] if named else platform.machine()


def _commit() -> str:
    """The commit, and whether the files differ from it."""
    try:
        head = _git("rev-parse", "--short", "HEAD")
        changed = _git(
            "status", "--porcelain", "--", "app.py", "data", "models", "pages", "ui", "web"
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}, with changes not committed" if changed else head


def _git(*asked: str) -> str:
    return subprocess.run(
        ["git", *asked], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
