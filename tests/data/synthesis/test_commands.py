"""Tests of data/synthesis: minutes, paragraphs with their versions, approval and supersession."""

import json

import pytest
from sqlalchemy import text

from data import erasure
from data.storage import database
from data.synthesis import commands, queries
from models.events.event import View
from models.synthesis.paragraphs import Paragraph
from models.synthesis.versions import State, Step, Validity
from tests.data.synthesis.stage import AFTER, after_the_forums, contribute, found, lead
from tests.stage import at, current, give, item, nothing_written, one_change, refused

BY = {"by": "command", "when": AFTER}
LATER = {"by": "command", "when": "D+0 20:30"}


def minutes(when: str = "D+1 09:00"):
    with database.reading() as session:
        view = View(at(when), past=True)
        return queries.minutes_at(session, current(), view).get(item("dien_dan_1"))


def sign(forum: str = "dien_dan_1", **facts):
    by = {"by": f"rapporteur.{forum}"} if forum == "dien_dan_1" else {}
    return give(commands.sign_minutes, item_id=item(forum), **{**BY, **by, **facts})


def asked(content, language: str = "vi") -> list[str]:
    return content["text"][language][0]["paragraphs"]


# --- minutes -------------------------------------------------------------------------------------


def test_minutes_hold_what_was_asked_in_its_order_with_each_answer(event):
    after_the_forums()
    with one_change("sign_minutes"):
        signed = sign()
    kept = minutes()
    assert (kept.version, kept.intact, kept.counts, kept.digest) == (1, True, True, signed.digest)
    assert asked(kept.content) == [
        "1. Xã Nghi Văn: Sửa đường liên xã",
        "- Giao Sở Xây dựng trả lời bằng văn bản, chậm nhất ngày 20/3/2024.",
        "2. Xã Châu Bình: Khi nào giao đất ở?",
        "- Chủ tọa trả lời: Trong quý II",
        "3. Xã Nghi Văn: Thiếu giáo viên",
        "- Ghi nhận để tổng hợp.",
    ]
    headings = [part["heading"] for part in kept.content["text"]["vi"]]
    assert headings[1:] == [
        "Nội dung trả lời bằng văn bản",
        "Ý kiến gửi đến chưa trình bày tại diễn đàn",
    ]
    assert kept.content["meta"]["signer"]["vi"] == "Thư ký Diễn đàn 1"


def test_minutes_are_signed_once_again_after_a_change_and_withdrawn_with_a_reason(event):
    after_the_forums()
    sign()
    with refused("minutes_signed", forum="Diễn đàn 1"):
        sign()
    late = contribute("Hỏi thêm")
    lead(late, "asked")
    assert sign(when="D+0 19:00").version == 2
    with refused("withdrawal_reason_needed"):
        give(commands.withdraw_minutes, item_id=item("dien_dan_1"), reason=" ", **BY)
    give(
        commands.withdraw_minutes, item_id=item("dien_dan_1"), reason="Sai tên đơn vị",
        by="rapporteur.dien_dan_1", when="D+0 20:00",
    )  # fmt: skip
    assert (minutes("D+0 19:30").counts, minutes().withdrawn) == (True, "Sai tên đơn vị")
    with refused("minutes_not_signed"):
        give(commands.withdraw_minutes, item_id=item("dien_dan_1"), reason="Nữa", **LATER)
    assert sign(when="D+0 21:00").version == 3


@pytest.mark.one_database
def test_a_rapporteur_signs_for_the_own_forum_alone(event):
    after_the_forums()
    with refused("not_permitted"):
        give(
            commands.sign_minutes, item_id=item("dien_dan_2"), by="rapporteur.dien_dan_1",
            when=AFTER,
        )  # fmt: skip


# --- paragraphs ----------------------------------------------------------------------------------


def add(said: str = "Nhiều xã đề nghị sửa đường", **facts):
    return give(commands.add_paragraph, paragraph=Paragraph(said, **facts), **BY)


