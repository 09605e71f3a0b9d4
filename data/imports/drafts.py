"""The import that is being prepared: the commands that save each of its steps, and its preview."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from threading import Lock

from sqlmodel import Session, col, delete, select

from data.attendance.particulars import kinds_of
from data.commands import Context, command
from data.imports.preview import Preview, Progress, preview, unheard
from data.imports.reading import rows_at_most
from data.imports.ready import is_filled
from data.plan.settings import head_with_issuer
from data.storage import changes, database
from models.events.event import Event
from models.imports.choices import (
    Chosen,
    chosen_of,
    require_chosen,
    require_shape,
    require_sheet,
)
from models.imports.drafts import (
    DRAFT_DAYS,
    ISSUER_LENGTH,
    MAX_DESKS,
    MAX_FILES,
    ImportDraft,
    ImportFile,
    ImportShape,
    Step,
    require_answers,
    require_file,
    require_room,
    require_step,
)
from models.imports.frame import OWN_ITEM, Frame
from models.imports.times import Days
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import clean

# --- reads ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DraftFile:
    """A file of a draft without its bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Prepared:
    """An import that is being prepared, as its page shows it.

    `confirmed_at`: that of `ImportDraft` (real time, aware UTC).
    """

    id: int
    version: int
    step: Step
    issuer: str
    desks: int
    answers: Mapping[str, str]
    chosen: tuple[str, ...]
    files: tuple[DraftFile, ...]
    confirmed_at: datetime | None = None


def prepared(session: Session, event_id: int) -> Prepared | None:
    """What is being prepared for an event; `chosen`: the sheets that a person said anything of."""
    draft = open_draft(session, event_id)
    if draft is None:
        return None
    return Prepared(
        draft.id,
        draft.version,
        Step(draft.step),
        draft.issuer,
        draft.desks,
        dict(draft.answers),
        tuple(draft.choices),
        tuple(files_of(session, draft.id)),
        draft.confirmed_at,
    )


def open_draft(session: Session, event_id: int) -> ImportDraft | None:
    """The import that is being prepared for an event."""
    return session.exec(select(ImportDraft).where(ImportDraft.event_id == event_id)).first()


def files_of(session: Session, draft_id: int) -> list[DraftFile]:
    """In the order in which they were sent."""
    rows = session.exec(
        select(ImportFile.id, ImportFile.name, ImportFile.size)
        .where(ImportFile.draft_id == draft_id)
        .order_by(col(ImportFile.id))
    )
    return [DraftFile(*row) for row in rows]


def groups_of(session: Session, event: Event) -> tuple[tuple[str, str], ...]:
    """The items that each expect a part of the delegates, by the key that an import names them by
    where its files hold no script, with their titles.
    """
    found = session.exec(
        select(ProgrammeItem.id, ProgrammeItem.title_vi)
        .where(
            ProgrammeItem.event_id == event.id,
            ProgrammeItem.expects == "forum",
            col(ProgrammeItem.cancelled).is_(False),
        )
        .order_by(col(ProgrammeItem.position), col(ProgrammeItem.id))
    )
    return tuple((f"{OWN_ITEM}{item_id}", title) for item_id, title in found)


def frame_of(session: Session, event: Event, draft: ImportDraft) -> Frame:
    """The frame of an import: the event as it is, with what the draft says besides."""
    return Frame(
        event.name_vi,
        Days(event.first_day, event.last_day),
        short_name=event.short_name_vi,
        place=event.place_vi,
        issuer=draft.issuer or str(event.documents.get("issuer_vi", "")),
        parent=str(event.documents.get("parent_vi", "")),
        theme=event.theme_vi,
        expected=event.expected_delegates,
        desks=draft.desks,
        time_zone=event.time_zone,
        groups=groups_of(session, event),
        particulars=kinds_of(event),
        begun=is_filled(session, event),
    )


MAX_ROWS_HERE = 5_000
"""More rows are read by a process of their own (`data.imports.work`): these take about a second."""


@dataclass(frozen=True)
class Ingredients:
    """All that a preview depends on, and its digest; `rows`: about how many the files hold."""

    draft_id: int
    key: str
    files: tuple[tuple[str, bytes], ...]
    frame: Frame
    answers: Mapping[str, str]
    choices: Mapping[str, Chosen]
    remembered: Mapping[str, Chosen]
    now: datetime
    rows: int

    @property
    def is_long(self) -> bool:
        """Whether reading the files would hold up the server's other visitors."""
        return self.rows > MAX_ROWS_HERE


