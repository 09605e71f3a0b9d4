"""The lanes of the script as at a moment: the programme's items with their lines and forecast."""

from collections.abc import Iterable

from sqlmodel import Session

from data.script.lines import lines
from data.script.papers import papers_at
from data.script.rooms import marks_at
from models.events.event import Event, View
from models.programme import ItemSnapshot
from models.script.lanes import Lane, lanes, newest_mark


def lanes_at(
    session: Session,
    event: Event,
    view: View,
    items: Iterable[ItemSnapshot],
    *,
    settled: bool = False,
) -> dict[int | None, Lane]:
    """The lanes by room; `items`: the programme as at the view's moment.

    `settled`: with the forecast as at the newest mark, which the clock alone does not change: a
    wall moves it on by itself. It names no papers.
    """
    every, marks = list(items), marks_at(session, event, view)
    now = newest_mark(every, marks) if settled and every else None
    return lanes(
        every,
        lines(session, event),
        marks,
        {} if settled else papers_at(session, event, view),
        now=now or view.moment,
    )
