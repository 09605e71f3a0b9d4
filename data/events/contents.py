"""What an event's files say of its contents: the papers of its items, and the tree of topics."""

from dataclasses import asdict

from data.events.load import Load
from data.files import Row
from models.contributions.contributions import LENGTHS
from models.contributions.topics import MAX_DEPTH, MAX_POSITION, NAME_LENGTH, Topic
from models.script import papers
from models.script.papers import Paper, PaperPlan


def orientation_of(row: Row) -> str:
    """What the forum in a row of the programme is to be about; its column may be missing."""
    return _at_most(row, "orientation", row.block("orientation"), LENGTHS["text"])


def add_papers(load: Load) -> None:
    """Add the papers of the programme's items. Refuses the first problem (`file_…`)."""
    columns = ("item", "position", "who", "title", "minutes")
    for row in load.rows("papers.csv", columns, optional=True, missing=True):
        plan = PaperPlan(
            who=_at_most(row, "who", row.required("who"), papers.WHO_LENGTH),
            title=_at_most(row, "title", row.text("title"), papers.TITLE_LENGTH),
            minutes=row.whole("minutes", least=1, most=papers.MAX_MINUTES),
            position=row.whole("position", least=1, most=papers.MAX_POSITION),
        )
        load.put(Paper(item_id=row.known("item", load.item_ids), **asdict(plan)))


def add_topics(load: Load) -> None:
    """Add the topics, each after the one that it is below. Refuses the first problem (`file_…`)."""
    columns = ("key", "parent", "name_vi", "name_en", "position")
    ids: dict[str, int] = {}
    depths: dict[str, int] = {}
    for row in load.rows("topics.csv", columns, unique="key", optional=True, missing=True):
        key, parent = row.required("key"), row.text("parent")
        parent_id = row.known("parent", ids) if parent else None
        depths[key] = depths.get(parent, 0) + 1
        row.require(depths[key] <= MAX_DEPTH, "parent", "too_deep", limit=MAX_DEPTH)
        names = row.texts("name_vi", "name_en")
        for name, text in names.items():
            _at_most(row, name, text, NAME_LENGTH)
        topic = Topic(
            event_id=load.event.id,
            parent_id=parent_id,
            **names,
            position=row.whole("position", most=MAX_POSITION),
            retired=bool(row.text("retired")),
        )
        ids[key] = load.add(topic).id


def _at_most(row: Row, name: str, text: str, limit: int) -> str:
    row.require(len(text) <= limit, name, "too_long", limit=limit)
    return text