def ingredients_of(session: Session, draft: ImportDraft, now: datetime) -> Ingredients:
    event = session.get_one(Event, draft.event_id)
    rows = session.exec(
        select(ImportFile).where(ImportFile.draft_id == draft.id).order_by(col(ImportFile.id))
    ).all()
    frame, remembered = frame_of(session, event, draft), _remembered(session)
    choices = {key: chosen_of(stored) for key, stored in draft.choices.items()}
    named = [(row.name, row.digest) for row in rows]
    parts = (named, frame, *(sorted(one.items()) for one in (draft.answers, choices, remembered)))
    key = sha256(repr((parts, sorted(frame.particulars), now.date())).encode()).hexdigest()
    files = tuple((row.name, row.content) for row in rows)
    held = sum(_rows_in(row) for row in rows)
    said = (dict(draft.answers), choices, remembered)
    return Ingredients(draft.id, key, files, frame, *said, now, held)


_rows: dict[str, int] = {}
"""How many rows the files hold that were counted last, by their digests."""


def _rows_in(file: ImportFile) -> int:
    if file.digest not in _rows:
        if len(_rows) > MAX_FILES:
            _rows.clear()
        _rows[file.digest] = rows_at_most(file.name, file.content)
    return _rows[file.digest]


def previewed(of: Ingredients, progress: Progress = unheard) -> Preview:
    """The preview of what was read; to be read and not changed.

    That of the newest drafts is kept: confirming what was just shown reads no file again.
    """
    shown = _recent.find(of.key)
    if shown is None:
        shown = preview(
            of.files,
            of.frame,
            of.answers,
            now=of.now,
            choices=of.choices,
            remembered=of.remembered,
            progress=progress,
        )
        _recent.keep(of, shown)
    return shown


def preview_of(session: Session, draft: ImportDraft, now: datetime) -> Preview:
    """The preview of a draft's files by all that was said of them (`previewed`)."""
    return previewed(ingredients_of(session, draft, now))


def _remembered(session: Session) -> dict[str, Chosen]:
    shapes = session.exec(select(ImportShape).order_by(col(ImportShape.shape)))
    stored = {one.shape: {"kind": one.kind, "header": 1, "columns": one.columns} for one in shapes}
    return {shape: chosen_of(one) for shape, one in stored.items()}


class _Recent:
    """The previews that were made last, by all that they depend on."""

    MAX_PREVIEWS = 2

    def __init__(self) -> None:
        self._lock = Lock()
        self._previews: dict[str, tuple[int, Preview]] = {}

    @property
    def draft_ids(self) -> set[int]:
        with self._lock:
            return {draft_id for draft_id, _ in self._previews.values()}

    def find(self, key: str) -> Preview | None:
        with self._lock:
            return self._previews.get(key, (0, None))[1]

    def keep(self, of: Ingredients, shown: Preview) -> None:
        with self._lock:
            self._previews[of.key] = of.draft_id, shown
            while len(self._previews) > self.MAX_PREVIEWS:
                del self._previews[next(iter(self._previews))]

    def clear(self) -> None:
        """They hold names and telephone numbers, as the files do."""
        with self._lock:
            self._previews.clear()


_recent = _Recent()


# --- commands ------------------------------------------------------------------------------------


def draft_by_id(session: Session, draft_id: int) -> ImportDraft:
    """Refuses `import_gone` where it was confirmed or dropped meanwhile."""
    draft = session.get(ImportDraft, draft_id)
    if draft is None:
        raise Refusal("import_gone")
    return draft


def _own(ctx: Context, draft_id: int) -> ImportDraft:
    ctx.require()
    draft = draft_by_id(ctx.session, draft_id)
    if draft.event_id != ctx.event.id:
        raise Refusal("import_gone")
    return draft


def shown_draft(ctx: Context, draft_id: int, version: int) -> ImportDraft:
    """The draft of the current event as its page showed it; asks for the permission, too.
    Refuses `import_gone`, and `import_moved` where it has changed since."""
    draft = _own(ctx, draft_id)
    if draft.version != version:
        raise Refusal("import_moved")
    return draft


def _saved(ctx: Context, draft: ImportDraft, **what: int) -> ImportDraft:
    draft.version += 1
    draft.at, draft.person_id, draft.confirmed_at = ctx.real, ctx.by.id, None
    ctx.session.add(draft)
    ctx.session.flush()
    ctx.note(draft.id, concerns=(), **what)
    return draft


