"""The desk: a badge, a search, a substitute, an excuse, and every refusal in one sentence."""

import pytest
from sqlalchemy import select

from data import database
from data.words import catalogue
from models.attendance import AttendanceFact, AttendanceState, Delegate, Expectation
from models.text import check_letter
from tests import stage

SAY = catalogue("vi")
ITEM = "phien_chinh"


def missing(*, forum: str | None = None) -> list[Delegate]:
    """Delegates who have not been recorded at the main session; expected at a forum where one is named."""
    recorded = select(AttendanceState.delegate_id).where(AttendanceState.item_id == stage.item(ITEM))
    query = select(Delegate).where(Delegate.id.not_in(recorded)).order_by(Delegate.id)
    if forum:
        query = query.join(Expectation, Expectation.delegate_id == Delegate.id).where(Expectation.item_id == stage.item(forum))
    with database.reading() as session:
        found = list(session.execute(query).scalars())
        session.expunge_all()
        return found


def facts(delegate: Delegate, item: str = ITEM) -> list[tuple]:
    query = select(AttendanceFact.standing, AttendanceFact.words).where(
        AttendanceFact.delegate_id == delegate.id, AttendanceFact.item_id == stage.item(item)
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(query.order_by(AttendanceFact.id))]


def count() -> int:
    with database.reading() as session:
        return len(session.execute(select(AttendanceFact.id)).all())


def scan(visitor, badge: str, *, refused: bool = False):
    visitor.write("attendance.badge_typed", badge)
    submit = next(one for one in visitor.at.button if one.key and one.key.startswith("FormSubmitter:attendance.badge"))
    submit.click()
    return visitor.run(refused=refused)


def show_item(visitor, key: str):
    visitor.at.selectbox(key=f"attendance.item.{stage.current().id}").set_value(stage.item(key))
    return visitor.run()


def search(visitor, query: str):
    return visitor.write("attendance.query", query).run()


def found(visitor) -> list[str]:
    """The people that a search shows, in bold."""
    return [one.value for one in visitor.at.markdown if one.value.startswith("**") and one.value.count("·") == 2]


def test_a_scan_lets_in_says_who_it_was_and_empties_the_field(sample, visit):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), one.badge.lower())
    assert facts(one) == [("present", "")]
    (told,) = (shown.value for shown in desk.at.success)
    assert SAY["attendance.in"] in told and one.badge in told
    assert desk.field("attendance.badge_typed").value == ""
    assert desk.shows(f"06:52 · {one.badge}")


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "badge_malformed"), ("hello", "badge_malformed"), ("9999" + check_letter("9999"), "badge_unknown")],
)
def test_a_badge_that_is_none_is_refused_and_stays_in_the_field(sample, visit, typed, code):
    before = count()
    desk = scan(visit("desk.ban_1").open("attendance"), typed, refused=True)
    assert desk.refusal == SAY[f"refusal.{code}"].format(badge=typed)
    assert desk.field("attendance.badge_typed").value == typed
    assert count() == before


def test_a_mistyped_badge_is_called_mistyped(sample, visit):
    one = missing()[0]
    wrong = one.badge[:3] + str((int(one.badge[3]) + 1) % 10) + one.badge[4]
    desk = scan(visit("desk.ban_1").open("attendance"), wrong, refused=True)
    assert desk.refusal == SAY["refusal.badge_mistyped"].format(badge=wrong)


@pytest.mark.parametrize(
    ("language", "name"), [("vi", "Diễn đàn về công tác xây dựng Đảng"), ("en", "Forum on Party building")]
)
def test_the_wrong_forum_names_the_right_one_in_the_readers_language(sample, visit, language, name):
    one = missing(forum="dien_dan_1")[0]
    room = show_item(visit("command", language).open("attendance"), "dien_dan_2")
    scan(room, one.badge, refused=True)
    assert name in room.refusal and one.badge in room.refusal
    assert not facts(one, "dien_dan_2")


def test_a_second_scan_says_when_and_at_which_desk_the_first_was(sample, visit):
    one = missing()[0]
    scan(visit("desk.ban_1").open("attendance"), one.badge)
    second = scan(visit("desk.ban_7").open("attendance"), one.badge, refused=True)
    assert "06:52" in second.refusal and "Bàn điểm danh số 1" in second.refusal
    assert facts(one) == [("present", "")]


