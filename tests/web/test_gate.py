"""Tests of what the gate's service worker keeps on the device."""

import re

import pytest

from web.gate import MODULES
from web.paths import ASSETS

WORKER = (ASSETS / "gate" / "worker.js").read_text(encoding="utf-8")
OWN = sorted(path.stem for path in (ASSETS / "gate").glob("*.js") if path.name != "worker.js")


@pytest.mark.parametrize("script", OWN)
def test_every_script_of_the_gate_and_what_it_imports_opens_without_the_network(script):
    assert f'"{script}"' in WORKER
    text = (ASSETS / "gate" / f"{script}.js").read_text(encoding="utf-8")
    for imported in re.findall(r'from "/assets/([\w/]+)\.js"', text):
        assert f'"/assets/{imported}.js"' in WORKER or imported.removeprefix("gate/") in OWN


def test_the_page_names_every_module_that_its_script_imports_so_that_none_waits_for_another():
    found, waiting = set(), ["/assets/gate/gate.js"]
    while waiting:
        text = (ASSETS / waiting.pop().removeprefix("/assets/")).read_text(encoding="utf-8")
        imported = set(re.findall(r'from "(/assets/[\w/]+\.js)"', text)) - found
        found |= imported
        waiting += imported
    assert found == set(MODULES)
