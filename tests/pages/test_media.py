"""Communications: planned items are published; what was not planned is added."""

import pytest
from sqlalchemy import func, select

from data.storage import database
from data.words import catalogue
from models.media import MediaItem, MediaPublication

SAY = catalogue("vi")


def published(item_id: int) -> int:
    with database.reading() as session:
        query = select(func.count(MediaPublication.id)).where(MediaPublication.media_id == item_id)
        return session.execute(query).scalar_one()


def offered(visitor) -> list[int]:
    """The items that the page offers to publish."""
    return [
        int(one.key.rsplit(".", 1)[1])
        for one in visitor.at.button
        if one.key and one.key.startswith("media.publish.")
    ]


def test_an_item_is_published_in_one_tap(sample, visit):
    team = visit("media").open("media")
    item = offered(team)[0]
    before = team.at.subheader[0].value
    team.tap(f"media.publish.{item}")
    assert published(item) == 1
    assert item not in offered(team)
    assert team.at.subheader[0].value != before


def test_a_publication_recorded_by_mistake_is_taken_back_where_the_newest_are(sample, visit):
    team = visit("media").open("media")
    item = offered(team)[0]
    team.tap(f"media.publish.{item}").tap(f"media.undo.{item}")
    assert item in offered(team)
    assert published(item) == 2  # the second one says that the first was a mistake
    assert not team.has_button(f"media.undo.{item}")


def test_a_second_publication_is_refused(sample, visit):
    first, second = visit("media").open("media"), visit("command").open("media")
    item = offered(first)[0]
    first.tap(f"media.publish.{item}")
    second.at.button(key=f"media.publish.{item}").click()
    second._as_this_visitor()
    second.at.run()
    assert not second.at.exception
    assert published(item) == 1


def test_an_unplanned_item_is_added_and_an_empty_one_refused(sample, visit):
    team = visit("media").open("media")
    team.write("media.outlet", "Báo Nghệ An").tap("media.save", refused=True)
    assert team.refusal == SAY["refusal.media_title_needed"]
    assert team.field("media.outlet").value == "Báo Nghệ An"
    team.write("media.title", "Phóng sự bên lề").tap("media.save")
    with database.reading() as session:
        found = session.execute(
            select(MediaItem).order_by(MediaItem.id.desc()).limit(1)
        ).scalar_one()
        assert (found.title_vi, found.outlet, found.kind) == (
            "Phóng sự bên lề",
            "Báo Nghệ An",
            "article",
        )
    assert team.shows("Phóng sự bên lề")


@pytest.mark.parametrize("role", ["lead.an_ninh", "desk.ban_1", "committee"])
def test_other_roles_only_read(sample, visit, role):
    visitor = visit(role).open("media")
    assert not offered(visitor) and not visitor.has_button("media.save")
    assert len(visitor.at.get("vega_lite_chart")) == 1
