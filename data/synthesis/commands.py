"""Commands on the synthesis: minutes signed off, paragraphs written, versions decided."""

from dataclasses import asdict

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from data.contributions.queries import contributions_at, topics
from data.documents.content import with_source
from data.documents.frozen import DASH
from data.programme import items_at
from data.synthesis.contents import (
    Forum,
    SignedForum,
    forum_of,
    minutes_content,
    minutes_text,
    synthesis_content,
    who_asks,
)
from data.synthesis.queries import (
    COUNTED,
    Synthesis,
    minutes_at,
    order_asked,
    paragraph_of,
    state_of,
    synthesis_at,
    versions_at,
)
from data.words import DEFAULT, Words, event_words
from models.contributions.contributions import Contribution
from models.documents import Content, digest_of
from models.events.event import Event, View
from models.programme import ItemSnapshot
from models.refusals import Refusal
from models.reviews.reviews import require_reason
from models.synthesis.minutes import (
    MinutesWithdrawal,
    SignedMinutes,
    require_signable,
    require_withdrawable,
)
from models.synthesis.paragraphs import (
    Paragraph,
    ParagraphEdit,
    SynthesisParagraph,
    differing,
    gathered,
    require_paragraph,
)
from models.synthesis.versions import (
    Step,
    SynthesisStep,
    SynthesisVersion,
    require_draft,
    require_note,
    require_step,
)
from models.text import both

# --- minutes of a forum --------------------------------------------------------------------------


def forum_at(session: Session, event: Event, view: View, item_id: int) -> Forum:
    """A forum with its contributions. Refuses `item_unknown`."""
    item = _item(session, event, view, item_id)
    contributions = [one for one in contributions_at(session, event, view) if one.state in COUNTED]
    return forum_of(item, contributions, order_asked(session, event, view))


def _item(session: Session, event: Event, view: View, item_id: int) -> ItemSnapshot:
    found = next((one for one in items_at(session, event, view) if one.id == item_id), None)
    if found is None:
        raise Refusal("item_unknown", item=item_id)
    return found


@command("sign_minutes", topic="synthesis", subject="item", fact=SignedMinutes)
def sign_minutes(ctx: Context, *, item_id: int) -> SignedMinutes:
    """Sign off the minutes of a forum as they are now; after a change they are signed again.

    Refuses `item_unknown`, and `minutes_signed` where the signed ones say the same.
    """
    view = View(ctx.at)
    forum = forum_at(ctx.session, ctx.event, view, item_id)
    ctx.require(item=forum.item.key)
    last = minutes_at(ctx.session, ctx.event, view).get(item_id)
    title = both(forum.item, "title")
    version = require_signable(last, minutes_text(ctx.event, forum), forum=title)
    content = minutes_content(
        ctx.event, forum, version=version, moment=ctx.at, signer=both(ctx.by, "name")
    )
    signed = SignedMinutes(
        item_id=item_id, version=version, content=content, digest=digest_of(content)
    )
    return ctx.record(signed, item=item_id, version=version)


@command(
    "withdraw_minutes",
    topic="synthesis",
    subject="item",
    permission="sign_minutes",
    fact=MinutesWithdrawal,
)
def withdraw_minutes(ctx: Context, *, item_id: int, reason: str) -> MinutesWithdrawal:
    """Withdraw the signed minutes of a forum.

    Refuses `item_unknown`, `minutes_not_signed`, `withdrawal_reason_needed` and
    `withdrawal_reason_too_long`.
    """
    item = _item(ctx.session, ctx.event, View(ctx.at), item_id)
    ctx.require(item=item.key)
    last = minutes_at(ctx.session, ctx.event, View(ctx.at)).get(item_id)
    found = require_withdrawable(last, forum=both(item, "title"))
    written = require_reason(reason)
    return ctx.record(
        MinutesWithdrawal(minutes_id=found.id, reason=written),
        about=item_id,
        item=item_id,
        text=written,
    )


# --- paragraphs ----------------------------------------------------------------------------------


def _require_draft(ctx: Context) -> None:
    """Refuses `synthesis_closed` where the synthesis is submitted or approved."""
    require_draft(state_of(versions_at(ctx.session, ctx.event, View(ctx.at))))


def _known(ctx: Context) -> set[int]:
    of_event = Contribution.event_id == ctx.event.id
    return set(ctx.session.exec(select(Contribution.id).where(of_event)))


