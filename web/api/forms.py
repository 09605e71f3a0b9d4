"""What the API takes and gives, as its description tells it."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from models.attendance.ledger import REASON_LENGTH, AttendanceStatus, Place

MAX_SCANS = 500
MAX_BYTES = 1_500_000
MAX_PICTURE_BYTES = 8_000_000
LARGEST_ID = 2**31 - 1
LONGEST_AGE = 2**53 - 1  # ms: the largest number that every client writes exactly
SCAN_ID = r"^[A-Za-z0-9._:-]{8,64}$"
DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")


def _written(told: object) -> object:
    """A moment comes as text with its date: a number, also one in a text, could be seconds or
    milliseconds."""
    if not isinstance(told, str):
        raise ValueError("not a text")
    if not DATE.match(told):
        raise ValueError("no date with a time")
    return told


def _possible(moment: datetime) -> datetime:
    """Clocks that were never set show 1970; what lies further off is no clock's."""
    if not 1969 <= moment.year <= 2200:
        raise ValueError("no clock shows that")
    return moment


Moment = Annotated[
    AwareDatetime, BeforeValidator(_written, json_schema_input_type=str), AfterValidator(_possible)
]


class Scan(BaseModel):
    """A badge at a door. Sending one again with the same `scan_id` changes nothing and is answered
    as the first time."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scan_id: Annotated[str, Field(pattern=SCAN_ID, description="made once by the device")]
    badge: Annotated[
        str, Field(max_length=20_000, description="what was scanned or typed, for example 0417B")
    ]
    item: Annotated[
        int, Field(ge=1, le=LARGEST_ID, description="the programme item's id, as the roster has it")
    ]
    device_at: Annotated[
        Moment,
        Field(
            strict=False,  # a text, see `_written`
            description="the device's own clock (RFC 3339), kept beside the server's",
            json_schema_extra={"type": "string", "format": "date-time"},
        ),
    ]
    sent_at: Annotated[
        Annotated[Moment, Field(strict=False)] | None,
        Field(
            description="what the same clock shows on sending:"
            " one that is wrong by hours does no harm then"
        ),
    ] = None
    age: Annotated[
        int | None,
        Field(
            ge=0,
            le=LONGEST_AGE,
            description="how many milliseconds before sending it was scanned, by a clock that no"
            " one sets; it goes before `device_at` and `sent_at`",
        ),
    ] = None
    offline: Annotated[
        bool,
        Field(
            description="the device has answered by itself:"
            " the scan is recorded in any case, as a conflict if need be"
        ),
    ] = False
    substitute: Annotated[
        str,
        Field(
            max_length=REASON_LENGTH,
            description="who came in the delegate's place, by name or office",
        ),
    ] = ""
    override: Annotated[
        str,
        Field(
            max_length=REASON_LENGTH, description="why somebody is let in whom another item expects"
        ),
    ] = ""
    confirmed: Annotated[
        bool,
        Field(description="the item is over, and the desk means it all the same"),
    ] = False


class Undo(BaseModel):
    """Takes back a scan, unless something else was recorded since."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scan_id: Annotated[str, Field(pattern=SCAN_ID, description="the undo's own id, not the scan's")]
    badge: Annotated[str, Field(max_length=20_000)]
    item: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    undoes: Annotated[
        Annotated[str, Field(pattern=SCAN_ID)] | None,
        Field(description="the scan to take back; without it what was recorded last"),
    ] = None


class Broken(BaseModel):
    """A field of a row that is not of the right form."""

    field: str
    why: str


class Problem(BaseModel):
    """Problem details (RFC 9457): `code` names the rule that refused, `facts` what it
    told."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict
    errors: list[Broken] = []


class Names(BaseModel):
    """A text in both languages."""

    vi: str
    en: str


class Answer(BaseModel):
    """What became of one scan. `conflict`: kept for the operations room to reconcile, since the
    list would have stopped the person whom the device let in. `clock_wrong`: by how many minutes
    the device's clock was fast (negative: slow) at an offline scan.
    """

    index: int
    scan_id: str
    outcome: Literal["recorded", "conflict", "refused"]
    repeated: bool = False
    badge: str = ""
    item: int | None = None
    title: Names | None = None
    delegation: str = ""
    standing: AttendanceStatus | None = None
    place: Place | None = None
    at: datetime | None = None
    words: str = ""
    clock_wrong: int = 0
    problem: Problem | None = None


class Answers(BaseModel):
    """One answer for each scan of a batch, in their order."""

    recorded: int
    conflicts: int
    refused: int
    answers: list[Answer]


class Heads(BaseModel):
    """expected = present + substituted + excused + absent + not_yet; inside and common are of those
    who came."""

    expected: int
    present: int
    substituted: int
    excused: int
    absent: int
    not_yet: int
    inside: int
    common: int


class DelegationHeads(Heads):
    """One delegation's figures at an item."""

    code: str
    name: Names


class ItemHeads(Heads):
    """An item's figures, and each delegation's."""

    id: int
    key: str
    title: Names
    delegations: list[DelegationHeads]


class Attendance(BaseModel):
    """The figures as at `at` of the event's clock."""

    at: datetime
    items: list[ItemHeads]


class EventNamed(BaseModel):
    """The event, and whether it is a rehearsal.

    `mark` is `trial` for one that was made from a real event, `rehearsal` for any other, and empty
    for a real event.
    """

    id: int
    name: Names
    rehearsal: bool
    mark: str
    time_zone: str


class DeskNamed(BaseModel):
    """A desk."""

    key: str
    name: Names


class Item(BaseModel):
    """A programme item with a check-in."""

    id: int
    key: str
    title: Names
    venue: Names | None
    starts_at: datetime
    ends_at: datetime


class ItemNamed(BaseModel):
    """Another item of the event, by which a delegate is told where to go."""

    id: int
    title: Names
    starts_at: datetime
    ends_at: datetime


class DelegationNamed(BaseModel):
    """A delegation."""

    id: int
    name: Names


class Delegate(BaseModel):
    """An office and a unit, never a personal name; `items` are those of the desk's that expect this
    delegate.
    """

    badge: str
    title: Names
    delegation: int
    items: list[int]


class Roster(BaseModel):
    """All that a desk's device may hold. `elsewhere`: badges that other items expect, and which;
    nothing of whose they are."""

    person: str
    event: EventNamed
    desk: DeskNamed | None
    items: list[Item]
    right: list[ItemNamed]
    delegations: list[DelegationNamed]
    delegates: list[Delegate]
    elsewhere: dict[str, list[int]]
    replaced: list[str]
    retired: list[str]


class Stands(BaseModel):
    """How a delegate stands at an item now; `named`: of an announced substitute, whether the name
    is known.
    """

    item: int
    badge: str
    standing: AttendanceStatus
    place: Place
    at: datetime
    desk: Names | None
    named: bool


class Standings(BaseModel):
    """How everybody stands; ask with `after=last` for what changed since. `now` is what the event's
    clock shows, `roster` the ETag of the roster that holds now, `finished` the desk's items that
    have ended."""

    event: int
    roster: str
    last: int
    now: datetime
    speed: float
    finished: list[int]
    standings: list[Stands]


class Codes(BaseModel):
    """The codes that were read in a picture."""

    codes: list[str]
