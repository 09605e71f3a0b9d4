"""What a desk's browser does by itself: tones and the focus of the badge field, and a camera
that reads badges.
"""

from collections.abc import Callable

import streamlit as st

from ui.shell.live import script
from ui.shell.words import words_for

_BUTTON = """
button, label { font: inherit; color: inherit; background: transparent; min-height: 44px; padding: 0 0.9rem;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 10px; cursor: pointer;
  display: inline-flex; align-items: center; }
button[aria-pressed="true"] { border-color: var(--st-primary-color); }
"""
_CAMERA_STYLE = """
video { width: 100%; max-width: 480px; border-radius: 10px; display: block; }
video[hidden] { display: none; }
input { position: absolute; width: 1px; height: 1px; opacity: 0; }
p { margin: 0.4rem 0; }
label:focus-within { outline: 2px solid var(--st-primary-color); }
"""
_DESK = st.components.v2.component(
    "san_sang_desk",
    html='<button type="button"></button>\n',
    css=_BUTTON,
    js=script("desk.js", "desk"),
)
_CAMERA = st.components.v2.component(
    "san_sang_camera",
    html='<video playsinline muted hidden></video><p role="status"></p>\n'
    '<label><input type="file" accept="image/*" capture="environment"><span></span></label>\n',
    css=_BUTTON + _CAMERA_STYLE,
    js=script("camera.js", "camera"),
)


def desk(answer: str, tone: str, field: str) -> None:
    """Where the answer is a new one: sounds it (`good`, `ask`, `bad`, `done`), and moves the
    focus to a field.
    """
    words = words_for("UTC").group("attendance")
    told = {name: words[name] for name in ("sound_on", "sound_off")}
    _DESK(
        key="attendance.desk",
        data={"answer": answer, "tone": tone, "field": field, "words": told},
        width="content",
    )


def camera(key: str, on_code: Callable[[], None]) -> None:
    """A camera that reads badges; what it read lies in `code_of(key)` while `on_code` runs."""
    words = words_for("UTC").group("attendance")
    told = {name: text for name, text in words.items() if name.startswith("camera_")}
    _CAMERA(key=key, data={"words": told}, on_code_change=on_code)


def code_of(key: str) -> str:
    """What the camera has just read. It comes from the browser, which may send anything."""
    told = st.session_state[key].get("code")
    return str(told.get("text", "")) if isinstance(told, dict) else ""