@command("begin_import", topic="imports", subject="import", permission="prepare_import")
def begin_import(ctx: Context, *, issuer: str, desks: int) -> ImportDraft:
    """Begin to prepare an import for the current event, or change how it was begun. Its documents
    are headed by the issuing body from now on.

    `desks` 0: as many as the number of delegates needs. Refuses `import_desks_unknown` and
    `import_issuer_too_long`.
    """
    ctx.require()
    written = clean(issuer)
    if len(written) > ISSUER_LENGTH:
        raise Refusal("import_issuer_too_long", limit=ISSUER_LENGTH)
    if not 0 <= desks <= MAX_DESKS:
        raise Refusal("import_desks_unknown", limit=MAX_DESKS)
    draft = open_draft(ctx.session, ctx.event.id) or _begun(ctx)
    draft.issuer, draft.desks = written, desks
    head_with_issuer(ctx, written)
    return _saved(ctx, draft, desks=desks)


def _begun(ctx: Context) -> ImportDraft:
    draft = ImportDraft(
        event_id=ctx.event.id, version=0, begun_at=ctx.real, at=ctx.real, person_id=ctx.by.id
    )
    ctx.session.add(draft)
    ctx.session.flush()
    return draft


@command("add_import_files", topic="imports", subject="import", permission="prepare_import")
def add_import_files(
    ctx: Context, *, draft_id: int, files: Sequence[tuple[str, bytes]]
) -> ImportDraft:
    """Keep files of an office with a draft, by name and bytes; one of the same name is replaced.

    Refuses what `require_file` and `require_room` refuse. Whether a file can be read is not asked
    here: reading takes longer than a transaction may last.
    """
    draft = _own(ctx, draft_id)
    sizes = {one.name: one.size for one in files_of(ctx.session, draft.id)}
    sent = {require_file(name, content): content for name, content in files}
    require_room(sizes | {name: len(content) for name, content in sent.items()})
    replaced = (col(ImportFile.draft_id) == draft.id, col(ImportFile.name).in_(sent))
    if sizes.keys() & sent:
        ctx.session.exec(delete(ImportFile).where(*replaced))
        _forget_read(ctx.session, draft.id)
    for name, content in sent.items():
        digest = sha256(content).hexdigest()
        ctx.session.add(
            ImportFile(
                draft_id=draft.id,
                name=name,
                size=len(content),
                digest=digest,
                content=content,
                at=ctx.real,
            )
        )
    return _saved(ctx, draft, files=len(sent))


@command("drop_import_file", topic="imports", subject="import", permission="prepare_import")
def drop_import_file(ctx: Context, *, draft_id: int, file_id: int) -> ImportDraft:
    """Delete a file of a draft. Refuses `import_gone`."""
    draft = _own(ctx, draft_id)
    file = ctx.session.get(ImportFile, file_id)
    if file is None or file.draft_id != draft.id:
        raise Refusal("import_gone")
    ctx.session.delete(file)
    _forget_read(ctx.session, draft.id)
    return _saved(ctx, draft, files=-1)


@command("choose_import_columns", topic="imports", subject="import", permission="prepare_import")
def choose_import_columns(
    ctx: Context,
    *,
    draft_id: int,
    sheet: str,
    kind: str,
    header: int,
    columns: Mapping[int, str],
    shape: str = "",
) -> ImportDraft:
    """Say what a sheet is, and what its columns hold; remembered for headers of that shape.

    `sheet`: its `sheet_key`; `kind` empty: as it is recognised. Refuses what `require_chosen` does.
    """
    draft = _own(ctx, draft_id)
    sheet = require_sheet(sheet)
    choices = {key: stored for key, stored in draft.choices.items() if key != sheet}
    if kind:
        chosen = require_chosen(kind, header, columns)
        choices[sheet] = chosen.stored()
        _remember(ctx, require_shape(shape), chosen)
    elif shape and (known := ctx.session.get(ImportShape, require_shape(shape))):
        ctx.session.delete(known)
    draft.choices = choices
    return _saved(ctx, draft, columns=len(columns))


def _remember(ctx: Context, shape: str, chosen: Chosen) -> None:
    if not shape:
        return
    known = ctx.session.get(ImportShape, shape) or ImportShape(shape=shape, kind="", at=ctx.real)
    stored = chosen.stored()
    known.kind, known.columns, known.at = stored["kind"], stored["columns"], ctx.real
    ctx.session.add(known)