def _require_topic(ctx: Context, topic_id: int | None) -> None:
    """Refuses `topic_unknown`."""
    known = {one.id for one in topics(ctx.session, ctx.event)}
    if topic_id is not None and topic_id not in known:
        raise Refusal("topic_unknown")


@command(
    "add_paragraph",
    topic="synthesis",
    subject="paragraph",
    permission="write_synthesis",
    fact=ParagraphEdit,
)
def add_paragraph(ctx: Context, *, paragraph: Paragraph) -> ParagraphEdit:
    """Add a paragraph. Refuses `synthesis_closed`, `topic_unknown`, and what `require_paragraph`
    does."""
    ctx.require()
    _require_draft(ctx)
    mine = require_paragraph(paragraph, known=_known(ctx))
    _require_topic(ctx, mine.topic_id)
    return ctx.record(_edit(_new(ctx), 1, mine))


def _new(ctx: Context) -> int:
    made = SynthesisParagraph(event_id=ctx.event.id)
    ctx.session.add(made)
    ctx.session.flush()
    return made.id


def _edit(
    paragraph_id: int, version: int, paragraph: Paragraph, *, removed: bool = False
) -> ParagraphEdit:
    columns = {**asdict(paragraph), "sources": list(paragraph.sources)}
    return ParagraphEdit(paragraph_id=paragraph_id, version=version, removed=removed, **columns)


@command(
    "edit_paragraph",
    topic="synthesis",
    subject="paragraph",
    permission="write_synthesis",
    fact=ParagraphEdit,
)
def edit_paragraph(
    ctx: Context, *, paragraph_id: int, version: int, paragraph: Paragraph
) -> ParagraphEdit:
    """Write a paragraph again, given the version that the form was drawn with.

    Refuses `paragraph_unknown`; `paragraph_moved` where it was written since, with `mine` and
    `theirs` (`Paragraph`), its `version` and who wrote it; `paragraph_removed`,
    `paragraph_unchanged`, and what `add_paragraph` does.
    """
    ctx.require()
    _require_draft(ctx)
    last = _last(ctx, paragraph_id)
    mine, theirs = require_paragraph(paragraph, known=_known(ctx)), paragraph_of(last)
    _require_topic(ctx, mine.topic_id)
    _require_present(last)
    _require_same(ctx, last, version, mine)
    fields = differing(mine, theirs)
    if not fields:
        raise Refusal("paragraph_unchanged")
    named = [f"synthesis.field_{name}" for name in fields]
    return ctx.record(_edit(paragraph_id, last.version + 1, mine), fields=named)


def _last(ctx: Context, paragraph_id: int) -> ParagraphEdit:
    """The newest edit of a paragraph. Refuses `paragraph_unknown`."""
    found = ctx.session.exec(
        select(ParagraphEdit)
        .join(SynthesisParagraph, col(SynthesisParagraph.id) == col(ParagraphEdit.paragraph_id))
        .where(
            SynthesisParagraph.event_id == ctx.event.id,
            ParagraphEdit.paragraph_id == paragraph_id,
        )
        .order_by(col(ParagraphEdit.version).desc())
        .limit(1)
    ).first()
    if found is None:
        raise Refusal("paragraph_unknown")
    return found


def _require_present(last: ParagraphEdit) -> None:
    if last.removed:
        raise Refusal("paragraph_removed")


def _require_same(ctx: Context, last: ParagraphEdit, version: int, mine: Paragraph) -> None:
    """Refuses `paragraph_moved` where the form was drawn with another version."""
    if last.version != version:
        raise overtaken(
            ctx.session,
            "paragraph_moved",
            ParagraphEdit,
            col(ParagraphEdit.paragraph_id) == last.paragraph_id,
            version=last.version,
            mine=mine,
            theirs=paragraph_of(last),
        )


@command(
    "remove_paragraph",
    topic="synthesis",
    subject="paragraph",
    permission="write_synthesis",
    fact=ParagraphEdit,
)
def remove_paragraph(ctx: Context, *, paragraph_id: int, version: int) -> ParagraphEdit:
    """Take a paragraph out, given the version that was shown.

    Refuses `synthesis_closed`, `paragraph_unknown`, `paragraph_removed` and `paragraph_moved`.
    """
    ctx.require()
    _require_draft(ctx)
    last = _last(ctx, paragraph_id)
    _require_present(last)
    written = paragraph_of(last)
    _require_same(ctx, last, version, written)
    return ctx.record(_edit(paragraph_id, last.version + 1, written, removed=True))