def test_the_next_scan_replaces_the_refusal(sample, visit):
    one = missing()[0]
    desk = scan(visit("desk.ban_1").open("attendance"), "hello", refused=True)
    scan(desk, one.badge)
    assert facts(one) == [("present", "")]


def test_a_desk_starts_with_the_item_that_it_serves_and_is_refused_at_others(sample, visit):
    desk = visit("desk.ban_7").open("attendance")
    assert desk.at.selectbox[0].value == stage.item(ITEM)
    one = missing(forum="dien_dan_1")[0]
    scan(show_item(desk, "dien_dan_1"), one.badge, refused=True)
    assert desk.refusal.startswith("Bàn của bạn không phục vụ")


def test_a_search_without_accents_finds_both_and_tells_them_apart(sample, visit):
    desk = search(visit("desk.ban_1").open("attendance"), "nghi van")
    names = " ".join(found(desk))
    assert "Nghi Văn" in names and "Nghi Vạn" in names
    exact = found(search(desk, "nghi vạn"))
    assert "Nghi Vạn" in exact[0] and "Nghi Văn" not in exact[0]


def test_a_search_that_finds_nobody_says_so(sample, visit):
    desk = search(visit("desk.ban_1").open("attendance"), "xyzzy")
    assert desk.shows(SAY["attendance.nobody"].format(query="xyzzy"))


def in_search(visit, role: str, delegate: Delegate):
    return search(visit(role).open("attendance"), delegate.badge), f"attendance.person.{delegate.id}"


def test_a_substitute_needs_an_office(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "desk.ban_1", one)
    desk.tap(f"{form}.send", refused=True)
    assert desk.refusal == SAY["refusal.substitute_needed"]
    assert not facts(one)
    desk.write(f"{form}.substitute", "Phó Chủ tịch UBND xã").tap(f"{form}.send")
    assert facts(one) == [("substitute", "Phó Chủ tịch UBND xã")]
    assert SAY["attendance.in_substitute"] in desk.at.success[0].value


def test_an_excuse_needs_a_reason(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "command", one)
    desk.tap(f"{form}.excuse", refused=True)
    assert desk.refusal == SAY["refusal.reason_needed"]
    desk.write(f"{form}.reason", "Ốm").tap(f"{form}.excuse")
    assert facts(one) == [("excused", "Ốm")]
    assert SAY["attendance.in_excused"] in desk.at.info[0].value


def test_what_was_recorded_can_be_undone_and_stays_in_the_log(sample, visit):
    one = missing()[0]
    desk, form = in_search(visit, "desk.ban_1", one)
    desk.tap(f"{form}.admit").tap(f"{form}.undo")
    assert facts(one) == [("present", ""), ("undone", "")]
    assert SAY["attendance.undone"] in desk.at.info[0].value
    desk.tap(f"{form}.admit")
    assert facts(one)[-1] == ("present", "")


def test_the_figures_follow_a_scan(sample, visit):
    one = missing()[0]
    desk = visit("desk.ban_1").open("attendance")
    before = int(desk.at.metric[0].value.split(" / ")[0].replace(".", ""))
    scan(desk, one.badge)
    assert int(desk.at.metric[0].value.split(" / ")[0].replace(".", "")) == before + 1
    assert len(desk.at.get("vega_lite_chart")) == 1


def test_numbers_are_written_as_the_language_writes_them(sample, visit):
    assert visit("command").open("attendance").at.metric[0].value.endswith(" / 1.121")
    assert visit("command", "en").open("attendance").at.metric[0].value.endswith(" / 1,121")


@pytest.mark.parametrize("role", ["committee", "lead.an_ninh", "rapporteur.dien_dan_1"])
def test_others_only_look(sample, visit, role):
    visitor = visit(role).open("attendance")
    assert [one.value for one in visitor.at.caption][0] == SAY["attendance.read_only"]
    assert not visitor.at.text_input


def test_the_table_lists_every_delegation_worst_first(sample, visit):
    (table,) = visit("command").open("attendance").at.table
    left = [int(cell) for cell in table.value[SAY["attendance.missing"]]]
    assert len(left) == 21 and left == sorted(left, reverse=True)
