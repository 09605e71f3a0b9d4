"""A tab that one test after the other has is as empty as a new one."""

import ast
from pathlib import Path

from tests.browser.conftest import empty
from tests.source import nodes, tree

# What stays with a tab that `empty` has emptied.
STAYS = {"add_init_script", "route_web_socket", "expose_function", "expose_binding"}
LEFT = """async () => [localStorage.length, sessionStorage.length, window.name, document.cookie,
  (await indexedDB.databases()).length, (await caches.keys()).length]"""


def test_nothing_of_a_test_is_left_in_a_tab_that_it_had(server, tab):
    one = tab(server, person="command")
    address = f"{server.address}/account"
    one.goto(address)
    one.context.new_page()
    one.context.set_offline(True)
    one.route("**/account", lambda route: route.abort())
    one.evaluate(
        "async () => { localStorage.a = sessionStorage.a = window.name = document.cookie = 'a=1';"
        " indexedDB.open('a'); await caches.open('a'); }"
    )
    assert 0 not in one.evaluate(LEFT), "the test leaves something of each"
    assert empty(one, server.address)
    assert one.context.pages == [one] and one.context.cookies() == []
    one.goto(address)
    assert one.evaluate(LEFT) == [0, 0, "", "", 0, 0]


def test_what_stays_with_a_tab_is_done_to_a_new_one():
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for test in nodes(tree(path)):
            if isinstance(test, ast.FunctionDef):
                called = {one.attr for one in nodes(test) if isinstance(one, ast.Attribute)}
                given = {one.arg for one in test.args.args}
                assert not called & STAYS or given & {"new_tab"} or "tab" not in given, (
                    f"{path.name}: {test.name}"
                )
