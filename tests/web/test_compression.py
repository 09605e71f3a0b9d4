"""Compressed forms: which one a client gets, and that those on disk are whole and right."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from web import compression
from web.compression import BEGUN, CODINGS, KEEP_SECONDS, Content, Forms, preferred

TEXT = b"".join(b"const line%d = %d;\n" % (number, number * 7919) for number in range(3_000))


@pytest.mark.parametrize(
    ("accepted", "with_forms", "without"),
    [
        (None, "identity", "identity"),
        ("", "identity", "identity"),
        ("gzip, deflate", "gzip", "identity"),
        ("gzip, deflate, br, zstd", "br", "identity"),
        ("GZIP", "gzip", "identity"),
        ("br;q=0.2, gzip;q=0.8", "gzip", "identity"),
        ("br;q=0.5, identity", "identity", "identity"),
        ("gzip;q=0, *;q=0.1", "br", "identity"),
        ("zstd, compress", "identity", "identity"),
        ("*", "br", "identity"),
        ("gzip, identity;q=0", "gzip", None),
        ("identity;q=0", None, None),
        ("*;q=0", None, None),
        ("br;q=x, gzip;q=7, ;;, =", "identity", "identity"),
    ],
)
def test_a_client_gets_what_it_likes_best_of_what_is_ready(accepted, with_forms, without):
    assert preferred(accepted, CODINGS) == with_forms
    assert preferred(accepted, ()) == without


def test_a_form_is_made_once_and_found_by_the_next_start(tmp_path, monkeypatch):
    made = Content(TEXT)
    Forms(lambda: [tmp_path]).make(made)
    assert {name: CODINGS[name].decode(form) for name, form in made.forms.items()} == {
        "br": TEXT, "gzip": TEXT,
    }  # fmt: skip
    assert max(map(len, made.forms.values())) < len(TEXT) / 3
    monkeypatch.setattr(compression, "CODINGS", {name: _Broken(CODINGS[name]) for name in CODINGS})
    found = Content(TEXT)
    Forms(lambda: [tmp_path]).make(found)
    assert found.forms == made.forms


class _Broken(compression.Coding):
    """A coding that can be read and no more."""

    def __init__(self, coding: compression.Coding) -> None:
        super().__init__(lambda _content: pytest.fail("made once more"), coding.decode)


@pytest.mark.parametrize("damage", [b"", b"not a form", TEXT[:40]])
def test_a_damaged_file_is_made_again(tmp_path, damage):
    content = Content(TEXT)
    for name in CODINGS:
        (tmp_path / f"{content.digest}.{name}").write_bytes(damage)
    Forms(lambda: [tmp_path]).make(content)
    for name, coding in CODINGS.items():
        assert coding.decode((tmp_path / f"{content.digest}.{name}").read_bytes()) == TEXT
        assert coding.decode(content.forms[name]) == TEXT


def test_without_a_folder_to_write_they_live_in_memory(tmp_path):
    (tmp_path / "file").write_text("no folder")
    nowhere, second = tmp_path / "file" / "compressed", tmp_path / "second"
    for folders in ([], [nowhere]):
        content = Content(TEXT)
        Forms(lambda folders=folders: folders).make(content)
        assert set(content.forms) == set(CODINGS)
    Forms(lambda: [nowhere, second]).make(Content(TEXT))
    assert len(list(second.iterdir())) == len(CODINGS)


def test_what_gains_nothing_has_no_form(tmp_path):
    for plain in (b"short", os.urandom(5_000)):
        content = Content(plain)
        Forms(lambda: [tmp_path]).make(content)
        assert content.forms == {} and content.form("identity") == plain


def test_forms_of_versions_long_gone_are_deleted(tmp_path):
    old, new, begun = tmp_path / "old.br", tmp_path / "new.br", tmp_path / f"{BEGUN}x"
    for file in (old, new, begun):
        file.write_bytes(b"form")
    for file in (old, begun):
        os.utime(file, (time.time() - KEEP_SECONDS - 60,) * 2)
    Forms(lambda: [tmp_path]).prune()
    assert list(tmp_path.iterdir()) == [new]


# --- two processes -------------------------------------------------------------------------------

ROUNDS = 60


def write_in_place(file: Path, form: bytes) -> None:
    """The control: a file that others see while it grows."""
    with file.open("wb") as growing:
        for start in range(0, len(form), 1000):
            growing.write(form[start : start + 1000])
            growing.flush()
            time.sleep(0.0002)


def write_again(folder: Path, in_place: bool) -> int:
    """Writes the same form over and over; returns how often the other process's was damaged."""
    write = write_in_place if in_place else compression._write
    content, damaged = Content(TEXT), 0
    form, forms = CODINGS["gzip"].encode(TEXT), Forms(lambda: [folder])
    file = folder / f"{content.digest}.gzip"
    write(file, form)
    for _ in range(ROUNDS):
        damaged += forms._kept(content, "gzip") is None
        write(file, form)
    return damaged


@pytest.mark.slow
@pytest.mark.parametrize("in_place", [False, True], ids=["whole", "control"])
def test_two_processes_that_make_a_form_at_once_never_meet_half_of_one(tmp_path, in_place):
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        met = list(pool.map(write_again, [tmp_path] * 2, [in_place] * 2))
    assert (sum(met) > 0) is in_place
    if not in_place:
        assert [file.suffix for file in tmp_path.iterdir()] == [".gzip"]