@command("answer_import", topic="imports", subject="import", permission="prepare_import")
def answer_import(ctx: Context, *, draft_id: int, answers: Mapping[str, str]) -> ImportDraft:
    """Answer questions of a draft, by key or for a whole kind; an empty answer is taken back."""
    draft = _own(ctx, draft_id)
    merged = require_answers(draft.answers | require_answers(answers))
    draft.answers = {key: answer for key, answer in merged.items() if answer}
    return _saved(ctx, draft, answers=len(answers))


@command("reach_import_step", topic="imports", subject="import", permission="prepare_import")
def reach_import_step(ctx: Context, *, draft_id: int, step: str) -> ImportDraft:
    """Save at which step a draft is taken up again, on whichever device."""
    draft = _own(ctx, draft_id)
    draft.step = require_step(step).value
    return _saved(ctx, draft)


@command("confirm_import", topic="imports", subject="import", permission="apply_import")
def confirm_import(ctx: Context, *, draft_id: int, version: int) -> int:
    """Note that a draft is confirmed, before it is written apart: a server that starts again
    meanwhile says that nothing came of it. Returns the draft's id; refuses what `shown_draft` does.
    """
    draft = shown_draft(ctx, draft_id, version)
    draft.confirmed_at = ctx.real
    ctx.session.add(draft)
    ctx.note(draft.id, concerns=())
    return draft.id


@command("stop_import", topic="imports", subject="import", permission="prepare_import")
def stop_import(ctx: Context, *, draft_id: int) -> int:
    """Note that what is done on a draft is stopped (`data.imports.work.stop`); the draft's id."""
    draft = _own(ctx, draft_id)
    ctx.note(draft.id, concerns=())
    return draft.id


@command("read_import_again", topic="imports", subject="import", permission="prepare_import")
def read_import_again(ctx: Context, *, draft_id: int) -> int:
    """Let a draft be read once more, after a stop or since the event changed; the draft's id."""
    draft = _own(ctx, draft_id)
    for again in when_read_again:
        database.after_commit(ctx.session, partial(again, draft.id))
    ctx.note(draft.id, concerns=())
    return draft.id


@command("drop_import", topic="imports", subject="import", permission="prepare_import")
def drop_import(ctx: Context, *, draft_id: int) -> None:
    """Delete a draft with its files; what was said of shapes of headers stays."""
    draft = _own(ctx, draft_id)
    forget_draft(ctx.session, draft.id)
    ctx.note(draft_id)


@command("export_import_errors", topic="people", subject="export", permission="prepare_import")
def export_import_errors(ctx: Context, *, draft_id: int, file: str) -> Ingredients:
    """What the preview of a draft is made of, for one of its files again with what is to be mended
    in it.
    """
    draft = _own(ctx, draft_id)
    found = ingredients_of(ctx.session, draft, ctx.real)
    ctx.note(None, rows=found.rows)
    return found


# --- the end of a draft --------------------------------------------------------------------------


def forget_draft(session: Session, draft_id: int) -> None:
    """Delete a draft and its files: they hold names, and are not needed once it is confirmed."""
    session.exec(delete(ImportFile).where(col(ImportFile.draft_id) == draft_id))
    session.exec(delete(ImportDraft).where(col(ImportDraft.id) == draft_id))
    _forget_read(session, draft_id)


when_forgotten: list[Callable[[int], None]] = [lambda _: _recent.clear()]
"""Called with the id of a draft once what it held is deleted: all that was read of it goes."""


when_read_again: list[Callable[[int], None]] = []
"""Called with the id of a draft that is to be read once more."""


def _forget_read(session: Session, draft_id: int) -> None:
    database.note_erasure(session)
    database.after_commit(session, partial(let_go, draft_id))


def let_go(draft_id: int) -> None:
    """Let go of what this process read of a draft."""
    for forget in when_forgotten:
        forget(draft_id)


def read_here() -> set[int]:
    """The ids of the drafts of which this process keeps a preview."""
    return _recent.draft_ids


def forget_old_drafts(session: Session, now: datetime) -> int:
    """Delete the drafts in which nothing was changed for `DRAFT_DAYS`; how many they were."""
    last = now - timedelta(days=DRAFT_DAYS)
    old = session.exec(select(ImportDraft).where(col(ImportDraft.at) < last)).all()
    for one in old:
        what = {"command": "drop_import"}
        changes.note_of_event(session, event_id=one.event_id, at=now, what=what)
        forget_draft(session, one.id)
    return len(old)