@command(
    "restore_paragraph",
    topic="synthesis",
    subject="paragraph",
    permission="write_synthesis",
    fact=ParagraphEdit,
)
def restore_paragraph(ctx: Context, *, paragraph_id: int) -> ParagraphEdit:
    """Put a paragraph back that was taken out.

    Refuses `synthesis_closed`, `paragraph_unknown` and `paragraph_not_removed`.
    """
    ctx.require()
    _require_draft(ctx)
    last = _last(ctx, paragraph_id)
    if not last.removed:
        raise Refusal("paragraph_not_removed")
    return ctx.record(_edit(paragraph_id, last.version + 1, paragraph_of(last)))


def _gathered_by(session: Session, key: str) -> int | None:
    """How many paragraphs a command has gathered by its key; None for none."""
    rows = select(ParagraphEdit.id).where(
        col(ParagraphEdit.idempotency_key).startswith(f"{key}/", autoescape=True)
    )
    return len(session.exec(rows).all()) or None


@command(
    "gather_paragraphs",
    topic="synthesis",
    subject="event",
    permission="write_synthesis",
    replay=_gathered_by,
)
def gather_paragraphs(ctx: Context) -> int:
    """Write what stands in no paragraph into first drafts of paragraphs by topic; returns how many.

    Refuses `synthesis_closed`, and `synthesis_complete` where each contribution stands in one.
    """
    ctx.require()
    _require_draft(ctx)
    found = synthesis_at(ctx.session, ctx.event, View(ctx.at))
    if not found.unplaced:
        raise Refusal("synthesis_complete")
    made = _gathered(found, event_words(ctx.event, DEFAULT))
    for place, paragraph in enumerate(made):
        edit = _edit(_new(ctx), 1, paragraph)
        edit.at, edit.person_id = ctx.at, ctx.by.id
        edit.idempotency_key = f"{ctx.idempotency_key}/{place}"
        ctx.session.add(edit)
    ctx.note(ctx.event.id, rows=len(made))
    return len(made)


def _gathered(found: Synthesis, words: Words) -> list[Paragraph]:
    """The drafts of the paragraphs, in the order of the topics, each behind those there are."""
    last = {one.paragraph.topic_id: one.paragraph.position for one in found.paragraphs}
    drafts: list[Paragraph] = []
    for topic_id in [*(topic.id for topic in found.topics), None]:
        lines = [
            (one.id, f"{DASH}{with_source(one.text, who_asks(one, words))}")
            for one in found.unplaced
            if one.topic_id == topic_id
        ]
        for place, (text, sources) in enumerate(gathered(lines), start=1):
            position = last.get(topic_id, 0) + place
            drafts.append(Paragraph(text, topic_id=topic_id, position=position, sources=sources))
    return drafts


# --- versions ------------------------------------------------------------------------------------


def content_of_now(session: Session, event: Event, view: View, *, number: int | None) -> Content:
    """The content that submitting freezes now; a draft has no number."""
    found = synthesis_at(session, event, view)
    forums = [one for one in _forums(session, event, view, found) if isinstance(one, SignedForum)]
    return synthesis_content(event, found, number=number, moment=view.moment, forums=forums)


def _forums(
    session: Session, event: Event, view: View, found: Synthesis
) -> list[SignedForum | ItemSnapshot]:
    """The forums with contributions, in the order of the programme: by their signed minutes, or the
    item whose minutes are missing."""
    minutes = minutes_at(session, event, view)
    with_contributions = {one.item_id for one in found.contributions.values()}
    forums: list[SignedForum | ItemSnapshot] = []
    for item in items_at(session, event, view):
        own = minutes.get(item.id)
        if own is not None and own.counts:
            forums.append(SignedForum(both(item, "title"), own.version, own.digest))
        elif item.id in with_contributions:
            forums.append(item)
    return forums


