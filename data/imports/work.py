"""Long imports that are under way: one process for each draft, which any visitor of its page sees
and can stop.

What is under way is known to this process of the server alone. Reading is begun again by the next
who looks; a transaction that was not committed leaves nothing.
"""

import logging
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlmodel import col, select

from data.commands import Origin, export
from data.events.clock import real_now
from data.imports import drafts, pipe
from data.imports.requests import GO, Apply, Done, Errors, Look, Phase, Progress, Request
from data.storage import database
from models.imports.drafts import ImportDraft
from models.refusals import Refusal

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
STARTED = real_now()  # when this process of the server began
MAX_WRITING = 300.0  # seconds for which others wait for an import that writes


class End(StrEnum):
    """What became of it: an answer, a refusal, stopped by a person, or its process ended."""

    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    BROKEN = "broken"


@dataclass
class Work:
    """One request and how far it is; `end` None: under way. `answer`: that of its `do`."""

    request: Request
    progress: Progress = Progress()
    end: End | None = None
    answer: Any = None
    refusal: Refusal | None = None
    stopping: bool = False
    over: threading.Event = field(default_factory=threading.Event)


class _Helper:
    """The process of a draft, which keeps what it read for the next request. It does one after
    another: none is begun while another is under way.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-m", "data.imports.apart"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        self.ended = False

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def begin(self, work: Work) -> None:
        threading.Thread(target=self._follow, args=(work,), name="import", daemon=True).start()

    def end(self) -> None:
        """End the process; who hears its request out sees to what is left of it."""
        self.ended = True
        self.process.kill()

    def close(self) -> None:
        """End a process of which nothing is asked, and leave nothing of it."""
        self.end()
        with suppress(OSError), self.process:  # waits for it and closes its pipes
            pass

    def _follow(self, work: Work) -> None:
        """Hear a request out. It ends whatever is raised meanwhile: else its draft would never be
        free again.
        """
        end = None
        try:
            with ExitStack() as turn:
                self._send(work.request)
                while end is None:
                    end = self._take(work, pipe.take(cast(BinaryIO, self.process.stdout)), turn)
        except pipe.BROKEN:
            pass  # its process ended, or says what it may not
        finally:
            try:
                work.end = end or self._broken_off(work)
            finally:
                work.end = work.end or End.BROKEN
                _leave(work)
                work.over.set()
            if self.ended:
                self.close()

    def _take(self, work: Work, said: object, turn: ExitStack) -> End | None:
        """Take what the process says; its end where that was the last."""
        if isinstance(said, Progress):
            if said == Progress(Phase.WRITES):
                self._give_way(turn)
            work.progress = said
        elif isinstance(said, Refusal):
            work.refusal = said
            return End.REFUSED
        elif isinstance(said, Done):
            work.answer = said.answer
            return End.DONE
        return None

    def _give_way(self, turn: ExitStack) -> None:
        """Let it write, and end it should it hold up everybody else for too long."""
        turn.enter_context(database.giving_way())
        timer = threading.Timer(MAX_WRITING, self.end)
        timer.daemon = True
        timer.start()
        turn.callback(timer.cancel)
        self._send(GO)

    def _send(self, what: object) -> None:
        pipe.say(cast(BinaryIO, self.process.stdin), what)

    def _broken_off(self, work: Work) -> End:
        """End the process; what became of its request, which may have been committed before."""
        self.end()
        code = self.process.wait()
        try:
            if work.request.was_done():
                return End.DONE
        except database.UNREACHABLE:
            log.warning("whether an import was committed could not be asked")
        if work.stopping:
            return End.STOPPED
        log.error("the process of an import ended with %s", code)
        return End.BROKEN


@dataclass
class _Draft:
    helper: _Helper | None = None
    key: str = ""
    look: Work | None = None
    apply: Work | None = None
    errors: Work | None = None

    @property
    def under_way(self) -> Work | None:
        works = (one for one in (self.apply, self.look, self.errors) if one)
        return next((one for one in works if one.end is None), None)

    @property
    def holds_read(self) -> bool:
        """Whether anything is held that was read, but for what is being written."""
        if self.apply and self.apply.end is None:
            return False
        return self.helper is not None or self.look is not None

    def end(self) -> None:
        """End what is under way, and its process."""
        work, helper, self.helper = self.under_way, self.helper, None
        if work:
            work.stopping = True
        if helper and work:
            helper.end()
        elif helper:
            helper.close()

    def begin(self, work: Work) -> Work:
        """Refuses `import_busy` while anything else is done: two would speak on one pipe."""
        if self.under_way:
            raise Refusal("import_busy")
        if self.helper and not self.helper.lives:
            self.helper.close()
            self.helper = None
        if self.helper is None:
            self.helper = _Helper()
        self.helper.begin(work)
        return work


_drafts: dict[int, _Draft] = {}
_lock = threading.Lock()


def look(draft_id: int, key: str) -> Work:
    """The look at a draft as it is now, begun where there is none; `key`: that of its ingredients.

    While the draft is being applied, that.
    """
    with _lock:
        draft = _of(draft_id)
        if draft.apply and draft.apply.end is None:
            return draft.apply
        if draft.look is None or draft.key != key:
            if draft.under_way:
                draft.end()  # it reads what was changed meanwhile
                draft.look = draft.errors = None
            draft.key, draft.look = key, draft.begin(Work(Look(draft_id)))
        return draft.look


def _of(draft_id: int) -> _Draft:
    """What is known of a draft, and of no other one that waits for nothing: each holds names."""
    for number in [one for one, draft in _drafts.items() if not draft.under_way]:
        if number != draft_id:
            _drafts.pop(number).end()
    return _drafts.setdefault(draft_id, _Draft())


def apply(request: Apply) -> Work:
    """Apply a draft; what is being applied already is not begun again.

    Refuses `import_busy` while something else is done on the draft.
    """
    with _lock:
        draft = _of(request.draft_id)
        if draft.apply is None or draft.apply.end not in (None, End.DONE):
            draft.apply = draft.begin(Work(request))
        return draft.apply


def errors(request: Errors) -> bytes:
    """A file of a draft again, with what is to be mended in it; waits for it.

    Refuses `import_busy` while something else is done on the draft, or where it came to no end.
    """
    with _lock:
        draft = _of(request.draft_id)
        work = draft.errors = draft.begin(Work(request))
    work.over.wait()
    if work.end is not End.DONE:
        raise work.refusal or Refusal("import_busy")
    written: bytes = work.answer
    work.answer = None  # it holds names, and is asked for once
    return written


def under_way(draft_id: int) -> Work | None:
    """What is done on a draft now."""
    draft = _drafts.get(draft_id)
    return draft.under_way if draft else None


def applied(draft_id: int) -> Work | None:
    """The last try to apply a draft."""
    draft = _drafts.get(draft_id)
    return draft.apply if draft else None


def was_cut_off(held: drafts.Prepared) -> bool:
    """Whether a draft was confirmed and the server ended before it was written."""
    return held.confirmed_at is not None and held.confirmed_at < STARTED


def stop(origin: Origin, draft_id: int) -> None:
    """Stop what is done on a draft; what it wrote is taken back with its transaction.

    Refuses what `stop_import` does. That is noted afterwards: what writes would hold it up.
    """
    export(origin, drafts.stop_import, _stop, draft_id=draft_id)


def _stop(draft_id: int) -> None:
    with _lock:
        draft = _drafts.get(draft_id)
        if draft and draft.under_way:
            draft.end()


def _again(draft_id: int) -> None:
    """Look at a draft once more."""
    with _lock:
        draft = _drafts.get(draft_id)
        if draft and not draft.under_way:
            draft.look = draft.apply = None


def forget(draft_id: int) -> None:
    """End what is known of a draft: it holds names, and is not needed once it is dropped."""
    with _lock:
        if draft := _drafts.pop(draft_id, None):
            draft.end()


def forget_deleted() -> None:
    """Let go of what this process read of drafts that another process deleted: it holds names."""
    with _lock:
        held = {draft_id for draft_id, draft in _drafts.items() if draft.holds_read}
    held |= drafts.read_here()
    if not held:
        return
    with database.reading() as session:
        there = session.exec(select(ImportDraft.id).where(col(ImportDraft.id).in_(held))).all()
    for draft_id in held - set(there):
        drafts.let_go(draft_id)
        database.note_erasure_elsewhere()


def _leave(work: Work) -> None:
    """Of a draft that was applied only that is known any more."""
    if not isinstance(work.request, Apply) or work.end is not End.DONE:
        return
    database.note_erasure_elsewhere()
    with _lock:
        if draft := _drafts.get(work.request.draft_id):
            draft.look = draft.errors = None
            draft.end()


drafts.when_forgotten.append(forget)
drafts.when_read_again.append(_again)
