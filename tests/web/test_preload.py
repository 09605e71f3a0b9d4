"""Tests of what the wall's page tells a browser to fetch at once."""

from web import preload


def test_everything_named_is_there_to_be_fetched():
    assets = [address for address in preload.MODULES if address.startswith("/assets/")]
    chunks = [address for address in preload.MODULES if address.startswith("/static/js/")]
    assert assets and chunks
    assert all((preload.STATIC / address.lstrip("/")).is_file() for address in chunks)


def test_the_chunk_that_mounts_components_is_named_first_of_streamlits():
    assert preload.streamlit_chunks()[0].startswith("/static/js/BidiComponent.")
