"""Tests of ui/shell/exports.py: a file that could not be made is said in one sentence."""

import logging
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import OperationalError
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from data.words import LANGUAGES, Words, catalogue
from models.refusals import Refusal
from tests import apart
from ui.shell import exports
from ui.shell.exports import Export


@pytest.fixture
def tapped(monkeypatch):
    """Taps the button of a file; returns what the browser is answered."""
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    monkeypatch.setattr(DeferredFileHandler, "handle", DeferredFileHandler.handle)
    exports.say_failures()

    def tap(make, language="vi", number=None):
        made = Export(make, Words(language, ZoneInfo("Asia/Ho_Chi_Minh")))
        number = number or files.add_deferred(made, "text/csv", "1", "a.csv")
        request = BackendOperationRequest(request_id="r")
        request.deferred_file.file_id = number
        return apart.run(DeferredFileHandler(lambda: files).handle(request, "s"))

    return tap


def fails_with(failure: Exception):
    def make() -> bytes:
        raise failure

    return make


def test_a_file_that_was_made_is_fetched_at_its_address(tapped):
    answer = tapped(lambda: b"x")
    assert answer.deferred_file.url.startswith("/media/") and not answer.error_msg


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (Refusal("review_altered"), "refusal.review_altered"),
        (OperationalError("", {}, Exception()), "export.lost"),
        (ValueError("a bug"), "export.failed"),
    ],
)
def test_a_failure_is_a_sentence_in_the_visitors_words(tapped, language, failure, sentence):
    answer = tapped(fails_with(failure), language)
    assert answer.error_msg == catalogue(language)[sentence]
    assert not answer.deferred_file.url


def test_a_bug_is_logged_with_its_trace(tapped, caplog):
    tapped(fails_with(ValueError("a bug")))
    (told,) = (one for one in caplog.records if one.levelno == logging.ERROR)
    assert told.exc_info and told.exc_info[0] is ValueError


def test_a_button_that_its_page_has_replaced_says_so_in_both_languages(tapped):
    answer = tapped(lambda: b"x", number="gone")
    assert all(catalogue(one)["export.outdated"] in answer.error_msg for one in LANGUAGES)
