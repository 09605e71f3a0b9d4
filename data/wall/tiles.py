"""A section's tile on the wall, as JSON-ready values: how ready it is, why, what holds it up, and whom its silence called."""

from datetime import datetime

from models.readiness.escalation import Call
from models.readiness.sections import Blocker, Reason, SectionSnapshot
from models.text import both


def tile(section: SectionSnapshot, calls: list[Call]) -> dict:
    """Moments in milliseconds since 1970 (UTC). `why` and `blocker` are the worst; `more` tells how many blockers there are beside."""
    return {
        "key": section.key,
        "id": section.id,
        "name": both(section, "short"),
        "level": section.level.value,
        "declared": section.declared.value,
        "differs": section.differs,
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
        "confirmed": ms(section.confirmed_at),
        "silent_at": ms(section.silent_at),
        "since": ms(section.silent_since),
        "owner": section.silent_owner,
        "call": _call(calls[-1]) if calls else None,
    }


def ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _why(reason: Reason) -> dict:
    return {
        "fact": reason.fact.value,
        "number": reason.number,
        "needs": list(reason.needs[:3]),
        "priority": reason.priority,
    }


def _blocker(blocker: Blocker) -> dict:
    return {"number": blocker.number, "title": both(blocker, "title"), "why": blocker.why.value}


def _call(call: Call) -> dict:
    told = {"rung": call.rung.value, "at": ms(call.at), "answered": ms(call.answered_at)}
    return told | ({"office": both(call, "office"), "role": call.role} if call.answered_at else {})
