"""The cached reads of the synthesis: each is computed once per revision for all viewers."""

from data.storage import database
from data.synthesis import queries as synthesis_queries
from data.synthesis.contents import Forum, forum_of, minutes_text
from data.synthesis.queries import FrozenVersion, Synthesis
from models.programme import ItemSnapshot
from models.synthesis.minutes import MinutesSnapshot
from models.synthesis.paragraphs import ParagraphSnapshot
from models.synthesis.versions import Validity, VersionSnapshot
from ui.programme import queries as programme_queries
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment

TOPICS = ("contributions", "synthesis", "programme")


def synthesis(moment: Moment) -> Synthesis:
    """The synthesis as at the moment."""
    return _synthesis(moment.key_of("contributions", "synthesis"), moment)


@shared(ENTRIES)
def _synthesis(key: tuple, _moment: Moment) -> Synthesis:
    with database.reading() as session:
        return synthesis_queries.synthesis_at(session, _moment.event, _moment.view)


def removed(moment: Moment) -> tuple[ParagraphSnapshot, ...]:
    """The paragraphs that were taken out, the last one first."""
    return _removed(moment.key_of("synthesis"), moment)


@shared(ENTRIES)
def _removed(key: tuple, _moment: Moment) -> tuple[ParagraphSnapshot, ...]:
    with database.reading() as session:
        found = synthesis_queries.removed_paragraphs(session, _moment.event, _moment.view)
    return tuple(found)


def minutes(moment: Moment) -> dict[int, MinutesSnapshot]:
    """Item id to the newest minutes of each forum that were signed."""
    return _minutes(moment.key_of("synthesis"), moment)


@shared(ENTRIES)
def _minutes(key: tuple, _moment: Moment) -> dict[int, MinutesSnapshot]:
    with database.reading() as session:
        return synthesis_queries.minutes_at(session, _moment.event, _moment.view)


def forums(moment: Moment) -> tuple[tuple[Forum, bool], ...]:
    """The forums with contributions, and whether their signed minutes say what is so now."""
    return _forums(moment.key_of(*TOPICS), moment)


@shared(ENTRIES)
def _forums(key: tuple, _moment: Moment) -> tuple[tuple[Forum, bool], ...]:
    found, signed = synthesis(_moment), minutes(_moment)
    with database.reading() as session:
        order = synthesis_queries.order_asked(session, _moment.event, _moment.view)
    every = []
    for item in programme_queries.items(_moment):
        forum = forum_of(item, found.contributions.values(), order)
        own = signed.get(item.id)
        if own is None and not (forum.asked or forum.not_asked):
            continue
        same = own is not None and own.content.get("text") == minutes_text(_moment.event, forum)
        every.append((forum, same))
    return tuple(every)


def unsigned(moment: Moment) -> tuple[ItemSnapshot, ...]:
    """The forums that are over, where something was asked, and whose minutes nobody has signed."""
    return _unsigned(moment.key_of(*TOPICS), moment)


@shared(ENTRIES)
def _unsigned(key: tuple, _moment: Moment) -> tuple[ItemSnapshot, ...]:
    signed, now = minutes(_moment), _moment.at
    with database.reading() as session:
        asked = synthesis_queries.forums_asked(session, _moment.event, _moment.view)
    return tuple(
        item
        for item in programme_queries.items(_moment)
        if item.id in asked
        and (item.finished_at or item.ends_at) <= now
        and not ((own := signed.get(item.id)) and own.counts)
    )


def submitted(moment: Moment) -> VersionSnapshot | None:
    """The version that waits for approval; None where there is none."""
    return _submitted(moment.key_of("synthesis"), moment)


@shared(ENTRIES)
def _submitted(key: tuple, _moment: Moment) -> VersionSnapshot | None:
    with database.reading() as session:
        versions = synthesis_queries.versions_at(session, _moment.event, _moment.view)
    pending = versions and versions[-1].validity is Validity.PENDING
    return versions[-1] if pending else None


def frozen_version(moment: Moment, version_id: int) -> FrozenVersion:
    """A version, word for word; not cached: one reader opens it."""
    with database.reading() as session:
        return synthesis_queries.frozen_version(session, moment.event, version_id, moment.view)
