"""Tests of ui/shell/exports.py: a file that could not be made is said in one sentence, and one that
was made waits for its request.
"""

import asyncio
import logging
from pathlib import PurePosixPath
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
def files() -> MediaFileManager:
    return MediaFileManager(MemoryMediaFileStorage("/media"))


@pytest.fixture
def tapped(files, monkeypatch):
    """Taps the button of a file; returns what the browser is answered."""
    monkeypatch.setattr(DeferredFileHandler, "handle", DeferredFileHandler.handle)
    exports.mend_downloads()

    async def answered(request, then):
        answer = await DeferredFileHandler(lambda: files).handle(request, "s")
        if then:
            await then
        return answer

    def tap(make, language="vi", number=None, then=None):
        made = Export(make, Words(language, ZoneInfo("Asia/Ho_Chi_Minh")))
        number = number or files.add_deferred(made, "text/csv", "1", "a.csv")
        request = BackendOperationRequest(request_id="r")
        request.deferred_file.file_id = number
        return apart.run(answered(request, then))

    return tap


def fails_with(failure: Exception):
    def make() -> bytes:
        raise failure

    return make


def test_a_file_that_was_made_is_fetched_at_its_address(tapped):
    answer = tapped(lambda: b"x")
    assert answer.deferred_file.url.startswith("/media/") and not answer.error_msg


def test_a_file_waits_for_its_request_however_many_pages_are_drawn_meanwhile(files, tapped):
    """Each script of anybody's that ends removes what no session refers to."""
    url = tapped(lambda: b"x").deferred_file.url
    number = PurePosixPath(url).stem
    for _ in range(5):
        files.remove_orphaned_files()
    assert files.read_file(number).content == b"x"


def test_a_file_that_was_not_fetched_in_time_is_let_go(files, tapped, monkeypatch):
    monkeypatch.setattr(exports, "FETCHED_WITHIN", 0)
    number = PurePosixPath(tapped(lambda: b"x", then=asyncio.sleep(0.01)).deferred_file.url).stem
    for _ in range(2):
        files.remove_orphaned_files()
    assert files.read_file(number) is None


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
