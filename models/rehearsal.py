"""How far a rehearsal has performed its scenario."""

from sqlmodel import Field

from models.storage import Record


class RehearsalProgress(Record, table=True):
    """How many steps of the scenario are performed.

    Moved in the transaction of the steps themselves, so that each is performed once.
    """

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    performed: int = 0
