"""The modules that the wall's page needs, named in a header of its very first answer.

So a browser fetches them at once and not step by step.
"""

import importlib.util
import re
from pathlib import Path

STATIC = Path(importlib.util.find_spec("streamlit").origin).parent / "static"


def streamlit_chunks() -> list[str]:
    """The addresses of the scripts by which Streamlit mounts a component.

    Without those that its start page names itself.
    """
    scripts = STATIC / "static" / "js"
    known = (STATIC / "index.html").read_text(encoding="utf-8")
    found: list[str] = []
    waiting = [chunk.name for chunk in scripts.glob("BidiComponent.*.js")]
    while waiting:
        name = waiting.pop()
        if name in known or name in found:
            continue
        found.append(name)
        waiting += re.findall(
            r'from\s*+"\./([^"]+\.js)"', (scripts / name).read_text(encoding="utf-8")
        )
    return [f"/static/js/{name}" for name in found]


ASSETS = ("wall", "awake", "live", "connecting", "typing", "taps")
MODULES = [
    *(f"/assets/{name}.js" for name in ASSETS),
    *streamlit_chunks(),
]
LINK = ", ".join(f"<{address}>; rel=modulepreload" for address in MODULES)
