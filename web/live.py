"""The live feed: one WebSocket per tab, woken by commits; walls get the board itself, serialised
once for all of them.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache

import anyio
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from data.events.clock import event_and_clock, real_now
from data.storage import changes, database, measures
from data.wall import board
from models.access.people import Role
from models.storage import SCOPE, Newest, Topic, topic_of
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
DISPLAYED = SHOWN | {Topic.PROGRAMME, Topic.SCRIPT, Topic.ATTENDANCE}
"""What the wall and a room's screens are drawn from."""
MAX_WATCHED = 100  # names that one tab watches
MAX_ASKED = 4000  # characters of a message that are read


@dataclass(eq=False)
class Viewer:
    """One open tab. A message goes out at once where its socket takes it; else the outbox keeps
    only the latest of each kind, so that a slow viewer holds up no one.
    """

    socket: WebSocket
    topics: frozenset[str]
    allowed: frozenset[str]
    outbox: dict[str, str] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)  # what changed since it was last told
    turned: frozenset[str] = frozenset()  # and of what something else than a change did
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: datetime | None = (
        None  # since when there is a fact that this one's board does not show
    )
    write: Writer = feed_frames.never
    sending: bool = False  # what was taken from the outbox goes out first

    def __post_init__(self) -> None:
        self.topics = self._allowed(self.topics)

    def watch(self, topics: frozenset[str]) -> None:
        if len(watched := self._allowed(topics)) <= MAX_WATCHED:
            self.topics = watched

    def _allowed(self, topics: frozenset[str]) -> frozenset[str]:
        return frozenset(name for name in topics if topic_of(name) in self.allowed)

    def wake(self, due: dict[str, int], turned: frozenset[str] = frozenset()) -> None:
        """Tell of which names it watches something changed, each with its newest revision.

        `turned`: those that show something else though nothing was recorded.
        """
        if not due and not turned:
            return
        for name, revision in due.items():
            self.due[name] = max(revision, self.due.get(name, 0))
        self.turned |= turned
        self.post("changed", _changed(frozenset(self.due.items()), self.turned))

    def post(self, kind: str, message: str) -> None:
        if not self.sending and not self.outbox and self.write(message):
            _note_delivery(self.waiting)
            self.waiting = None
            self.due, self.turned = {}, frozenset()
            return
        self.outbox[kind] = message
        self.filled.set()

    async def send(self) -> None:
        """Sends what a slow socket did not take at once."""
        while True:
            await self.filled.wait()
            self.filled.clear()
            messages, self.outbox, self.sending = list(self.outbox.values()), {}, True
            self.due, self.turned = {}, frozenset()
            waiting, self.waiting = self.waiting, None
            for message in messages:
                await self.socket.send_text(message)
            self.sending = False
            _note_delivery(waiting)


@lru_cache(maxsize=64)  # of one kind of page all are told the same
def _changed(due: frozenset[tuple[str, int]], turned: frozenset[str]) -> str:
    revisions = dict(sorted(due))
    message = {
        "kind": "changed",
        "revision": max(revisions.values(), default=0),
        "topics": sorted({*revisions, *turned}),
        "revisions": revisions,
        "turned": sorted(turned),
    }
    return json.dumps(message)


def _note_delivery(waiting: datetime | None) -> None:
    if waiting:
        measures.DELIVERY.observe(max(0.0, (real_now() - waiting).total_seconds()))


