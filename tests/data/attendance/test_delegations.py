"""Delegations are added, renamed, grouped and put in the organiser's order in place."""

from dataclasses import replace

import pytest
from sqlmodel import select

from data.attendance.delegates import add_delegate, roster_rows
from data.attendance.delegations import add_delegation, edit_delegation, version_and_delegation
from data.attendance.queries import delegations
from data.storage import database
from models.attendance.ledger import Delegation, DelegationPlan
from tests.stage import current, give, one_change, refused

DAY = "D-1 09:00"
GUESTS = DelegationPlan("Đoàn khách mời", "", "Khối khách", "", position=1)


def row(name: str) -> tuple[int, int, DelegationPlan]:
    with database.reading() as session:
        found = session.exec(select(Delegation.id).where(Delegation.name_vi == name)).one()
        return found, *version_and_delegation(session, found)


def edit(name: str, *, version: int = 0, **fields: object) -> Delegation:
    number, now, plan = row(name)
    facts = {"delegation_id": number, "version": version or now, "plan": replace(plan, **fields)}
    return give(edit_delegation, by="command", when=DAY, **facts)


def names() -> list[str]:
    with database.reading() as session:
        return [one.name_vi for one in delegations(session, current())]


def test_a_delegation_is_added_and_lists_go_by_the_organisers_order(event):
    before = names()
    with one_change("add_delegation"):
        added = give(add_delegation, by="command", when=DAY, plan=GUESTS)
    assert (added.name_en, added.group_en) == ("Đoàn khách mời", "Khối khách")
    assert names() == [*before, "Đoàn khách mời"]
    facts = {"title_vi": "Nguyên Bí thư", "title_en": "", "delegation_id": added.id, "items": ()}
    give(add_delegate, by="command", when=DAY, **facts)
    with one_change("edit_delegation"):
        edit(before[0], position=2, group_vi="Cụm 1")
    assert names() == [*before[1:], "Đoàn khách mời", before[0]]
    edit("Đoàn khách mời", name_vi="Đoàn đại biểu khách")
    with database.reading() as session:
        found = roster_rows(session, current(), query="dai bieu khach", limit=9)
        assert [(one.title_vi, one.group_vi) for one in found] == [("Nguyên Bí thư", "Khối khách")]
        last = roster_rows(session, current(), limit=99)[-1]
    assert (last.delegation_vi, last.group_vi) == (before[0], "Cụm 1")


@pytest.mark.one_database
def test_what_no_delegation_can_be_is_refused(event):
    first = names()[0]
    with refused("delegation_double", delegation=first):
        give(add_delegation, by="command", when=DAY, plan=DelegationPlan(first.upper(), ""))
    with refused("delegation_name_needed"):
        edit(first, name_vi="")
    with refused("delegation_name_too_long", limit=200):
        edit(first, group_vi="x" * 201)
    with refused("position_unknown"):
        edit(first, position=10_000)
    with refused("delegation_unchanged"):
        edit(first)
    edit(first, group_vi="Cụm 1")
    with refused("delegation_moved", version=2, by="Phòng điều hành"):
        edit(first, version=1, group_vi="Cụm 2")
