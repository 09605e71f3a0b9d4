"""Tests of what the start page tells a browser to fetch at once."""

import pytest

from web import preload
from web.static_files import FILES, VERSIONED

PATHS = ["/", "/wall", "/update"]


def test_the_start_page_still_names_its_scripts_as_this_module_reads_them():
    assert len(preload.entry()) > 20 and all(path in FILES for path in preload.entry())


@pytest.mark.parametrize("path", PATHS)
def test_everything_named_is_there_to_be_fetched_once(path):
    modules = preload.modules(path)
    plain = [VERSIONED.sub(r"/assets\2", one) for one in modules]
    assert all(one in FILES for one in plain) and len(set(plain)) == len(plain)
    assert not set(modules) & set(preload.entry())


@pytest.mark.parametrize("path", PATHS)
def test_what_mounts_our_components_is_named_first_of_streamlits(path):
    chunks = [one for one in preload.modules(path) if one.startswith("/static/")]
    assert chunks[0].startswith("/static/js/BidiComponent.")


def test_addresses_that_anybody_makes_up_are_of_one_kind_and_are_not_kept():
    known = preload.modules("/log")
    kept = preload._modules.cache_info().currsize
    assert all(preload.modules(f"/made-up-{number}") is known for number in range(50))
    assert preload._modules.cache_info().currsize == kept
