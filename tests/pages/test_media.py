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


TABLE = "media.table"


def owed(visitor) -> list[int]:
    """The items that the table shows at first: those that are not published, by their time."""
    return [int(one) for one in visitor.rows(TABLE)]


def test_an_item_is_published_where_its_row_is_open(sample, visit):
    team = visit("media").open("media")
    item = owed(team)[0]
    before = team.at.subheader[0].value
    team.open_row(TABLE, item).tap(f"media.publish.{item}")
    assert published(item) == 1
    assert item not in owed(team)
    assert team.at.subheader[0].value != before


def test_a_publication_recorded_by_mistake_is_taken_back_next_to_its_table(sample, visit):
    team = visit("media").open("media")
    item = owed(team)[0]
    team.open_row(TABLE, item).tap(f"media.publish.{item}").tap(f"media.undo.{item}")
    assert item in owed(team)
    assert published(item) == 2  # the second one says that the first was a mistake
    assert not team.has_button(f"media.undo.{item}")


def test_what_is_planned_for_later_asks_before_it_is_marked_as_published(sample, visit):
    team = visit("media").open("media")
    late, coming = owed(team)[0], owed(team)[-1]
    asks = SAY["undo.ahead"].partition("{")[0]
    assert not team.open_row(TABLE, late).shows(asks)
    assert team.open_row(TABLE, coming).shows(asks)
    team.tap(f"media.publish.{coming}")
    assert published(coming) == 1


def test_the_table_shows_what_is_asked_for(sample, visit):
    team = visit("media").open("media")
    waiting = owed(team)
    team.choose("media.shown", "published")
    done = owed(team)
    assert done and not set(done) & set(waiting)
    team.choose("media.shown", "every")
    assert set(owed(team)) == {*waiting, *done}
    team.write("media.find", "dan van kheo").run()
    assert len(owed(team)) == 1


def test_a_second_publication_is_refused(sample, visit):
    first, second = visit("media").open("media"), visit("command").open("media")
    item = owed(first)[0]
    for one in (first, second):
        one.open_row(TABLE, item)
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
    item = owed(visitor)[0]
    visitor.open_row(TABLE, item)
    assert not visitor.has_button(f"media.publish.{item}")
    assert not visitor.has_button("media.save")
    assert len(visitor.at.get("vega_lite_chart")) == 1