@command(
    "submit_synthesis",
    topic="synthesis",
    subject="synthesis",
    permission="write_synthesis",
    fact=SynthesisVersion,
)
def submit_synthesis(ctx: Context) -> SynthesisVersion:
    """Submit the synthesis to the chair: what is approved is this version, word for word.

    Refuses `synthesis_step`, `synthesis_empty` without a paragraph, and `minutes_missing` with the
    forum whose minutes are not signed off.
    """
    ctx.require()
    view = View(ctx.at)
    versions = versions_at(ctx.session, ctx.event, view)
    require_step(state_of(versions), Step.SUBMIT)
    found = synthesis_at(ctx.session, ctx.event, view)
    if not found.paragraphs:
        raise Refusal("synthesis_empty")
    forums = _forums(ctx.session, ctx.event, view, found)
    for one in forums:
        if isinstance(one, ItemSnapshot):
            raise Refusal("minutes_missing", forum=both(one, "title"))
    number = _next_number(ctx)
    signed = [one for one in forums if isinstance(one, SignedForum)]
    content = synthesis_content(ctx.event, found, number=number, moment=ctx.at, forums=signed)
    version = SynthesisVersion(
        event_id=ctx.event.id, number=number, content=content, digest=digest_of(content)
    )
    return ctx.record(version, number=number, rows=len(found.paragraphs))


def _next_number(ctx: Context) -> int:
    highest = select(func.max(SynthesisVersion.number)).where(
        SynthesisVersion.event_id == ctx.event.id
    )
    return (ctx.session.exec(highest).one() or 0) + 1


def _take(ctx: Context, step: Step, note: str = "", digest: str | None = None) -> SynthesisStep:
    """A step of the newest version. Refuses `synthesis_step` and what `require_note` does;
    `synthesis_moved` where the version on the screen, by its digest, is another one by now."""
    ctx.require()
    versions = versions_at(ctx.session, ctx.event, View(ctx.at))
    require_step(state_of(versions), step)
    last = versions[-1]
    if digest is not None and digest != last.digest:
        raise Refusal("synthesis_moved", number=last.number)
    written = require_note(step, note)
    return ctx.record(
        SynthesisStep(version_id=last.id, step=step.value, note=written),
        about=last.id,
        number=last.number,
        text=written,
    )


@command(
    "recall_synthesis",
    topic="synthesis",
    subject="synthesis",
    permission="write_synthesis",
    fact=SynthesisStep,
)
def recall_synthesis(ctx: Context) -> SynthesisStep:
    """Take the submitted synthesis back before it is decided. Refuses `synthesis_step`."""
    return _take(ctx, Step.RECALL)


@command(
    "return_synthesis",
    topic="synthesis",
    subject="synthesis",
    permission="approve_synthesis",
    fact=SynthesisStep,
)
def return_synthesis(ctx: Context, *, digest: str, note: str) -> SynthesisStep:
    """Send the submitted synthesis back with what is to be changed.

    `digest`: of the version on the screen. Refuses `synthesis_step`, `synthesis_moved`,
    `synthesis_note_needed` and `synthesis_note_too_long`.
    """
    return _take(ctx, Step.RETURN, note, digest)


@command("approve_synthesis", topic="synthesis", subject="synthesis", fact=SynthesisStep)
def approve_synthesis(ctx: Context, *, digest: str) -> SynthesisStep:
    """Approve the submitted synthesis; `digest`: of the version on the screen.

    An earlier approved version is superseded. Refuses `synthesis_step` and `synthesis_moved`.
    """
    return _take(ctx, Step.APPROVE, digest=digest)


@command(
    "reopen_synthesis",
    topic="synthesis",
    subject="synthesis",
    permission="write_synthesis",
    fact=SynthesisStep,
)
def reopen_synthesis(ctx: Context) -> SynthesisStep:
    """Write a new version of the approved synthesis, which counts until the new one is approved.

    Refuses `synthesis_step`.
    """
    return _take(ctx, Step.REOPEN)


@command(
    "withdraw_synthesis",
    topic="synthesis",
    subject="synthesis",
    permission="approve_synthesis",
    fact=SynthesisStep,
)
def withdraw_synthesis(ctx: Context, *, digest: str, note: str) -> SynthesisStep:
    """Take the approval back with its reason: the version counts no longer.

    `digest`: of the version on the screen. Refuses `synthesis_step`, `synthesis_moved`,
    `synthesis_note_needed` and `synthesis_note_too_long`.
    """
    return _take(ctx, Step.WITHDRAW, note, digest)