def test_what_is_in_no_paragraph_is_listed_until_it_is_placed(event):
    made = after_the_forums()
    assert [one.id for one in found().unplaced] == list(made.values())
    edit = add(sources=(made["road"],))
    assert made["road"] not in {one.id for one in found().unplaced}
    with one_change("gather_paragraphs"):
        assert give(commands.gather_paragraphs, once="tap", **BY) == 2
    with nothing_written():
        assert give(commands.gather_paragraphs, once="tap", **BY) == 2
    whole = found()
    assert whole.unplaced == ()
    # By the tree of topics, what is of none last: land, roads (none is left), none.
    assert [len(one.paragraph.sources) for one in whole.paragraphs] == [2, 1, 2]
    with refused("synthesis_complete"):
        give(commands.gather_paragraphs, **BY)
    give(commands.remove_paragraph, paragraph_id=edit.paragraph_id, version=1, **BY)
    assert [one.id for one in found().unplaced] == [made["road"]]
    give(commands.restore_paragraph, paragraph_id=edit.paragraph_id, **BY)
    assert found().unplaced == ()
    with refused("paragraph_not_removed"):
        give(commands.restore_paragraph, paragraph_id=edit.paragraph_id, **BY)


def test_an_edit_that_was_overtaken_is_refused_with_both_texts(event):
    after_the_forums()
    made = add()
    facts = {"paragraph_id": made.paragraph_id}
    second = give(
        commands.edit_paragraph, version=1, paragraph=Paragraph("Bản của tổ 1"), **facts, **BY
    )
    assert second.version == 2
    with refused(
        "paragraph_moved",
        version=2,
        mine=Paragraph("Bản của tổ 2"),
        theirs=Paragraph("Bản của tổ 1"),
        by="Phòng điều hành",
    ):
        give(
            commands.edit_paragraph, version=1, paragraph=Paragraph("Bản của tổ 2"), **facts,
            by="admin", when=AFTER,
        )  # fmt: skip
    with refused("paragraph_unchanged"):
        give(commands.edit_paragraph, version=2, paragraph=Paragraph("Bản của tổ 1"), **facts, **BY)
    with refused("paragraph_moved"):
        give(commands.remove_paragraph, version=1, **facts, **BY)
    with refused("paragraph_unknown"):
        give(commands.edit_paragraph, version=1, paragraph=Paragraph("x"), paragraph_id=99, **BY)
    with refused("paragraph_source_unknown"):
        add(sources=(999,))
    with refused("topic_unknown"):
        add(topic_id=999)


# --- versions ------------------------------------------------------------------------------------


def submit(when: str = AFTER):
    return give(commands.submit_synthesis, by="command", when=when)


def decided(command, when: str = "D+1 08:00", **facts):
    return give(command, by="committee", when=when, **facts)


