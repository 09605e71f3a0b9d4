"""A section's tile on the wall, as JSON-ready values: its level, why, what holds it up, its
reminders.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from models.events.event import Phase
from models.readiness.escalation import Reminder
from models.readiness.sections import Blocker, OpenEntry, Reason, SectionSnapshot
from models.text import both
from models.wall import aside, level_word, silence_text, trouble_text

Json = dict[str, object]


def tile(
    section: SectionSnapshot, reminders: list[Reminder], entries: Sequence[OpenEntry], phase: Phase
) -> Json:
    """A tile; moments in milliseconds since 1970 (UTC).

    `silent` and `level` hold now, `level_when_silent` from `silent_at` on. `trouble` and `silence`
    name the text that explains the section in trouble, and in a silence. `why` and `blocker` are
    the worst; `more` counts the other blockers. `word`: the level's word where it is not its own.
    `aside`: how many tasks at risk and how many incidents are said beside a level without trouble;
    None where there are none.
    """
    found = aside(section, entries)
    return {
        "key": section.key,
        "id": section.id,
        "name": both(section, "short"),
        "level": section.level.value,
        "word": level_word(section, phase).value,
        "aside": asdict(found) if found else None,
        "level_when_silent": section.level_when_silent.value,
        "declared": section.declared.value,
        "trouble": trouble_text(section).value,
        "silence": silence_text(section).value,
        "silent": section.silent,
        "headline": section.headline,
        "done": section.done,
        "started": section.started,
        "total": section.total,
        "fresh": section.fresh,
        "asked": section.asked,
        "why": _why(section.reasons[0]) if section.reasons else None,
        "blocker": _blocker(section.blockers[0]) if section.blockers else None,
        "more": max(len(section.blockers) - 1, 0),
        "confirmed": ms_or_none(section.confirmed_at),
        "silent_at": ms_or_none(section.silent_at),
        "since": ms_or_none(section.silent_since),
        "owner": section.silent_owner,
        "reminder": _reminder(reminders[-1]) if reminders else None,
    }


def ms(moment: datetime) -> int:
    """Milliseconds since 1970 (UTC)."""
    return round(moment.timestamp() * 1000)


def ms_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else ms(moment)


def _why(reason: Reason) -> Json:
    return {
        "concern": reason.concern.value,
        "number": reason.number,
        "needs": list(reason.needs[:3]),
        "priority": reason.priority,
    }


def _blocker(blocker: Blocker) -> Json:
    return {"number": blocker.number, "title": both(blocker, "title"), "why": blocker.why.value}


def _reminder(reminder: Reminder) -> Json:
    sent: Json = {
        "level": reminder.level.value,
        "at": ms(reminder.at),
        "answered": ms_or_none(reminder.answered_at),
    }
    if reminder.answered_at is None:
        return sent
    return sent | {"office": both(reminder, "office"), "role": reminder.role}
