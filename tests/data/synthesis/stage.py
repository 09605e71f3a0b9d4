"""A small event after its forums: what was asked, answered, owed and left there."""

from datetime import date

from data.contributions import commands as contributions
from data.contributions import topics
from data.storage import database
from data.synthesis import queries
from models.contributions.contributions import Step, Submission
from models.contributions.topics import TopicPlan
from models.events.event import View
from tests import stage
from tests.stage import at, current, give

BEFORE, IN_FORUM, AFTER = "D-5 08:00", "D+0 15:00", "D+0 18:00"


def contribute(text: str, *, forum: str = "dien_dan_1", unit: str = "Xã Nghi Văn", **facts) -> int:
    """A contribution of a unit to a forum, before the day; its id."""
    submission = Submission(text, item_id=stage.item(forum), unit=unit, **facts)
    made = give(
        contributions.register_contribution, by="command", when=BEFORE, submission=submission
    )
    return made.id


def lead(contribution_id: int, *states: str, step: Step | None = None) -> None:
    """Lead a contribution through its forum; `step` is what the last state says."""
    for state in states:
        said = step if state == states[-1] else None
        facts = {"contribution_id": contribution_id, "state": state, "step": said}
        give(contributions.step_contribution, by="command", when=IN_FORUM, **facts)


def after_the_forums() -> dict[str, int]:
    """Two topics and five contributions; their ids by name."""
    land = give(topics.add_topic, by="command", when=BEFORE, plan=TopicPlan("Đất đai", "Land"))
    roads = give(
        topics.add_topic, by="command", when=BEFORE, plan=TopicPlan("Giao thông", "Roads", None, 1)
    )
    made = {
        "road": contribute(
            "Sửa đường liên xã", kind="petition", topic_id=roads.id, level="province",
            body="Sở Xây dựng",
        ),
        "land": contribute("Khi nào giao đất ở?", topic_id=land.id, unit="Xã Châu Bình"),
        "school": contribute("Thiếu giáo viên", kind="petition", level="commune", body="UBND xã"),
        "left": contribute("Chưa kịp nêu", topic_id=land.id),
        "other": contribute("Ý kiến diễn đàn 2", forum="dien_dan_2"),
    }  # fmt: skip
    owed = Step(owed_by="Sở Xây dựng", owed_level="province", due_on=date(2024, 3, 20))
    lead(made["road"], "asked", "answer_owed", step=owed)
    lead(made["land"], "asked", "answered_here", step=Step(said_by="Chủ tọa", said="Trong quý II"))
    lead(made["school"], "asked")
    lead(made["left"], "left")
    lead(made["other"], "asked")
    return made


def found(when: str = AFTER, *, past: bool = False) -> queries.Synthesis:
    with database.reading() as session:
        return queries.synthesis_at(session, current(), View(at(when), past))
