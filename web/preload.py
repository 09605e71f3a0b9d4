"""What the start page tells a browser to fetch at once and not step by step, and how it finds our
files and its connection.
"""

import importlib.util
import json
import re
from functools import cache
from pathlib import Path

from web.paths import ASSETS, VERSION, address

STATIC = Path(importlib.util.find_spec("streamlit").origin).parent / "static"
SCRIPTS = STATIC / "static" / "js"
IMPORTED = re.compile(r'(?:from|import)\s?"\./([^"]++)"')

OUR_IMPORT = re.compile(r'(?:from|import) "/assets/([^"]+\.js)"')

# The kinds of elements that stand on a page before anyone touches it, by Streamlit's own names.
# Every page watches the feed by a component, and has the bar of a role's pages.
ALWAYS = ("BidiComponent", "Button", "PageLink")
ELEMENTS = {"/wall": ("BidiComponent",), "/update": (*ALWAYS, "ButtonGroup", "TextInput", "Toast")}

# Our modules import each other, and a component its own, by addresses without a version.
IMPORT_MAP = json.dumps({"imports": {"/assets/": f"/assets/{VERSION}/"}})
# Streamlit then opens its WebSocket at once. Else it asks for its health first, and on a page's own
# address first at the wrong place: two round trips and a pause.
CONNECT = (
    "window.__streamlit={BACKEND_BASE_URL:location.origin,"
    "HOST_CONFIG:{allowedOrigins:[location.origin],useExternalAuthToken:false}}"
)
INLINE = (IMPORT_MAP, CONNECT)


def entry() -> list[str]:
    """The addresses of the scripts and styles that Streamlit's start page names, in its order."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    return [f"/static/{one}" for one in re.findall(r'"\./static/((?:js|css)/[^"]+)"', page)]


def file(path: str) -> Path:
    """Where a file of Streamlit's lies."""
    return STATIC / path.lstrip("/")


def chunks(*elements: str) -> list[str]:
    """The addresses of the scripts by which Streamlit draws elements of these kinds: each with
    those that it imports, without what the start page names itself.
    """
    known = set(entry())
    found: list[str] = []
    waiting = [next(SCRIPTS.glob(f"{element}.*.js")).name for element in elements]
    while waiting:
        name = waiting.pop(0)
        place = f"/static/js/{name}"
        if place not in known:
            known.add(place)
            found.append(place)
            waiting += IMPORTED.findall((SCRIPTS / name).read_text(encoding="utf-8"))
    return found


def modules(path: str) -> list[str]:
    """The addresses of the scripts that the page at a path needs besides those of `entry`."""
    # Anybody may ask for any path: what is looked up and kept is one list for each kind of page.
    return _modules(path if path in ELEMENTS else "")


@cache
def _modules(path: str) -> list[str]:
    ours = imported("connecting.js", "live.js", *(["wall.js"] if path == "/wall" else []))
    return [*map(address, ours), *chunks(*ELEMENTS.get(path, ALWAYS))]


def imported(*names: str) -> list[str]:
    """Our modules of these names, with those that they import."""
    ours = list(names)
    for name in ours:  # which grows meanwhile
        found = OUR_IMPORT.findall((ASSETS / name).read_text(encoding="utf-8"))
        ours += [one for one in dict.fromkeys(found) if one not in ours]
    return ours
