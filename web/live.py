"""The live feed: one WebSocket per tab, woken by commits; walls get the board itself, serialised
once for all of them.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timezone

import anyio
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from data.events.clock import event_and_clock, real_now
from data.storage import changes, database, measures
from data.wall import board
from models.access.people import Role
from models.storage import Topic
from web import feed_frames
from web.access.identity import Access
from web.connections import DENIED, ENDED, LOCKED
from web.feed_frames import Writer
from web.paths import VERSION
from web.questions import Question

log = logging.getLogger(__name__)

HEARTBEAT = 3.0  # seconds between heartbeats; a browser warns past 7 without one
# Seconds between two deliveries: bursts of scans are gathered, a single change is not delayed.
THROTTLE = 0.25
TURN = 200  # viewers that are posted to in one go
WALL = "wall"
SHOWN = frozenset({"event", "clock", WALL})
TOPICS = SHOWN | set(Topic)


@dataclass(eq=False)
class Viewer:
    """One open tab. A message goes out at once where its socket takes it; else the outbox keeps
    only the latest of each kind, so that a slow viewer holds up no one.
    """

    socket: WebSocket
    topics: frozenset[str]
    allowed: frozenset[str]
    outbox: dict[str, str] = field(default_factory=dict)
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: datetime | None = (
        None  # since when there is a fact that this one's board does not show
    )
    write: Writer = feed_frames.never
    sending: bool = False  # what was taken from the outbox goes out first

    def __post_init__(self) -> None:
        self.topics &= self.allowed

    def watch(self, topics: frozenset[str]) -> None:
        self.topics |= topics & self.allowed

    def post(self, kind: str, message: str) -> None:
        if not self.sending and not self.outbox and self.write(message):
            _note_delivery(self.waiting)
            self.waiting = None
            return
        self.outbox[kind] = message
        self.filled.set()

    async def send(self) -> None:
        """Sends what a slow socket did not take at once."""
        while True:
            await self.filled.wait()
            self.filled.clear()
            messages, self.outbox, self.sending = list(self.outbox.values()), {}, True
            waiting, self.waiting = self.waiting, None
            for message in messages:
                await self.socket.send_text(message)
            self.sending = False
            _note_delivery(waiting)


def _note_delivery(waiting: datetime | None) -> None:
    if waiting:
        measures.DELIVERY.observe(max(0.0, (real_now() - waiting).total_seconds()))


class Hub:
    """Everyone who watches, and what to send them next."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.dirty: set[str] = set()
        self.revision = 0
        self.healthy = True
        self.latest = Question(_latest_revision)
        self.document: str | None = None
        self.shown: int | None = None  # the revision that the document was computed at
        self.work = asyncio.Event()
        self.turn: asyncio.TimerHandle | None = None

    # --- from the database's side ---

    def changed(self, revision: int, topics: frozenset[str]) -> None:
        """Hears of a commit, on whatever thread made it."""
        if self.loop and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._mark, revision, topics)

    def _mark(self, revision: int, topics: frozenset[str]) -> None:
        self.revision = max(self.revision, revision)
        self.dirty |= topics
        self.work.set()

    async def deliver(self) -> None:
        """Tell the viewers what changed, at most once every `THROTTLE` seconds."""
        self.loop = asyncio.get_running_loop()
        stop = changes.subscribe(self.changed)
        try:
            while True:
                await self.work.wait()
                self.work.clear()
                topics, self.dirty = frozenset(self.dirty), set()
                if any(WALL in viewer.topics for viewer in self.viewers):
                    await self._deliver_board()
                else:
                    self.document = self.shown = (
                        None  # no wall is open; the next one has it computed
                    )
                message = json.dumps(
                    {"kind": "changed", "revision": self.revision, "topics": sorted(topics)}
                )
                for viewer in self.viewers:
                    if viewer.topics & topics:
                        viewer.post("changed", message)
                await asyncio.sleep(THROTTLE)
        finally:
            stop()

    async def _deliver_board(self) -> None:
        try:
            computed = await anyio.to_thread.run_sync(_compute_board, self.shown)
        except SQLAlchemyError:
            log.warning("the board could not be computed: the database does not answer")
            self.healthy = False
            return
        self._set_turn(computed.turn_in)
        self.shown = computed.revision
        if computed.document == self.document:
            return
        self.document = computed.document
        async for viewer in self._each():
            if WALL in viewer.topics:
                viewer.waiting = viewer.waiting or computed.waiting
                viewer.post("board", computed.document)

    async def _each(self) -> AsyncIterator[Viewer]:
        """Every viewer; among thousands, whatever else waits has its turn in between."""
        for number, viewer in enumerate(list(self.viewers), start=1):
            yield viewer
            if number % TURN == 0:
                await asyncio.sleep(0)

    def _set_turn(self, seconds: float | None) -> None:
        """Wakes up when the clock alone changes the board: a task falls overdue, a section falls
        silent.
        """
        if self.turn:
            self.turn.cancel()
        self.turn = (
            self.loop.call_later(max(seconds, 0.05), self._mark, 0, frozenset({"readiness"}))
            if seconds is not None
            else None
        )

    async def beat(self) -> None:
        """Sends the heartbeat with the database's health; what other processes committed unheard
        is caught here.
        """
        while True:
            await self._probe()
            message = self._beat()
            async for viewer in self._each():
                viewer.post("beat", message)
            await asyncio.sleep(HEARTBEAT)

    def _beat(self) -> str:
        payload = {
            "healthy": self.healthy,
            "revision": self.revision,
            "real": _real_ms(),
            "version": VERSION,
        }
        return json.dumps({"kind": "beat", **payload})

    async def _probe(self) -> None:
        revision = await self.latest.answer()
        if revision is None:
            self.healthy = False
            return
        returned = not self.healthy
        self.healthy = True
        if returned or revision != self.revision:
            self.revision = 0
            self._mark(revision, TOPICS)

    # --- from the viewers' side ---

    async def connect(self, socket: WebSocket) -> None:
        """A tab opens: `topics` lists what it watches; it may widen that later with `{"watch":
        [...]}`.
        """
        allowed = allowed_topics(socket.scope["san_sang.access"])
        await socket.accept()
        if not allowed:  # after accepting: a browser does not learn why before that
            await socket.close(why_closed(socket.scope["san_sang.access"]))
            return
        viewer = Viewer(
            socket,
            _topics(socket.query_params.get("topics", "").split(",")),
            allowed,
            write=feed_frames.writer(socket.scope),
        )
        viewer.post("beat", self._beat())
        self.viewers.add(viewer)
        if WALL in viewer.topics:
            self._greet_wall(viewer)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(viewer.send)
                await self._hear(viewer)
                tasks.cancel_scope.cancel()
        except* (WebSocketDisconnect, RuntimeError, OSError):
            pass  # the tab is gone; nothing is owed to it
        finally:
            self.viewers.discard(viewer)

    def _greet_wall(self, viewer: Viewer) -> None:
        if self.document:
            viewer.post("board", self.document)
        else:
            self._mark(self.revision, frozenset({WALL}))

    async def _hear(self, viewer: Viewer) -> None:
        while True:
            message = (
                await viewer.socket.receive()
            )  # not `receive_text`, which breaks on a binary message
            if message["type"] == "websocket.disconnect":
                return
            viewer.watch(_asked_topics(message.get("text") or ""))