def test_what_is_approved_is_what_was_submitted_and_a_later_version_supersedes_it(event):
    made = after_the_forums()
    with refused("synthesis_empty"):
        submit()
    add(sources=(made["road"],))
    with refused("minutes_missing", forum="Diễn đàn 1"):
        submit()
    sign()
    with refused("minutes_missing", forum="Diễn đàn 2"):
        submit()
    sign("dien_dan_2")
    first = submit()
    with refused("synthesis_closed", synthesis_state="submitted"):
        add("Thêm sau khi trình")
    with refused("synthesis_moved", number=1):
        decided(commands.approve_synthesis, digest="0" * 64)
    with refused("synthesis_note_needed"):
        decided(commands.return_synthesis, digest=first.digest, note="")
    decided(commands.return_synthesis, digest=first.digest, note="Nêu rõ đơn vị")
    add("Đoạn thêm")
    second = submit("D+1 09:00")
    assert (first.number, second.number) == (1, 2) and first.digest != second.digest
    with refused("synthesis_moved", number=2):  # a note that was meant for the first
        decided(commands.return_synthesis, digest=first.digest, note="Nêu rõ đơn vị")
    decided(commands.approve_synthesis, digest=second.digest, when="D+1 10:00")
    with refused("synthesis_step", synthesis_step="approve", synthesis_state="approved"):
        decided(commands.approve_synthesis, digest=second.digest, when="D+1 10:01")
    give(commands.reopen_synthesis, by="command", when="D+2 08:00")
    add("Đoạn của bản sau")
    third = submit("D+2 09:00")
    then = [one.validity for one in found("D+2 09:30", past=True).versions]
    assert then == [Validity.DROPPED, Validity.IN_FORCE, Validity.PENDING]
    decided(commands.approve_synthesis, digest=third.digest, when="D+2 10:00")
    now = found("D+2 11:00")
    assert [one.validity for one in now.versions] == [
        Validity.DROPPED, Validity.SUPERSEDED, Validity.IN_FORCE,
    ]  # fmt: skip
    assert now.state is State.APPROVED and now.versions[2].approved.step is Step.APPROVE
    note = {"note": "Sai số liệu", "when": "D+2 12:00"}
    with refused("synthesis_moved", number=3):
        decided(commands.withdraw_synthesis, digest=second.digest, **note)
    decided(commands.withdraw_synthesis, digest=third.digest, **note)
    last = [one.validity for one in found("D+2 13:00").versions]
    assert last == [Validity.DROPPED, Validity.IN_FORCE, Validity.WITHDRAWN]


@pytest.mark.one_database
def test_every_step_that_a_state_does_not_allow_is_refused_by_its_name(event):
    made = after_the_forums()
    add(sources=(made["road"],))
    sign()
    sign("dien_dan_2")
    tries = {
        "recall": lambda: give(commands.recall_synthesis, by="command", when=AFTER),
        "return": lambda: decided(commands.return_synthesis, digest="", note="Vì sao"),
        "approve": lambda: decided(commands.approve_synthesis, digest=""),
        "reopen": lambda: give(commands.reopen_synthesis, by="command", when=AFTER),
        "withdraw": lambda: decided(commands.withdraw_synthesis, digest="", note="Vì sao"),
    }
    for step, act in tries.items():
        with refused("synthesis_step", synthesis_step=step, synthesis_state="draft"):
            act()
    submit()
    for step in ("reopen", "withdraw"):
        with refused("synthesis_step", synthesis_step=step, synthesis_state="submitted"):
            tries[step]()
    with refused("synthesis_step", synthesis_step="submit", synthesis_state="submitted"):
        submit()
    tries["recall"]()
    assert found().state is State.DRAFT


def test_a_version_is_the_same_whatever_is_recorded_later_and_a_changed_text_is_noticed(event):
    made = after_the_forums()
    add(sources=(made["road"],))
    sign()
    sign("dien_dan_2")
    version = submit()

    def read():
        with database.reading() as session:
            view = View(at("D+3 08:00"))
            return queries.frozen_version(session, current(), version.id, view)

    before = read()
    lead(contribute("Muộn"), "asked")
    give(commands.recall_synthesis, by="command", when="D+0 18:30")
    add("Đoạn khác")
    assert read().content == before.content and read().intact
    assert before.content["meta"]["forums"][0]["title"]["vi"] == "Diễn đàn 1"
    with database.writing() as session:
        changed = json.dumps({**before.content, "paragraphs": []}, ensure_ascii=False)
        statement = "UPDATE synthesisversion SET content = CAST(:changed AS json)"
        if session.get_bind().dialect.name == "sqlite":
            statement = "UPDATE synthesisversion SET content = :changed"
        session.execute(text(statement), {"changed": changed})
    assert not read().intact
    database.run(erasure.erase_event, slug=event.slug, keep=None, now=at("D+60 00:00"))
    assert read().erased and read().version.digest == version.digest
