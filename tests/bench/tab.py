"""A browser's tab without a browser: one Streamlit session and one live feed, as a page of the
product holds them.

It speaks Streamlit's own protocol as Chromium was seen to: opens a page with the cookie of a person
who is signed in, remembers the widgets that the page sent (their ids are taken from there, never
computed), and sends the states of all of them with every act. When the feed announces a change that
one of its regions watches, it has that region rerun, as `web/assets/live.js` does. What it lacks is
the drawing and the files.
"""

import asyncio
import json
import random
import re
import time
from collections import Counter
from contextlib import AsyncExitStack

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from tests.bench.servers import HOST

PATIENCE = 60  # seconds for a page or an answer
ALWAYS = ["event", "clock"]
ESCAPED = re.compile(r"\\([^\w\s])")  # a sign that Markdown would take for its own
KEY_FROM = len("$$ID-") + 32 + 1  # an id is "$$ID-", a hash of 32 digits, "-", and the widget's key
TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{}__events"


def now_ms() -> float:
    return time.time() * 1000


class Tab:
    """One tab of a page. Subclasses hear what it receives, and act."""

    page = ""
    query = ""
    embedded = False

    def __init__(self, port: int, *, cookie: str = "") -> None:
        self.port = port
        self.cookie = cookie
        self.open = AsyncExitStack()
        self.listening: list[asyncio.Task] = []
        self.stream: ClientConnection | None = None
        self.feed: ClientConnection | None = None
        self.script = ""  # the page's hash, as the server calls it
        self.fragments: dict[str, str] = {}  # widget id -> the fragment that it belongs to
        self.states: dict[str, WidgetState] = {}  # widget id -> what would be sent for it
        self.watching: dict[str, list[str]] = {}  # id of a region's component -> its topics
        self.shown: dict[str, int] = {}  # the same component -> the revision that its region shows
        self.rests: dict[str, float] = {}  # and how many seconds it rests between two
        self.woken: dict[str, float] = {}
        self.begins: dict[str, float] = {}  # and before when it is not woken
        self.due: dict[str, int] = {}  # and the one that it has yet to show
        self.anyway: set[str] = set()  # to be woken though nothing new was recorded
        self.met: set[str] = set()  # widgets of the run that goes on
        self.drawn: set[str] = set()  # and its fragments
        self.finished = asyncio.Event()
        self.reruns = 0
        self.messages: Counter[str] = Counter()  # kind of message -> how many came
        self.bytes: Counter[str] = Counter()  # and how long they were

    # --- what a subclass hears ---

    def hear_words(self, kind: str, words: str, moment: float) -> None:
        """An error, another alert or a toast came; `moment` in ms since 1970."""

    def hear_feed(self, payload: dict, moment: float) -> None:
        """A message of the live feed came."""

    # --- coming and going ---

    async def enter(self) -> None:
        """Opens the page, waits until its script has ended, then opens its live feed."""
        await self.open_page()
        await self._open_feed(f"live?topics={','.join(self.topics)}")

    async def open_page(self) -> None:
        """Opens the page and waits until its script has ended."""
        self.stream = await self._connect("_stcore/stream", subprotocols=["streamlit"])
        self.listening = [asyncio.create_task(self._read())]
        await self._rerun(page=self.page)
        await self.until(self.finished)

    async def _open_feed(self, path: str) -> None:
        self.feed = await self._connect(path)
        self.listening.append(asyncio.create_task(self._follow()))

    async def leave(self) -> None:
        for task in self.listening:
            task.cancel()
        self.due.clear()  # a region that was to be woken later is not there any more
        await self.open.aclose()

    def require_connected(self) -> None:
        """A client that fell out would make the server look idle."""
        for task in self.listening:
            if task.done():
                raise RuntimeError(
                    f"a tab of /{self.page} lost its connection: {task.exception()!r}"
                ) from task.exception()

    async def until(self, happened: asyncio.Event) -> None:
        """Waits for what is heard; a lost connection or no answer in time is an error."""
        waiting = asyncio.create_task(happened.wait())
        try:
            await asyncio.wait(
                [waiting, *self.listening], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            heard = waiting.done()  # it may have been cleared since
        finally:
            waiting.cancel()
        self.require_connected()
        if not heard:
            raise TimeoutError(f"/{self.page} did not answer within {PATIENCE} s")

    @property
    def topics(self) -> list[str]:
        return sorted({*ALWAYS, *(topic for topics in self.watching.values() for topic in topics)})

    async def _connect(self, path: str, **options) -> ClientConnection:
        origin = f"http://{HOST}:{self.port}"
        headers = {"Cookie": self.cookie} if self.cookie else {}
        socket = connect(
            f"ws://{HOST}:{self.port}/{path}",
            origin=origin,
            additional_headers=headers,
            max_size=None,
            ping_interval=None,
            open_timeout=PATIENCE,
            **options,
        )
        return await self.open.enter_async_context(socket)

    # --- acts ---

    def widget(self, key: str) -> str:
        """The id of the widget whose key is this or else begins so, as the page sent it last."""
        found = [name for name in self.fragments if name[KEY_FROM:].startswith(key)]
        if not found:
            raise RuntimeError(
                f"/{self.page} shows no widget {key}: "
                f"{sorted(name[KEY_FROM:] for name in self.fragments)}"
            )
        exact = [name for name in found if name[KEY_FROM:] == key]
        return (exact or found)[-1]

    def is_shown(self, key: str) -> bool:
        """Whether the page shows a widget whose key begins so."""
        return any(name[KEY_FROM:].startswith(key) for name in self.fragments)

    def fill(self, key: str, text: str) -> None:
        """Types into a field; nothing is sent yet."""
        self.states[self.widget(key)].string_value = text

    async def press(self, key: str) -> None:
        pressed = self.widget(key)
        await self._rerun(pressed, WidgetState(id=pressed, trigger_value=True))

    async def choose(self, key: str, words: str) -> None:
        """Taps one of a row of choices."""
        group = self.widget(key)
        self.states[group].string_array_value.data[:] = [words]
        await self._rerun(group)

    async def unfold(self, key: str) -> None:
        """Opens what is folded away."""
        folded = self.widget(key)
        self.states[folded].bool_value = True
        await self._rerun(folded)
        await self.until(self.finished)

    async def send_field(self, key: str) -> None:
        """Leaves a field, which sends what was typed."""
        await self._rerun(self.widget(key))

    async def _rerun(self, widget: str = "", *triggers: WidgetState, page: str = "") -> None:
        """Asks for a run: of the whole page, or of the fragment that a widget belongs to."""
        self.finished.clear()
        message = BackMsg()
        asked = message.rerun_script
        asked.page_name, asked.page_script_hash = page, self.script
        asked.query_string = self.query
        asked.fragment_id = self.fragments.get(widget, "")
        asked.widget_states.widgets.extend([*self.states.values(), *triggers])
        asked.context_info.timezone, asked.context_info.locale = "Asia/Ho_Chi_Minh", "vi-VN"
        asked.context_info.url = f"http://{HOST}:{self.port}/{self.page}"
        asked.context_info.is_embedded = self.embedded
        self.reruns += 1
        await self.stream.send(message.SerializeToString())

    # --- what comes ---

    async def _read(self) -> None:
        async for raw in self.stream:
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            self._count(_name(message), len(raw))
            if kind == "delta":
                self._draw(message.delta)
            elif kind == "navigation":
                self.script = (
                    message.navigation.page_script_hash
                )  # `new_session` names the start page until this came
            elif kind == "new_session":
                self.drawn, self.met = set(), set()
            elif kind == "script_finished":
                await self._end(message.script_finished)

    def _count(self, name: str, size: int) -> None:
        self.messages[name] += 1
        self.bytes[name] += size

    def _draw(self, delta: Delta) -> None:
        self.drawn.add(delta.fragment_id)
        kind = delta.new_element.WhichOneof("type")
        if folded := delta.add_block.expandable.id:
            self._meet_folded(folded, delta.fragment_id)
        if kind in ("alert", "toast"):
            element = getattr(delta.new_element, kind)
            wrong = kind == "alert" and element.format == Alert.ERROR
            read = ESCAPED.sub(r"\1", element.body)
            self.hear_words("error" if wrong else kind, read, now_ms())
        elif kind == "bidi_component":
            self._watch(delta.new_element.bidi_component, delta.fragment_id)
        elif kind in ("text_input", "text_area", "selectbox", "button_group", "button"):
            self._meet(kind, getattr(delta.new_element, kind), delta.fragment_id)

    def _watch(self, component, fragment: str) -> None:
        self.fragments[component.id] = fragment
        self.met.add(component.id)
        if component.component_name == "san_sang_wall":
            self.watching[component.id] = ["wall"]
        elif component.id[KEY_FROM:].startswith("live."):
            data = json.loads(component.json)
            self.watching[component.id], self.shown[component.id] = data["topics"], data["revision"]
            self.rests[component.id] = data["rest"] / 1000

    def _meet(self, kind: str, element, fragment: str) -> None:
        """A widget came: new ones start with their default, others keep what they hold unless
        the script set them.
        """
        self.fragments[element.id] = fragment
        self.met.add(element.id)
        if kind == "button":
            return
        state = self.states.get(element.id)
        if state is None:
            state = self.states[element.id] = WidgetState(id=element.id)
            _set(state, kind, element, first=True)
        if element.set_value:
            _set(state, kind, element, first=False)

    def _meet_folded(self, name: str, fragment: str) -> None:
        self.fragments[name] = fragment
        self.met.add(name)
        self.states.setdefault(name, WidgetState(id=name, bool_value=False))

    async def _end(self, status: int) -> None:
        self.finished.set()
        if status != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._forget(whole=status == ForwardMsg.FINISHED_SUCCESSFULLY)
            if self.feed and self.met & self.watching.keys():
                await self._tell_shown()
        await self._wake()

    def _forget(self, *, whole: bool) -> None:
        """Drops the widgets that a finished run drew no more."""
        unmet = [
            name
            for name, place in self.fragments.items()
            if name not in self.met and (whole or place in self.drawn)
        ]
        for gone in unmet:
            for known in (self.fragments, self.states, self.watching, self.shown, self.due):
                known.pop(gone, None)

    async def _follow(self) -> None:
        async for message in self.feed:
            payload, moment = json.loads(message), now_ms()
            self._count(f"live {payload['kind']}", len(message))
            self.hear_feed(payload, moment)
            if payload["kind"] == "changed":
                self._hear(payload["revisions"], set(payload["turned"]))
                await self._wake()

    def _hear(self, revisions: dict[str, int], turned: set[str]) -> None:
        """Notes which regions have something new to show, and from when they may be woken."""
        for name in self.shown:
            watched = self.watching[name]
            newest = max(revisions.get(topic, 0) for topic in watched)
            if turned & set(watched):
                self.anyway.add(name)
            elif newest <= self.shown[name]:
                continue
            self.due[name] = max(newest, self.due.get(name, 0))
            if name not in self.begins:
                rest = self.rests[name]
                earliest = self.woken.get(name, 0) + rest
                self.begins[name] = max(earliest, time.monotonic() + random.random() * rest)

    async def _tell_shown(self) -> None:
        """As the browser does when a region is mounted again: what it watches, and the lowest
        revision that each topic is shown at.
        """
        watch: dict[str, int | None] = dict.fromkeys(self.topics)
        for name, revision in self.shown.items():
            for topic in self.watching[name]:
                watch[topic] = min(watch[topic] or revision, revision)
        await self.feed.send(json.dumps({"watch": watch}))

    async def _wake(self) -> None:
        """Has a region rerun that has something new to show; while a run goes on it waits."""
        for region, revision in list(self.due.items()):
            if not self.finished.is_set():
                return
            if (early := self.begins.get(region, 0) - time.monotonic()) > 0:
                asyncio.get_running_loop().call_later(early, self._wake_later)
                continue
            wanted = region in self.anyway or self.shown[region] < revision
            del self.due[region]
            self.begins.pop(region, None)
            self.anyway.discard(region)
            if wanted:
                self.woken[region] = time.monotonic()
                happened = json.dumps([{"event": "revision", "value": revision}])
                await self._rerun(
                    region, WidgetState(id=TRIGGER.format(region), json_trigger_value=happened)
                )

    def _wake_later(self) -> None:
        if self.finished.is_set():
            self.waking = asyncio.ensure_future(self._wake())


def _name(message: ForwardMsg) -> str:
    """What kind of message it is; of an element or a block, which."""
    kind = message.WhichOneof("type")
    if kind != "delta":
        return kind
    part = message.delta.WhichOneof("type")
    one = getattr(message.delta, part)
    return f"{part} {one.WhichOneof('type')}"


def _set(state: WidgetState, kind: str, element, *, first: bool) -> None:
    """Sets what a widget holds: its default at first, later what the script says."""
    if kind in ("text_input", "text_area"):
        state.string_value = element.default if first else element.value
    elif kind == "selectbox":
        state.string_value = element.options[element.default] if first else element.raw_value
    else:
        chosen = (
            [element.options[number].content for number in element.default]
            if first
            else element.raw_values
        )
        state.string_array_value.data[:] = chosen
