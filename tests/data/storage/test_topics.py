"""Tests of the topics: one list, which the commands, the words, the feed and the pages go by."""

import ast

import pytest

from data.commands import COMMANDS, command, registered
from data.words import LANGUAGES, Words
from models.storage import TICKER_TOPICS, Topic
from tests.data.test_audit import VINH
from tests.test_architecture import ROOT, sources, tree
from web.live import SHOWN, TOPICS


def test_every_command_is_of_a_topic():
    commands = registered()
    assert len(commands) > 3
    assert {type(one.topic) for one in commands.values()} == {Topic}


def test_a_command_of_an_unknown_topic_is_an_error():
    with pytest.raises(ValueError, match="weather"):
        command("x", topic="weather", subject="x")(lambda ctx: None)
    assert "<lambda>" not in COMMANDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_audits_filter_has_words_for_exactly_the_topics(language):
    named = Words(language, VINH).group("audit")
    assert {name.removeprefix("topic_") for name in named if name.startswith("topic_")} == set(
        Topic
    )


def test_the_live_feed_offers_every_topic_and_the_wall():
    assert set(Topic) | {"wall"} == TOPICS and {"event", "clock", "wall"} == SHOWN


def test_the_ticker_shows_no_scans():
    assert "attendance" not in TICKER_TOPICS and set(Topic) > set(TICKER_TOPICS) > {"readiness"}


WATCHING = {"watch", "key_of"}


def watched(module: ast.Module) -> set[str]:
    """The topics that a module names in a call of `live.watch` or `moment.key_of`."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in WATCHING:
            names |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    return names


@pytest.mark.parametrize(
    "path", [*sources("ui"), *sources("pages")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_what_is_watched_is_a_topic(path):
    """A misspelt topic would never wake its region."""
    assert watched(tree(path)) <= set(Topic)


def test_a_misspelt_topic_would_be_found():
    assert watched(ast.parse("live.watch('readines', throttle=3)")) == {"readines"}