class Hub:
    """Everyone who watches, and what to send them next."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.dirty, self.newest = Newest(), Newest()  # since the last delivery; ever heard of
        self.turned: frozenset[str] = frozenset()
        self.revision = 0
        self.healthy = True
        self.latest = Question(_latest_revision)
        self.document: str | None = None
        self.board: board.Latest | None = None  # what it says, and what that depends on
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
        self.dirty.note(revision, topics)
        self.newest.note(revision, topics)
        self.work.set()

    def _turn(self, topics: frozenset[str]) -> None:
        """Wakes who watches the topics though nothing was recorded."""
        self.turned |= topics
        self.work.set()

    async def deliver(self) -> None:
        """Tell the viewers what changed, at most once every `THROTTLE` seconds."""
        self.loop = asyncio.get_running_loop()
        stop = changes.subscribe(self.changed)
        try:
            while True:
                await self.work.wait()
                self.work.clear()
                dirty, self.dirty = self.dirty, Newest()
                turned, self.turned = self.turned, frozenset()
                if any(WALL in viewer.topics for viewer in self.viewers):
                    await self._deliver_board()
                else:
                    # no wall is open; the next one has it computed
                    self.document = self.shown = self.board = None
                self._wake(dirty, turned)
                await asyncio.sleep(THROTTLE)
        finally:
            stop()

    def _wake(self, dirty: Newest, turned: frozenset[str]) -> None:
        """Wake each viewer by what concerns it; those of one kind of page watch the same."""
        found: dict[frozenset[str], tuple[dict[str, int], frozenset[str]]] = {}
        for viewer in self.viewers:
            watched = viewer.topics
            if watched not in found:
                found[watched] = dirty.of(watched), _of_topics(watched, turned)
            viewer.wake(*found[watched])

    async def _deliver_board(self) -> None:
        try:
            computed = await anyio.to_thread.run_sync(_compute_board, self.shown, self.board)
        except SQLAlchemyError:
            log.warning("the board could not be computed: the database does not answer")
            self.healthy = False
            return
        self._set_turn(computed.turn_in)
        self.shown, self.board = computed.revision, computed.board
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
            self.loop.call_later(max(seconds, 0.05), self._turn, frozenset({"readiness"}))
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
        before = self.revision
        revision = await self.latest.answer()
        if revision is None:
            self.healthy = False
            return
        returned, self.healthy = not self.healthy, True
        if returned or revision < before:  # it was lost, or an older copy lies in its place
            self.revision, self.newest, self.board = 0, Newest(), None
            for viewer in self.viewers:
                viewer.due = {}
            self._turn(TOPICS)
            self._mark(revision, TOPICS)
        elif revision > self.revision:
            await asyncio.sleep(THROTTLE)  # what announces it may be on its way
            if revision > self.revision:
                self._mark(revision, TOPICS)

    # --- from the viewers' side ---

    async def connect(self, socket: WebSocket) -> None:
        """A tab opens: `topics` lists what it watches, until it sends another list of all that,
        `{"watch": {...}}`.
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
            self._watch(viewer, _asked(message.get("text") or ""))

    def _watch(self, viewer: Viewer, asked: dict[str, int | None]) -> None:
        """Have a tab watch what it asks for, and tell it what changed since the revision that it
        shows: a change may be committed after a region was read and before it is watched for.
        """
        if not asked:  # a message that makes no sense
            return
        viewer.watch(frozenset(asked))
        newest = self.newest.of(viewer.topics & asked.keys())
        viewer.wake(
            {
                name: revision
                for name, revision in newest.items()
                if (shown := asked[name]) is not None and revision > shown
            }
        )


def allowed_topics(access: Access) -> frozenset[str]:
    """What a visitor may watch: a display what its screens show; who is not signed in anything in
    a rehearsal, else nothing.
    """
    person = access.visitor.person
    if person is None:
        return TOPICS if access.rehearsal and not access.visitor.locked else frozenset()
    return DISPLAYED if person.role == Role.DISPLAY else TOPICS


def why_closed(access: Access) -> int:
    """The close code for a visitor who may watch nothing."""
    return LOCKED if access.visitor.locked else ENDED if access.over else DENIED


def _of_topics(names: Iterable[str], topics: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if topic_of(name) in topics)


def _asked(asked: str) -> dict[str, int | None]:
    """All that a tab asks to watch, each with the revision that it shows, where it says so; empty
    where it sends anything else.
    """
    try:
        message = json.loads(asked[:MAX_ASKED])
    except ValueError:
        return {}
    watched = message.get("watch") if isinstance(message, dict) else None
    if isinstance(watched, list):
        return dict.fromkeys(_topics(watched))
    if not isinstance(watched, dict):
        return {}
    return {
        name: watched[name] if isinstance(watched[name], int) else None for name in _topics(watched)
    }


def _topics(names: Iterable[object]) -> frozenset[str]:
    """Those that are names of topics, with or without a section."""
    return frozenset(name for name in names if isinstance(name, str) and _is_name(name))


def _is_name(name: str) -> bool:
    topic, scope, section = name.partition(SCOPE)
    return topic in TOPICS and (not scope or (section.isdecimal() and len(section) <= 9))


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
    board: board.Latest | None


def _compute_board(shown: int | None, last: board.Latest | None) -> Computed:
    """The board of now.

    `shown` is the revision of the board before it, by which is known how long the oldest new fact
    waits; `last` that board.
    """
    with database.reading() as session:
        current = event_and_clock(session)
        latest = board.board_after(session, *current, last) if current else None
        document = dict(latest.document) if latest else None
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
    return Computed(text, turn_in, revision, waiting, latest)


hub = Hub()
