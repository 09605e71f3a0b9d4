"""The browser's part of a desk: tones, the focus of the badge field, a camera that reads badges."""

import streamlit as st

from ui.shell.live import script
from ui.shell.words import words_of_tab

_BUTTON = """
button, label, select { font: inherit; color: inherit; background: transparent; min-height: 44px;
  padding: 0 0.9rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  border-radius: 10px; cursor: pointer; display: inline-flex; align-items: center; }
button[aria-pressed="true"] { border-color: var(--st-primary-color); }
"""
_CAMERA_STYLE = """
video { width: 100%; max-width: 480px; border-radius: 10px; display: block; }
[hidden] { display: none; }
input { position: absolute; width: 1px; height: 1px; opacity: 0; }
p { margin: 0.4rem 0; }
label:focus-within { outline: 2px solid var(--st-primary-color); }
"""
_DESK = st.components.v2.component(
    "san_sang_desk",
    html='<button type="button"></button> <span role="status" hidden></span>\n',
    css=_BUTTON + "[hidden] { display: none; }",
    js=script("desk.js", "desk"),
)
_CAMERA = st.components.v2.component(
    "san_sang_camera",
    html='<video playsinline muted hidden></video><p role="status"></p>\n'
    '<label><input type="file" accept="image/*" capture="environment"><span></span></label>\n'
    '<select hidden></select> <button type="button" hidden></button>\n',
    css=_BUTTON + _CAMERA_STYLE,
    js=script("camera.js", "camera"),
)


def desk(answer: str, tone: str, field: str) -> None:
    """Sound a new answer (`good`, `ask`, `bad`, `done`) and move the focus to a field; an answer
    that was sounded before does nothing.
    """
    group = words_of_tab().group("attendance")
    words = {name: group[name] for name in ("sound_on", "sound_off", "scan_rests")}
    _DESK(
        key="attendance.desk",
        data={"answer": answer, "tone": tone, "field": field, "words": words},
        width="content",
    )


def camera(key: str) -> None:
    """A camera that reads badges; what it reads goes into the badge field, as from a scanner."""
    group = words_of_tab().group("attendance")
    words = {name: text for name, text in group.items() if name.startswith("camera_")}
    _CAMERA(key=key, data={"words": words})
