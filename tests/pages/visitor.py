"""A visitor of the pages as `AppTest` sees them: who they are, which page is open, and every text
that it shows.
"""

import json
import re
from datetime import datetime, timezone
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from data.access import sign_ins
from data.access.people import person_by_key
from data.events.current import require_event
from data.storage import database
from models.access.sign_ins import SignInMethod
from ui.shell import commands
from ui.shell.menu import FILES
from ui.shell.plain import JOINER

APP = Path(__file__).parents[2] / "app.py"
PAGES = (
    "home",
    "wall",
    "update",
    "plan",
    "attendance",
    "roster",
    "log",
    "programme",
    "script",
    "clock",
    "contributions",
    "synthesis",
    "answers",
    "distribution",
    "media",
    "review",
    "roll_call",
    "rehearsal",
    "people",
    "audit",
    "events",
    "event",
)
FRAMED = tuple(name for name in PAGES if name != "wall")

UNSEEN = {
    "id",
    "formId",
    "scope",
    "icon",
    "key",
    "elementType",
    "colors",
    "color",
    "iconPosition",
    "styles",
    "arrowTable",
    "type",
    "format",
    "fragmentId",
    "autocomplete",
    "page",
    "pageScriptHash",
    "htmlTag",
    "componentName",
    "mixed",
    "json",
    "clickMode",
    "labelVisibility",
    "value",
    "default",
    "min",
    "max",
    "queryParamKey",
    "url",
    "style",
}
_pages: dict = {}  # the pages of the menu as Streamlit knows them, by their hashes

MARKUP = re.compile(r":\w+-badge\[(?::material/\w+:)?|\]$|\*\*|:material/\w+:|\\")


TABLE = "san_sang_table"


def literal(shown: str) -> str:
    """What a person reads of text that is safe as Markdown (`ui.shell.plain`)."""
    return re.sub(r"\\(.)", r"\1", shown).replace(JOINER, "")


class Visitor:
    """One browser tab. Its cookies are handed to Streamlit's own `st.context.cookies`, which
    `AppTest` leaves empty.
    """

    def __init__(self, jar: dict, person: str | None = None, language: str = "vi") -> None:
        self.jar = jar
        self.cookies = {"san_sang_language": language}
        self.at = AppTest.from_file(str(APP), default_timeout=30)
        self.at.user = {"sign_in": str(database.run(_enter, key=person)) if person else None}

    def open(self, page: str) -> "Visitor":
        """Opens a page as a click in the menu does."""
        if not _pages:  # the very first run names them
            self._as_this_visitor()
            _pages.update(self.at.run()._registered_pages)
        self.at._registered_pages = self.at._registered_pages or _pages
        self.at.switch_page(f"pages/{FILES.get(page, page)}.py")
        return self.run()

    def run(self, *, refused: bool = False) -> "Visitor":
        """Run the page again; a refusal must be shown where one is expected, and nowhere else."""
        self._as_this_visitor()
        self.at.run()
        assert not self.at.exception, self.at.exception
        errors = [one.value for one in self.at.error]
        assert bool(errors) is refused, errors
        return self

    def tap(self, key: str, *, refused: bool = False) -> "Visitor":
        self.at.button(key=key).click()
        return self.run(refused=refused)

    def pause(self) -> "Visitor":
        """Let so much time pass that the next tap is an act of its own and no second tap."""
        for act in self.at.session_state["acts"].values():
            if act.answered is not None:
                act.answered -= commands.REPEAT
        return self

    def choose(self, key: str, value: object, *, refused: bool = False) -> "Visitor":
        """Taps one of a row of choices."""
        self.at.button_group(key=key).set_value(value)
        return self.run(refused=refused)

    def open_row(self, table: str, row: int | str) -> "Visitor":
        """Chooses a row of a table, as a tap on it does."""
        self.at.session_state[f"{table}.chosen"] = str(row)
        return self.run()

    def rows(self, table: str) -> list[str]:
        """The ids of the rows that a table shows, in order."""
        return [row["id"] for row in self.table(table)["rows"]]

    def table(self, table: str) -> dict:
        """What the browser is given of a table."""
        (one,) = (
            json.loads(found.proto.json)
            for found in self.at.get("bidi_component")
            if found.proto.component_name == TABLE and found.proto.id.endswith(table)
        )
        return one

    def select(self, key: str, value: object) -> "Visitor":
        """Chooses of a list."""
        self.at.selectbox(key=key).set_value(value)
        return self.run()

    def write(self, key: str, text: str) -> "Visitor":
        """Types into a field, without leaving it."""
        self.field(key).set_value(text)
        return self

    def field(self, key: str):
        found = [one for one in [*self.at.text_input, *self.at.text_area] if one.key == key]
        assert len(found) == 1, f"{key}: {len(found)} fields"
        return found[0]

    def has_button(self, key: str) -> bool:
        return any(one.key == key for one in self.at.button)

    @property
    def refusal(self) -> str:
        """The one sentence that says what was refused."""
        (sentence,) = (one.value for one in self.at.error)
        return literal(sentence)

    def texts(self) -> list[str]:
        """Every text that the page shows, labels and hints included, without Markdown's marks."""
        found: list[str] = []
        for block in self.at._tree.children.values():
            _collect(block, found)
        return [plain for text in found if (plain := MARKUP.sub("", text).strip())]

    def shows(self, text: str) -> bool:
        return any(text in shown for shown in self.texts())

    def _as_this_visitor(self) -> None:
        self.jar.clear()
        self.jar.update(self.cookies)


