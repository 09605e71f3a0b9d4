"""Tests of data/distribution/addresses.py and mail.py: an office's file, and the settings."""

import io
import logging

import openpyxl
import pytest
from sqlmodel import select

from data.distribution.addresses import forget_addresses, give_addresses, read_addresses
from data.distribution.mail import Letter, MailSettings, mail_settings, message_of
from data.storage import database
from models.distribution.ledger import DelegateAddress, FileKind
from models.refusals import Refusal
from models.storage import Change
from tests import stage
from tests.data.access.test_permissions import MAIL
from tests.rows import every_row
from tests.stage import REAL, VAN, give, refused

pytestmark = pytest.mark.one_database
FILE = (
    "STT,Số thẻ,Chức vụ,Thư điện tử\n1,0005T,Bí thư,van@vi-du.vn\n2,0006c,Chủ tịch, CT@Vi-Du.vn\n"
)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (("DANH SÁCH",), ("Thẻ", "Email"), (VAN, "van@vi-du.vn")):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_file_of_badges_and_addresses_is_read_whatever_its_columns_are_called():
    expected = {VAN: "van@vi-du.vn", "0006C": "CT@vi-du.vn"}
    assert read_addresses("thu.csv", FILE.encode()) == expected
    assert read_addresses("thu.xlsx", workbook()) == {VAN: "van@vi-du.vn"}


@every_row(
    ("lines", "code", "facts"),
    [
        (["1,0005T,khong-co"], "addresses_none", {}),
        (["1,0005T,ai@vi-du"], "addresses_wrong", {"count": 1, "lines": "2"}),
        (["1,0005X,ai@vi-du.vn"], "addresses_wrong", {"count": 1, "lines": "2"}),
        (["1,0005T,a@vi-du.vn"] * 3, "addresses_wrong", {"count": 2, "lines": "3, 4"}),
    ],
)
def test_what_is_no_pair_is_refused_with_its_lines(lines, code, facts):
    text = "\n".join(["TT,Thẻ,Thư", *lines])
    with pytest.raises(Refusal) as caught:
        read_addresses("thu.csv", text.encode())
    assert (caught.value.code, caught.value.facts) == (code, facts)


def test_addresses_are_stored_by_badge_named_in_no_log_and_deleted_at_once(event):
    given = {"by": "command", "when": "D+1 08:00"}
    assert give(give_addresses, addresses={VAN: "a@vi-du.vn"}, **given) == 1
    give(give_addresses, addresses={VAN: "b@vi-du.vn"}, **given)
    with refused("addresses_unknown", count=1, badges="0099K"):
        give(give_addresses, addresses={"0099K": "b@vi-du.vn"}, **given)
    with refused("address_malformed", address="b"):
        give(give_addresses, addresses={VAN: "b"}, **given)
    with database.reading() as session:
        assert session.exec(select(DelegateAddress.email)).all() == ["b@vi-du.vn"]
        assert "vi-du" not in str(session.exec(select(Change.what)).all())
    assert give(forget_addresses, **given) == 1
    with refused("addresses_none"):
        give(forget_addresses, **given)


# --- the operator's settings ----------------------------------------------------------------------


def settings_with(patch, **settings: str) -> MailSettings | None:
    for name in ("SMTP_HOST", "SMTP_FROM", "PUBLIC_ADDRESS", "SMTP_PORT", "SMTP_PASSWORD"):
        patch.delenv(name, raising=False)
    for name, value in (MAIL | settings).items():
        patch.setenv(name, value)
    return mail_settings()


def test_without_a_server_no_mail_leaves_and_what_is_set_halfway_is_refused(monkeypatch):
    assert settings_with(monkeypatch, SMTP_HOST="") is None
    found = settings_with(monkeypatch)
    assert (found.port, found.security, found.per_minute) == (587, "starttls", 60)
    for wrong, code in (
        ({"SMTP_FROM": "ban to chuc"}, "mail_incomplete"),
        ({"PUBLIC_ADDRESS": "vi-du.vn"}, "mail_incomplete"),
        ({"PUBLIC_ADDRESS": "https://ai:mat@vi-du.vn"}, "mail_incomplete"),
        ({"SMTP_HOST": "smtp vi-du"}, "mail_incomplete"),
        ({"SMTP_PORT": "0"}, "setting_unknown"),
        ({"SMTP_RATE": "nhanh"}, "setting_unknown"),
        ({"SMTP_SECURITY": "ssl"}, "setting_unknown"),
        (
            {"SMTP_HOST": "thu.vi-du.vn", "SMTP_SECURITY": "none", "SMTP_PASSWORD": "bi mat"},
            "mail_password_in_clear",
        ),
    ):
        with monkeypatch.context() as patch, pytest.raises(Refusal, match=code):
            settings_with(patch, **wrong)


def test_the_password_is_in_no_text_of_the_settings(monkeypatch, caplog):
    found = settings_with(monkeypatch, SMTP_USER="may", SMTP_PASSWORD="bi-mat-9")
    assert found.password == "bi-mat-9" and "bi-mat-9" not in f"{found!r} {found}"
    logging.getLogger("data").warning("settings: %s", found)
    assert "bi-mat-9" not in caplog.text


def test_a_message_says_what_it_is_and_names_no_one(event, monkeypatch):
    letter = Letter("Báo cáo tổng hợp", 2, "bao-cao.pdf", FileKind.PDF, "https://vi-du.vn/read/abc")
    facts = {"to": "van@vi-du.vn", "message_id": "<1@vi-du.vn>", "now": REAL}
    settings = settings_with(monkeypatch)
    made = message_of(stage.current(), settings, letter, content=b"%PDF-1.7", **facts)
    text, attached = made.iter_parts()
    assert made["Subject"] == "Báo cáo tổng hợp (lần 2)" and made["Message-ID"] == "<1@vi-du.vn>"
    assert "https://vi-du.vn/read/abc" in text.get_content() and "Bí thư" not in str(made)
    assert (attached.get_content_type(), attached.get_filename()) == (
        "application/pdf",
        "bao-cao.pdf",
    )
    long = message_of(stage.current(), settings, letter, content=bytes(3 * 2**20), **facts)
    assert not list(long.iter_attachments()) and "gửi kèm" not in long.get_content()
