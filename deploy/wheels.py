"""Collects what a machine without a network installs from: `python deploy/wheels.py`.

On a machine with a network, with the Python version that the other one has; nothing else has to be
installed there. The folder `wheels` then goes with the project's folder, on a stick; `san-sang.bat`
and `san-sang.sh` next to this file install from it.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SYSTEMS = {
    "windows": ("win32", ("win_amd64",)),
    "linux": ("linux", ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64",
                        "manylinux_2_12_x86_64")),
}  # fmt: skip
"""By name: how Python calls the system, and the platforms of wheels that run on it."""

PINNED = re.compile(r"""([\w.\[\]-]+==[\w.]+)(?:; sys_platform (==|!=) "(\w+)")?""")


def main() -> None:
    """Download the wheels of every pinned package for each system and Python version."""
    parser = argparse.ArgumentParser(prog="python deploy/wheels.py", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "wheels", help="the folder")
    parser.add_argument("--system", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    parser.add_argument("--python", nargs="+", default=[own], metavar="3.12", help="its versions")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    for system in asked.system:
        for version in asked.python:
            subprocess.run(command(system, version, asked.to.resolve()), check=True)
    print(f"{len(list(asked.to.glob('*.whl')))} wheels: {asked.to}")


def command(system: str, version: str, folder: Path) -> list[str]:
    """What pip is asked; by name, since pip would judge conditions by the machine it runs on."""
    platforms = [f"--platform={one}" for one in SYSTEMS[system][1]]
    options = ["--only-binary=:all:", "--no-deps", f"--python-version={version}", *platforms]
    return [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *(*options, f"--dest={folder}", *wanted(system)),
    ]


def wanted(system: str) -> list[str]:
    """The pinned packages that a system needs: `pandas==3.1.1`."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if not line or line.startswith("#"):
            continue
        pinned = PINNED.fullmatch(line.strip())
        if pinned is None:
            sys.exit(f"requirements.txt: {line}")
        package, compares, platform = pinned.groups()
        if compares is None or (compares == "==") == (platform == SYSTEMS[system][0]):
            found.append(package)
    return found


if __name__ == "__main__":
    main()
