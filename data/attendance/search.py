"""The desk's search: delegates by a few typed words, quick enough at every letter for 100,000.

A database finds words inside of texts by reading all of them. So an index in memory holds the
roster's words, each with its places: the few thousand different words are looked through, then
their sets of places are intersected. The index changes only with the roster (`index_mark`); the
status at an item is read from the database each time.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import func
from sqlmodel import Session, col, select

from data.attendance.particulars import NONE, holds_word, particulars_of, readable
from data.attendance.queries import Found, found_of, found_query
from models.access.people import Person
from models.attendance.badges import ReplacedBadge
from models.attendance.delegates import DelegateChange
from models.attendance.ledger import Delegate
from models.attendance.particulars import Particular
from models.events.event import Event
from models.imports.imported import Import, ImportUndo
from models.text import clean, folded

SEARCH_LIMIT = 20
BADGE_PART = re.compile(r"[0-9]+[a-z]?|[a-z]")
MAX_RANKED = 100  # of those found this many are ranked by their accents


@dataclass(frozen=True)
class DelegateIndex:
    """Delegates in the order of the roster: their ids, badge codes (a row for each letter), and the
    places of each folded word."""

    ids: np.ndarray
    badges: np.ndarray
    words: dict[str, np.ndarray]

    def find(self, words: list[str]) -> list[int]:
        """The ids of those in whom every folded word occurs, whole words first, else in the order
        of the roster."""
        found, rank = np.ones(len(self.ids), dtype=bool), np.zeros(len(self.ids), dtype=np.int8)
        for word in words:
            found &= self._holds(word)
            if word in self.words:
                rank[self.words[word]] += 1
        places = np.flatnonzero(found)
        best = np.argsort(-rank[places], kind="stable")[:MAX_RANKED]
        ids: list[int] = self.ids[places[best]].tolist()
        return ids

    def _holds(self, word: str) -> np.ndarray:
        mask = self._in_badge(word)
        for known, places in self.words.items():
            if word in known:
                mask[places] = True
        return mask

    def _in_badge(self, part: str) -> np.ndarray:
        """Whose badge code holds these letters."""
        found = np.zeros(len(self.ids), dtype=bool)
        if BADGE_PART.fullmatch(part):
            for start in range(len(self.badges) - len(part) + 1):
                columns = self.badges[start : start + len(part)]
                found |= np.logical_and.reduce(
                    [column == ord(letter) for column, letter in zip(columns, part, strict=True)]
                )
        return found


def index_mark(session: Session, event: Event) -> tuple[int, ...]:
    """A mark of the roster: another one after another event is loaded, a badge is replaced, the
    roster is changed or an import is applied or taken back."""
    newest = (
        session.execute(select(func.max(table.id)).where(table.event_id == event.id)).scalar()
        for table in (ReplacedBadge, DelegateChange, Import, ImportUndo)
    )
    return event.id, *(one or 0 for one in newest)


def delegate_index(session: Session, event: Event) -> DelegateIndex:
    """The index of an event's roster; a second or two for 100,000 delegates."""
    columns = (Delegate.id, Delegate.badge, Delegate.folded)
    rows = session.execute(
        select(*columns)
        .where(col(Delegate.event_id) == event.id)
        .order_by(col(Delegate.sort_key), col(Delegate.id))
    ).all()
    codes = [row.badge.lower() for row in rows]
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for word in set(row.folded.split()) - {codes[place]}:
            places.setdefault(word, []).append(place)
    longest = max(map(len, codes), default=1)
    letters = np.frombuffer("".join(code.ljust(longest) for code in codes).encode(), dtype=np.uint8)
    badges = np.ascontiguousarray(letters.reshape(len(rows), longest).T)
    words = {word: np.array(where, dtype=np.int32) for word, where in places.items()}
    return DelegateIndex(np.array([row.id for row in rows], dtype=np.int64), badges, words)


def search_delegates(
    session: Session,
    index: DelegateIndex,
    *,
    item_id: int,
    query: str,
    event: Event | None = None,
    reader: Person | None = None,
) -> list[Found]:
    """Delegates whose office, unit, delegation or badge hold every word of the query; at most 20.

    Of an `event` that keeps names, the names that the `reader` may read are looked through as well,
    in the database: the index would hold them in memory after they are erased.

    Accents are optional. Words typed with accents rank first those who match them exactly, so that
    `nghi vạn` puts Nghi Vạn before Nghi Văn.
    """
    asked = clean(query[:100]).lower()
    words = folded(asked).split()
    ids = index.find(words) if words else []
    kinds = readable(event, reader) if event and words else NONE
    if event and Particular.NAME in kinds:
        ids = list(dict.fromkeys([*ids, *_by_name(session, event, words)]))
    query_of_ids = found_query(item_id).where(col(Delegate.id).in_(ids))
    rows = {row.id: row for row in session.execute(query_of_ids)} if ids else {}
    found = [found_of(rows[number]) for number in ids if number in rows]
    known = particulars_of(session, ids, kinds)
    found = [
        replace(one, name=known[one.delegate_id].name) if one.delegate_id in known else one
        for one in found
    ]
    accented = [f" {word} " for word in asked.split()]
    return sorted(found, key=lambda one: -_matches(one, accented))[:SEARCH_LIMIT]


def _by_name(session: Session, event: Event, words: list[str]) -> list[int]:
    """The ids of those whose row with their name holds every word, in the order of the roster."""
    held = (holds_word(word, frozenset({Particular.NAME})) for word in words)
    ids = select(Delegate.id).where(Delegate.event_id == event.id, *held)
    return list(session.exec(ids.order_by(col(Delegate.sort_key)).limit(MAX_RANKED)))


def _matches(found: Found, accented: list[str]) -> int:
    """How many of the words occur with the very accents that were typed."""
    text = f" {found.title_vi} {found.delegation_vi} {found.badge} {found.name} ".lower()
    return sum(word in text for word in accented)