def _enter(session, *, key: str) -> int:
    """The sign-in that our middleware would name to Streamlit."""
    now = datetime.now(timezone.utc)
    event = require_event(session)
    if event.is_open:
        token = sign_ins.enter_rehearsal(session, event=event, key=key, now=now)
    else:
        facts = {"how": SignInMethod.INVITATION, "client_info": sign_ins.UNKNOWN_CLIENT, "now": now}
        token = sign_ins.begin(session, person_by_key(session, key), **facts)
    return sign_ins.sign_in_of(session, token, now=now)


def _collect(node, found: list[str]) -> None:
    proto = getattr(node, "proto", None)
    kind = getattr(node, "type", "")
    if kind == "bidi_component":
        found += _drawn(proto)
        return
    if kind == "html":  # style sheets
        return
    if kind == "vega_lite_chart":
        found += _legend(json.loads(proto.spec))
    elif kind == "table":
        frame = node.value
        found += [str(cell) for cell in [*frame.columns, *frame.to_numpy().ravel()]]
    elif proto is not None and hasattr(proto, "DESCRIPTOR"):
        _strings(MessageToDict(proto), found)
    for child in getattr(node, "children", {}).values():
        _collect(child, found)


def _drawn(component) -> list[str]:
    """The texts of a table (`ui.shell.table`); what else the browser draws by itself is unseen."""
    if component.component_name != TABLE:
        return []
    data = json.loads(component.json)
    cells = [cell for row in data["rows"] for cell in row["cells"]]
    found = [data["label"], *(column["label"] for column in data["columns"])]
    found += [] if data["rows"] else [data["empty"]]
    for cell in cells:
        found += [cell] if isinstance(cell, str) else [cell["text"], cell.get("under", "")]
        found += [] if isinstance(cell, str) else [tag["text"] for tag in cell.get("tags", ())]
    return [*found, *(row["group"] for row in data["rows"])]


def _strings(value: object, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, list):
        for one in value:
            _strings(one, found)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in UNSEEN:
                _strings(one, found)


def _legend(spec: object) -> list[str]:
    """The names in a chart's scales, and its titles."""
    if isinstance(spec, list):
        return [name for one in spec for name in _legend(one)]
    if not isinstance(spec, dict):
        return []
    named = (
        [name for name in spec.get("domain", []) if isinstance(name, str)]
        if isinstance(spec.get("domain"), list)
        else []
    )
    if isinstance(spec.get("title"), str):
        named.append(spec["title"])
    return named + [name for one in spec.values() for name in _legend(one)]
