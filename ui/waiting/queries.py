"""The cached read of what waits: computed once per revision for all viewers."""

from collections import Counter

from models.events.event import local_day
from models.readiness.sections import PRESSING, silent_sections
from models.waiting import Waiting, late_items, owners, review_owed, waits_for
from ui.answers import queries as answers_queries
from ui.incidents import queries as incidents_queries
from ui.media import queries as media_queries
from ui.programme import queries as programme_queries
from ui.readiness import queries as readiness_queries
from ui.reviews import queries as reviews_queries
from ui.roll_calls import queries as roll_calls_queries
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment
from ui.synthesis import queries as synthesis_queries

TOPICS = (
    "readiness",
    "incidents",
    "reviews",
    "roll_calls",
    "media",
    "programme",
    "synthesis",
    "answers",
)


def waiting(moment: Moment) -> Waiting:
    """What waits at the moment (`models.waiting.by_page` says for whom and on which page)."""
    return _waiting(moment.key_of(*TOPICS), moment)


@shared(ENTRIES)
def _waiting(key: tuple, _moment: Moment) -> Waiting:
    sections, now = readiness_queries.sections(_moment), _moment.at
    directives = reviews_queries.directives(_moment)
    call = roll_calls_queries.roll_call(_moment)
    keys = {one.id: one.key for one in sections}
    overdue = Counter(
        waits_for(one.section_key, keys.values()) for one in answers_queries.overdue(_moment)
    )
    return Waiting(
        silent=frozenset(one.key for one in silent_sections(sections)),
        unanswered=frozenset(one.key for one in (call.waited_for if call and call.running else ())),
        directives=owners(directives, keys),
        overdue_directives=sum(one.open and one.overdue for one in directives),
        incidents=sum(
            one.open and one.priority in PRESSING for one in incidents_queries.entries(_moment)
        ),
        review_owed=review_owed(
            (one.at for one in reviews_queries.reviews_held(_moment) if one.counts),
            now=now,
            local=lambda at: local_day(_moment.event, at),
        ),
        late_media=sum(one.late for one in media_queries.media_items(_moment)),
        late_items=frozenset(
            one.key for one in late_items(programme_queries.items(_moment), now=now)
        ),
        overdue_answers=overdue,
        unsigned_forums=frozenset(one.key for one in synthesis_queries.unsigned(_moment)),
        synthesis_submitted=synthesis_queries.submitted(_moment) is not None,
    )
