"""Offices are added, changed, retired and restored in place; a lead may have several sections."""

from dataclasses import replace

import pytest

from data.access import invitations, offices, people, sign_ins
from data.readiness.tasks import confirm_section
from data.storage import database
from models.access.people import Office, Person, may
from models.waiting import Waiting, by_page
from tests.stage import REAL, give, person, refused, section

DAY = "D-12 09:00"
SECRETARY = Office("Thư ký Tiểu ban An ninh", "", ("an_ninh",))


def add(role: str = "deputy", office: Office = SECRETARY, *, by: str = "admin") -> Person:
    return give(offices.add_office, by=by, when=DAY, role=role, office=office)


def row(key: str) -> tuple[int, int, Office]:
    number = person(key).id
    with database.reading() as session:
        return number, *offices.version_and_office(session, number)


def edit(key: str, *, version: int = 0, by: str = "command", **fields: object) -> Person:
    number, now, office = row(key)
    facts = {"person_id": number, "version": version or now, "office": replace(office, **fields)}
    return give(offices.edit_office, by=by, when=DAY, **facts)


def retire(key: str, *, by: str = "admin") -> Person:
    number, version, _ = row(key)
    return give(offices.retire_office, by=by, when=DAY, person_id=number, version=version)


def listed() -> set[str]:
    with database.reading() as session:
        return {one.key for one in people.people(session)}


def test_an_office_is_added_and_enters_by_an_invitation_and_retired_is_out_everywhere(event):
    added = add()
    assert (added.key, added.name_en) == ("deputy.an_ninh.2", SECRETARY.name_vi)
    token = give(invitations.invite, by="admin", when=DAY, person_id=added.id)
    browser = database.run(invitations.join, token=token, now=REAL)
    with database.reading() as session:
        assert sign_ins.sign_in_of(session, browser, now=REAL) is not None
    gone = retire(added.key)
    assert gone.retired and added.key not in listed()
    with database.reading() as session:
        assert sign_ins.sign_in_of(session, browser, now=REAL) is None
        assert [one.key for one in offices.retired_offices(session)] == [added.key]
    with refused("person_unknown"):
        give(invitations.invite, by="admin", when=DAY, person_id=added.id)
    back = {"person_id": added.id, "version": gone.version}
    give(offices.restore_office, by="admin", when=DAY, **back)
    assert added.key in listed()


def test_a_lead_of_several_sections_acts_for_each_and_each_waits_for_them(event):
    edit("lead.an_ninh", section_keys=("an_ninh", "hau_can"))
    lead = person("lead.an_ninh")
    assert lead.section_keys == ("an_ninh", "hau_can")
    for key in lead.section_keys:
        assert may(lead, "report_status", section=key)
        give(confirm_section, by="lead.an_ninh", when=DAY, section_id=section(key))
    waiting = Waiting(silent=frozenset(lead.section_keys), directives={"hau_can": 2})
    assert by_page(waiting, lead) == {"update": 4}
    edit("lead.an_ninh", section_keys=("hau_can",))
    with refused("not_permitted"):
        give(confirm_section, by="lead.an_ninh", when=DAY, section_id=section("an_ninh"))


@pytest.mark.one_database
def test_what_no_office_can_be_is_refused(event):
    with refused("role_unknown", role="display"):
        add("display")
    with refused("office_name_needed"):
        add(office=replace(SECRETARY, name_vi=" "))
    with refused("office_name_too_long", limit=200):
        add(office=replace(SECRETARY, name_vi="x" * 201))
    with refused("office_unbound"):
        add(office=replace(SECRETARY, section_keys=()))
    with refused("section_unknown"):
        add(office=replace(SECRETARY, section_keys=("y_te",)))
    with refused("desk_unknown"):
        add("desk", Office("Bàn số 9", "", desk_key="ban_9"))
    with refused("item_unknown"):
        add("rapporteur", Office("Thư ký", "", item_key="khong_co"))
    with refused("office_double", office="Trưởng Tiểu ban An ninh"):
        add(office=replace(SECRETARY, name_vi="trưởng tiểu ban an ninh"))
    with refused("office_unchanged"):
        edit("lead.an_ninh")
    with refused("office_own"):
        retire("admin")
    edit("lead.an_ninh", name_vi="Tổ trưởng An ninh", name_en="")
    with refused("office_moved", version=2, by="Phòng điều hành"):
        edit("lead.an_ninh", version=1, name_vi="Trưởng ban An ninh")
