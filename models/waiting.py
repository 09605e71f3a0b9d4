"""What waits for an act, counted once for everybody; and of it what waits for a person."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from models.access.people import Person, Role, may
from models.programme import ItemSnapshot
from models.reviews.directives import DirectiveSnapshot
from models.wall import late_from


@dataclass(frozen=True)
class Waiting:
    """What waits at a moment, for any person.

    `silent`: the keys of the sections that owe a confirmation; `unanswered`: of those whose answer
    a running roll-call waits for; `directives`: the open ones by the key of the section or the id
    of the office that owns them; `incidents`: the pressing ones; `late_items`: the keys of the
    programme items whose start or end is not recorded in time. `overdue_answers`: of petitions, by
    the key of the section that follows them up, "" for the command room. `unsigned_forums`: the
    keys of forums that are over without signed minutes; `synthesis_submitted`: whether one waits
    for approval.
    """

    silent: frozenset[str] = frozenset()
    unanswered: frozenset[str] = frozenset()
    directives: Mapping[str | int, int] | None = None
    overdue_directives: int = 0
    incidents: int = 0
    review_owed: bool = False
    late_media: int = 0
    late_items: frozenset[str] = frozenset()
    overdue_answers: Mapping[str, int] = field(default_factory=dict)
    unsigned_forums: frozenset[str] = frozenset()
    synthesis_submitted: bool = False


WATCHED: Mapping[Role, tuple[str, ...]] = {
    Role.LEAD: ("readiness", "incidents", "reviews", "roll_calls", "answers"),
    Role.DEPUTY: ("readiness", "incidents", "reviews", "roll_calls", "answers"),
    Role.COMMAND: ("readiness", "incidents", "people", "reviews", "roll_calls", "answers"),
    Role.COMMITTEE: ("incidents", "reviews", "roll_calls", "answers", "synthesis"),
    Role.ADMIN: ("event", "incidents", "people", "reviews", "roll_calls"),
    Role.RAPPORTEUR: ("programme", "synthesis"),
    Role.MEDIA: ("media",),
}
"""The topics whose changes change what waits for a role; for the others nothing is counted."""


def owners(
    directives: Iterable[DirectiveSnapshot], keys: Mapping[int, str]
) -> Mapping[str | int, int]:
    """How many open directives each owner has; `keys` names the sections by their ids."""
    found: Counter[str | int] = Counter()
    for one in directives:
        if one.open:
            owner = one.office_id if one.section_id is None else keys[one.section_id]
            if owner is not None:
                found[owner] += 1
    return found


def review_owed(
    signed: Iterable[datetime], *, now: datetime, local: Callable[[datetime], date]
) -> bool:
    """Whether no review of today is signed; `signed` are the moments of those that count."""
    return local(now) not in map(local, signed)


def late_items(items: Iterable[ItemSnapshot], *, now: datetime) -> list[ItemSnapshot]:
    """The items whose start or end is due and not recorded, for some hours after their end."""
    return [
        item
        for item in items
        if (late := late_from(item)) is not None and late <= now < item.given_up_at
    ]


def waits_for(section_key: str | None, known: Collection[str]) -> str:
    """The key of the section that an overdue answer waits for; "" for the command room, where none
    follows it up, or one of an earlier event that is not among those of this one (`known`)."""
    return section_key if section_key is not None and section_key in known else ""


def overdue_answers_of(overdue: Mapping[str, int], person: Person) -> int:
    """How many overdue answers wait for a person: those that an own section follows up, those of no
    section for the command room, all for the committee."""
    role = Role(person.role)
    if role is Role.COMMITTEE:
        return sum(overdue.values())
    keys = ("",) if role is Role.COMMAND else person.section_keys
    if role not in (Role.COMMAND, Role.LEAD, Role.DEPUTY):
        return 0
    return sum(overdue.get(key, 0) for key in keys)


def by_page(waiting: Waiting, person: Person | None) -> dict[str, int]:
    """How many things wait for a person, by the page on which they are done; none is left out.

    A roll-call and a silence wait for the sections that owe an answer, and for those who ask.
    """
    if person is None:
        return {}
    role, sections = Role(person.role), person.section_keys
    directives = waiting.directives or {}
    found = {"update": sum(directives.get(owner, 0) for owner in sections or (person.id,))}
    if any(may(person, "answer_roll_call", section=section) for section in sections):
        for section in sections:
            found["update"] += (section in waiting.silent) + (section in waiting.unanswered)
    elif may(person, "open_roll_call"):
        found["roll_call"] = len(waiting.unanswered)
    if role is Role.COMMAND:
        found["log"] = waiting.incidents + len(waiting.silent)
    if may(person, "sign_review"):
        found["review"] = waiting.review_owed + waiting.overdue_directives
    if may(person, "approve_synthesis"):
        found["synthesis"] = int(waiting.synthesis_submitted)
    found["answers"] = overdue_answers_of(waiting.overdue_answers, person)
    if role is Role.MEDIA:
        found["media"] = waiting.late_media
    if role is Role.RAPPORTEUR:
        found["programme"] = int(person.item_key in waiting.late_items)
        found["synthesis"] = int(person.item_key in waiting.unsigned_forums)
    return {page: number for page, number in found.items() if number}
