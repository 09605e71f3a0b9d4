"""What the tests need beyond Python packages, from Debian. Installs it where it may, else says
what is missing.
"""

import os
import shutil
import subprocess
import sys

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NEEDED = {  # Debian's package -> the programs of which any one will do
    "chromium": CHROMIUM,
    "nginx-light": ("nginx", "/usr/sbin/nginx"),
    "prometheus": ("promtool",),
}
SAYS = {
    "chromium": "The browser tests need Chromium",
    "nginx-light": "The tests of the proxy need nginx",
    "prometheus": "The test of the measures needs promtool",
}


QUICKER = {  # what the tests can do without, but not as quickly
    "chromium-headless-shell": CHROMIUM[:1],
}


def main() -> int:
    if shutil.which("apt-get") and os.geteuid() == 0 and missing(NEEDED | QUICKER):
        install(missing(QUICKER))  # by itself: not every release of Debian has it
        install(missing())
    for package in missing():
        print(f"{SAYS[package]}, which is missing: sudo apt-get install {package}", file=sys.stderr)
    return 1 if missing() else 0


def missing(wanted: dict[str, tuple[str, ...]] = NEEDED) -> list[str]:
    return [
        package
        for package, programs in wanted.items()
        if not any(shutil.which(name) for name in programs)
    ]


def install(packages: list[str]) -> None:
    if not packages:
        return
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
    }
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        check=False,
        **quiet,
    )


if __name__ == "__main__":
    sys.exit(main())
