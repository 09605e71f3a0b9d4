"""Tests of the archive: one ZIP of an event that is over, and who is told of its end."""

import hashlib
import io
import zipfile
from argparse import Namespace
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from cli import exports as exports_cli
from data.access.events import set_state_from_command_line
from data.answers.commands import register_owed
from data.commands import Origin, run
from data.contributions import commands as contributions
from data.distribution.commands import fail_delivery
from data.erasure import erased_at, erasure_day
from data.exports.archive import CONTENTS
from data.incidents import open_entry, update_entry
from data.reviews.commands import sign_review
from data.script.papers import register_paper
from data.storage import database
from data.synthesis import commands as synthesis
from models.refusals import Refusal
from models.script.papers import PaperPlan
from tests.data.distribution.stage import sent_out
from tests.data.postgres_programs import BIN
from tests.data.synthesis.stage import after_the_forums, contribute
from tests.stage import REAL, VAN, at, current, delegate, give, item, section


def archived(event, tmp_path):
    file = tmp_path / "luu.zip"
    exports_cli.archive(Namespace(event=event.slug, file=file))
    with zipfile.ZipFile(file) as made:
        return {name: made.read(name) for name in made.namelist()}


@pytest.mark.slow
def test_what_was_signed_said_and_recorded_is_in_one_zip_with_its_digests(
    event, tmp_path, monkeypatch
):
    monkeypatch.setenv("PG_BIN", str(BIN))
    entry = give(
        open_entry, by="command", when="D+1 07:10",
        section_id=section("an_ninh"), priority=2, text="Mất điện",
    )  # fmt: skip
    step = {"entry_id": entry.id, "status": "handling", "text": "Đã gọi điện lực"}
    give(update_entry, by="command", when="D+1 07:12", **step)
    review = {"since": at("D+0 07:00"), "conclusion": "Đạt", "number": "1"}
    give(sign_review, by="committee", when="D+1 18:00", **review)
    made = after_the_forums()
    extra, text = contribute("Thiếu giáo viên!"), "=1+1 không có người"
    merge = {"contribution_id": extra, "into_id": made["left"]}
    give(contributions.merge_contribution, by="command", when="D+0 17:00", **merge)
    paper = {"item_id": item("khai_mac"), "plan": PaperPlan("Đảng ủy xã A", "Công khai")}
    give(register_paper, by="command", when="D-5 08:00", **paper)
    for forum in ("dien_dan_1", "dien_dan_2"):
        give(synthesis.sign_minutes, by="command", when="D+0 18:00", item_id=item(forum))
    give(synthesis.gather_paragraphs, by="command", when="D+0 18:10")
    version = give(synthesis.submit_synthesis, by="command", when="D+0 18:20")
    give(synthesis.approve_synthesis, by="committee", when="D+1 08:00", digest=version.digest)
    give(register_owed, by="command", when="D+2 08:00")
    sent = sent_out("paper", "link", when="D+2 09:00")
    failed = {"delegate_id": delegate(VAN), "channel": "paper", "reason": text}
    give(fail_delivery, by="command", when="D+2 10:00", distribution_id=sent, **failed)
    with pytest.raises(Refusal, match="event_not_archived"):
        archived(event, tmp_path)
    facts = {"event_id": event.id, "state": "archived", "name": event.slug}
    run(Origin(real=REAL), set_state_from_command_line, **facts)
    files = archived(event, tmp_path)
    folders = {name.partition("/")[0] for name in files}
    assert folders == {
        "bao-cao", "bien-ban", "bang", "nhat-ky", "su-kien", "sao-luu", "tong-hop", CONTENTS
    }  # fmt: skip
    assert {"bao-cao/bao-cao-1.docx", "bao-cao/bao-cao-1.pdf"} <= files.keys()
    assert {"su-kien/event.toml", "bang/su-kien.xlsx", "nhat-ky/su-co.xlsx"} <= files.keys()
    assert {name for name in files if name.startswith("tong-hop/")} == {
        f"tong-hop/{name}.{ending}"
        for ending in ("docx", "pdf")
        for name in (
            "bien-ban-dien_dan_1",
            "bien-ban-dien_dan_2",
            "synthesis-1",
            "conclusion-1",
            "petitions-1",
            "ket-qua-giai-quyet",
        )
    } | {"tong-hop/synthesis-1.json"}
    books = {
        name: load_workbook(io.BytesIO(files[f"bang/{name}.xlsx"]))
        for name in (
            *("y-kien-kien-nghi", "tham-luan", "bao-cao-tong-hop"),
            *("gui-tai-lieu", "so-kien-nghi"),
        )
    }
    cells = {
        name: {
            str(cell.value): cell.data_type
            for page in book.worksheets
            for row in page.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for name, book in books.items()
    }
    assert {"Thiếu giáo viên!", "trả lời bằng văn bản"} <= cells["y-kien-kien-nghi"].keys()
    assert cells["tham-luan"].keys() >= {"Đảng ủy xã A", "đã đăng ký, chưa có văn bản"}
    assert version.digest in cells["bao-cao-tong-hop"]
    assert cells["gui-tai-lieu"][text] == "s" and VAN in cells["gui-tai-lieu"]
    assert {"Sửa đường liên xã", "Sở Xây dựng"} <= cells["so-kien-nghi"].keys()
    trail = files["nhat-ky/nhat-ky-he-thong.csv"].decode("utf-8-sig").splitlines()
    assert len(trail) > 3 and "set_state" not in "".join(trail)
    listed = dict(
        reversed(line.split("  "))
        for line in files.pop(CONTENTS).decode("utf-8-sig").splitlines()[1:]
    )
    assert listed == {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    with pytest.raises(Refusal, match="export_file_exists"):
        archived(event, tmp_path)


@pytest.mark.one_database
def test_the_day_of_erasure_is_the_first_on_which_it_is_allowed(event):
    assert erasure_day(event.last_day) == event.last_day + timedelta(days=31)
    with database.reading() as session:
        assert erased_at(session, current().slug) is None
