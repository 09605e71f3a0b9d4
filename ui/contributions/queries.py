"""The cached reads of contributions: each is computed once per revision for all viewers."""

from data.contributions import likeness, queries, topics
from data.contributions.likeness import Alike
from data.contributions.queries import ContributionSnapshot
from data.events import orientations as forum_orientations
from data.imports.contributions import read_contributions
from data.storage import database
from models.contributions.contributions import State, Submission
from models.contributions.order import Criteria, Turn, proposed
from models.contributions.topics import TopicPlan, TopicSnapshot
from models.imports.contributions import Rows
from models.programme import ItemSnapshot
from ui.programme import queries as programme_queries
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment

HEARD = (State.PUT, State.ASKED, State.ANSWERED_HERE, State.ANSWER_OWED)

NOT_COMPARED = (State.SUBMITTED, State.MERGED, State.REJECTED)


def contributions(moment: Moment) -> tuple[ContributionSnapshot, ...]:
    """All contributions in the order of arrival, also those that moderators have yet to see."""
    return _contributions(moment.key_of("contributions", "people"), moment)


@shared(ENTRIES)
def _contributions(key: tuple, _moment: Moment) -> tuple[ContributionSnapshot, ...]:
    with database.reading() as session:
        return tuple(queries.contributions_at(session, _moment.event, _moment.view))


def of_forum(moment: Moment, item_id: int) -> list[ContributionSnapshot]:
    return [one for one in contributions(moment) if one.item_id == item_id]


def tree(moment: Moment) -> tuple[TopicSnapshot, ...]:
    """All topics, each after its parent, also those retired."""
    return _tree(moment.key_of("contributions"), moment)


@shared(ENTRIES)
def _tree(key: tuple, _moment: Moment) -> tuple[TopicSnapshot, ...]:
    with database.reading() as session:
        return tuple(queries.topics(session, _moment.event))


def forums(moment: Moment) -> tuple[ItemSnapshot, ...]:
    """The items that take contributions, by planned start."""
    return _forums(moment.key_of("programme", "people"), moment)


@shared(ENTRIES)
def _forums(key: tuple, _moment: Moment) -> tuple[ItemSnapshot, ...]:
    with database.reading() as session:
        ids = queries.forum_ids(session, _moment.event)
    return tuple(one for one in programme_queries.items(_moment) if one.id in ids)


def orientations(moment: Moment) -> dict[int, str]:
    """Item id to what the forum is to be about."""
    return _orientations(moment.key_of("contributions"), moment)


@shared(ENTRIES)
def _orientations(key: tuple, _moment: Moment) -> dict[int, str]:
    with database.reading() as session:
        return forum_orientations.orientations(session, _moment.event, _moment.view)


def order(moment: Moment, item_id: int) -> list[Criteria]:
    """The proposed order of a forum's waiting contributions, with what it goes by."""
    every = of_forum(moment, item_id)
    turns = {
        one.id: Turn(one.id, one.unit_id or one.unit_vi, one.topic_id, place)
        for place, one in enumerate(every, start=1)
    }
    waiting = [turns[one.id] for one in every if one.state is State.WAITING]
    return proposed(waiting, [turns[one.id] for one in every if one.state in HEARD])


def doors(moment: Moment) -> dict[int, str]:
    """Item id to the token of its address for telephones, of the forums that take questions."""
    return _doors(moment.key_of("contributions"), moment)


@shared(4)
def _doors(key: tuple, _moment: Moment) -> dict[int, str]:
    with database.reading() as session:
        return queries.open_doors(session, _moment.event)


def near_duplicates(moment: Moment) -> list[Alike]:
    """The pairs that ask for the same, of those that stand for themselves, the most alike first."""
    return _near_duplicates(moment.key_of("contributions", "people"), moment)


@shared(4)
def _near_duplicates(key: tuple, _moment: Moment) -> list[Alike]:
    return likeness.near_duplicates(
        [(one.id, one.text) for one in contributions(_moment) if one.state not in NOT_COMPARED]
    )


def submission(contribution_id: int) -> tuple[int, Submission]:
    """The version and the texts that a form which edits a contribution is drawn with."""
    with database.reading() as session:
        return queries.version_and_submission(session, contribution_id)


def read_file(moment: Moment, name: str, raw: bytes) -> Rows:
    """What a unit's file holds. Refuses what `read_contributions` does."""
    with database.reading() as session:
        return read_contributions(session, moment.event, [(name, raw)], moment.view)


def topic(topic_id: int) -> tuple[int, TopicPlan]:
    """The version and the row that a form which changes a topic is drawn with."""
    with database.reading() as session:
        return topics.version_and_topic(session, topic_id)
