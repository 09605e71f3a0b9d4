"""Tests of models/media.py."""

from datetime import datetime, timezone

import pytest

from models.media import TITLE_LENGTH, require_media_item, require_unpublished
from models.refusals import Refusal


@pytest.mark.parametrize(
    ("outlet", "kind", "title", "code"),
    [
        (" ", "article", "Tin", "outlet_needed"),
        ("Báo", "poster", "Tin", "media_kind_unknown"),
        ("Báo", "article", "\u200b", "media_title_needed"),
        ("Báo", "article", "x" * (TITLE_LENGTH + 1), "media_title_too_long"),
        ("x" * (TITLE_LENGTH + 1), "article", "Tin", "media_title_too_long"),
    ],
)
def test_an_incomplete_media_item_is_refused(outlet, kind, title, code):
    with pytest.raises(Refusal, match=code):
        require_media_item(outlet, kind, title)


def test_a_media_item_is_cleaned():
    assert require_media_item(" Báo  Nghệ An ", "web", "Tin\nmới") == ("Báo Nghệ An", "Tin mới")


def test_an_item_is_published_once():
    at = datetime(2023, 7, 22, tzinfo=timezone.utc)
    require_unpublished("Tin", None)
    with pytest.raises(Refusal) as caught:
        require_unpublished("Tin", at)
    assert (caught.value.code, caught.value.facts) == (
        "already_published",
        {"title": "Tin", "at": at},
    )