def allowed_topics(access: Access) -> frozenset[str]:
    """What a visitor may watch: a display nothing but the wall; who is not signed in anything in
    a rehearsal, else nothing.
    """
    person = access.visitor.person
    if person is None:
        return TOPICS if access.rehearsal and not access.visitor.locked else frozenset()
    return SHOWN if person.role == Role.DISPLAY else TOPICS


def why_closed(access: Access) -> int:
    """The close code for a visitor who may watch nothing."""
    return LOCKED if access.visitor.locked else ENDED if access.over else DENIED


def _asked_topics(asked: str) -> frozenset[str]:
    """What a tab asks to watch as well; anything else that it sends is ignored."""
    try:
        message = json.loads(asked[:1000])
    except ValueError:
        return frozenset()
    watched = message.get("watch") if isinstance(message, dict) else None
    return _topics(watched) if isinstance(watched, list) else frozenset()


def _topics(names: list) -> frozenset[str]:
    return frozenset(name for name in names if isinstance(name, str)) & TOPICS


def _real_ms() -> int:
    return round(real_now().timestamp() * 1000)


def _latest_revision() -> int:
    with database.reading() as session:
        return changes.latest(session)


@dataclass(frozen=True)
class Computed:
    """The wall's document as JSON, in how many real seconds the clock alone will change it, and
    what is new in it.
    """

    document: str
    turn_in: float | None
    revision: int
    waiting: datetime | None


def _compute_board(shown: int | None) -> Computed:
    """The board of now.

    `shown` is the revision of the board before it, by which is known how long the oldest new fact
    waits.
    """
    with database.reading() as session:
        current = event_and_clock(session)
        document = board.board_now(session, *current) if current else None
        revision = document["revision"] if document else changes.latest(session)
        new = shown is not None and shown < revision
        waiting = changes.waiting_since(session, shown) if new else None
    turn_in = None
    if current and document["valid_until"] is not None:
        until = datetime.fromtimestamp(document["valid_until"] / 1000, timezone.utc)
        turn_in = current[1].real_time_until(until, real=real_now())
    if document:
        # A wall reads the time off the clock's setting; without it equal boards are equal texts.
        document["moment"] = None
    message = {"kind": "board", "board": document}
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return Computed(text, turn_in, revision, waiting)


hub = Hub()
