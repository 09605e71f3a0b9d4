"""The page by which a delegate puts a question from a telephone."""

import pytest

from data.contributions.phone import close_questions, open_questions
from data.contributions.queries import contributions_at
from data.storage import database
from data.words import catalogue
from models.events.event import View
from tests.stage import VAN, at, current, give, item

pytestmark = pytest.mark.xdist_group("web")
SAY = catalogue("vi")


def test_a_delegate_asks_by_a_plain_form_that_runs_no_script(server):
    facts = {"by": "command", "when": "D+1 07:00", "item_id": item("dien_dan_1")}
    token = give(open_questions, **facts).token
    shown = server.ask(f"/ask/{token}")
    assert shown.status == 200 and "<script" not in shown.text
    assert "Diễn đàn 1" in shown.text and SAY["question.consent"] in shown.text
    name = shown.cookies["san_sang_phone"]  # one telephone of many behind the hall's address
    assert "HttpOnly" in shown.set_cookies[0]
    form = {"badge": VAN, "unit": "Nghi Lộc", "text": "<b>Bao giờ có điện?</b>"}
    wrong = server.ask(f"/ask/{token}", method="POST", form=form | {"unit": "Nơi khác"})
    assert wrong.status == 403 and SAY["refusal.sender_unknown"] in wrong.text
    assert "&lt;b&gt;Bao giờ có điện?" in wrong.text  # what was typed stays
    stranger = server.ask(
        f"/ask/{token}", method="POST", form=form, origin="https://elsewhere.example"
    )
    assert stranger.status == 403
    cookie = {"Cookie": shown.set_cookies[0].partition(";")[0]}
    assert server.ask(f"/ask/{token}", **cookie).set_cookies == ()
    sent = server.ask(f"/ask/{token}", method="POST", form=form, **cookie)
    assert ".known." in sent.cookies["san_sang_phone"] and ".known." not in name
    assert sent.status == 303 and sent.headers["location"].startswith(f"/ask/{token}?sent=")
    number = sent.headers["location"].partition("sent=")[2].partition("&")[0]
    thanks = server.ask(sent.headers["location"])
    assert SAY["question.sent"].format(number=number) in thanks.text
    again = server.ask(f"/ask/{token}", method="POST", form=form)
    assert again.status == 429
    with database.reading() as session:
        (one,) = contributions_at(session, current(), View(at("D+900 07:00")))
    assert (one.text, one.office) == (form["text"], "")
    give(close_questions, **facts)
    closed = server.ask(f"/ask/{token}")
    assert closed.status == 404 and SAY["refusal.questions_closed"] in closed.text
    assert server.ask("/ask/nothing").status == 404
