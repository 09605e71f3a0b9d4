"""What each forum is to be about: as the event was loaded, or as it was written since."""

from sqlmodel import Session, col, select

from data.storage.newest import newest, recorded_until
from models.contributions.contributions import ForumOrientation
from models.events.event import Event, View
from models.programme import ProgrammeItem


def orientations(session: Session, event: Event, view: View) -> dict[int, str]:
    """Item id to what the forum is to be about, of those of which it is written."""
    latest = newest(ForumOrientation, ForumOrientation.item_id, until=recorded_until(view))
    rows = session.execute(
        select(ProgrammeItem.id, ProgrammeItem.orientation, ForumOrientation.text)
        .outerjoin(
            ForumOrientation,
            (col(ForumOrientation.item_id) == col(ProgrammeItem.id))
            & col(ForumOrientation.id).in_(latest),
        )
        .where(ProgrammeItem.event_id == event.id)
    )
    written = {number: loaded if since is None else since for number, loaded, since in rows}
    return {number: text for number, text in written.items() if text}
