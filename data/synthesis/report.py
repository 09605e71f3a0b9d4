"""Exports of minutes and of the synthesis for their documents, and the record of them."""

from data.commands import Context, command
from data.programme import items_at
from data.synthesis.commands import content_of_now, forum_at
from data.synthesis.contents import minutes_content
from data.synthesis.queries import frozen_version, minutes_at
from models.documents import Content
from models.events.event import View
from models.refusals import Refusal


@command("export_synthesis", topic="people", subject="export")
def export_minutes(ctx: Context, *, item_id: int) -> Content:
    """Export the minutes of a forum as they were signed off; where they were not, a draft of now.

    Of withdrawn ones `withdrawn` says why. Refuses `item_unknown`, `minutes_erased` and
    `minutes_altered`.
    """
    key = next((one.key for one in items_at(ctx.session, ctx.event, View(ctx.at))
                if one.id == item_id), None)  # fmt: skip
    ctx.require(item=key)
    last = minutes_at(ctx.session, ctx.event, View(ctx.at)).get(item_id)
    if last is None:
        forum = forum_at(ctx.session, ctx.event, View(ctx.at), item_id)
        ctx.note(None, rows=len(forum.asked), document="draft")
        return minutes_content(ctx.event, forum, version=None, moment=ctx.at, signer=None)
    if last.erased:
        raise Refusal("minutes_erased")
    if not last.intact:
        raise Refusal("minutes_altered")
    ctx.note(None, document=last.version)
    return last.content | ({} if last.counts else {"withdrawn": last.withdrawn})


@command("export_synthesis", topic="people", subject="export")
def export_synthesis(ctx: Context, *, version_id: int | None = None) -> Content:
    """Export a version of the synthesis, with its `validity`; without one a draft of now.

    Refuses `synthesis_version_unknown`, `synthesis_erased` and `synthesis_altered`.
    """
    ctx.require()
    view = View(ctx.at)
    if version_id is None:
        content = content_of_now(ctx.session, ctx.event, view, number=None)
        ctx.note(None, rows=len(content["paragraphs"]), document="draft")
        return content
    found = frozen_version(ctx.session, ctx.event, version_id, view)
    if found.erased:
        raise Refusal("synthesis_erased")
    if not found.intact:
        raise Refusal("synthesis_altered")
    ctx.note(None, rows=len(found.content["paragraphs"]), document=found.version.number)
    return found.printed
