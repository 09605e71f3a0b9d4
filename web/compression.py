"""Compressed forms of what is served again and again: made once, kept on disk for every process
and every start, chosen by what a client accepts.
"""

import gzip
import hashlib
import logging
import os
import queue
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli

from data.storage import database

log = logging.getLogger(__name__)

IDENTITY = "identity"  # a content as it is
MIN_BYTES = 200  # what is shorter fits into one packet as it is
KEEP_SECONDS = 60 * 24 * 3600  # a form on disk that is older was made for an earlier version
BEGUN = ".begun-"  # how the name of a file begins that is still being written


@dataclass(frozen=True)
class Coding:
    """A content coding: how a form of it is made, and how it is read."""

    encode: Callable[[bytes], bytes]
    decode: Callable[[bytes], bytes]


# By preference, each at its highest level, since a form is made once: brotli leaves 20 % of
# Streamlit's start scripts, gzip 24 %. Browsers offer brotli by https alone.
CODINGS = {
    "br": Coding(lambda content: brotli.compress(content, quality=11), brotli.decompress),
    "gzip": Coding(lambda content: gzip.compress(content, 9, mtime=0), gzip.decompress),
}

UNREADABLE = (OSError, EOFError, zlib.error, brotli.error)  # a form's file that is damaged


class Content:
    """Bytes to serve, and those of their compressed forms that are ready."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        self.forms: dict[str, bytes] = {}
        self.asked = False  # whether the forms are made already, or soon

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.plain).hexdigest()[:32]

    def form(self, coding: str) -> bytes:
        return self.forms.get(coding, self.plain)


class Forms:
    """Makes forms one after the other on a thread of its own: no request waits for one.

    A form's file is named after the digest of its content, so that processes and versions share a
    folder; what is read from it is compared with the content. Without a folder that can be written
    the forms live in memory alone.
    """

    def __init__(self, folders: Callable[[], Iterable[Path]]) -> None:
        self._folders = folders
        self._waiting: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._one = threading.Lock()

    def ask(self, content: Content) -> None:
        """Have the forms of a content made, unless they were asked for."""
        if not content.asked:
            content.asked = True
            self.later(lambda: self.make(content))

    def later(self, work: Callable[[], object]) -> None:
        """Have something done on the thread of the forms."""
        self._waiting.put(work)
        with self._one:
            if self._thread is None:
                # A daemon: a server that stops does not wait for a form.
                self._thread = threading.Thread(target=self._run, name="forms", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        self.prune()
        while True:
            self._waiting.get()()

    def make(self, content: Content) -> None:
        """Make, or find on disk, each form that is shorter than the content."""
        content.asked = True
        if len(content.plain) < MIN_BYTES:
            return
        for name, coding in CODINGS.items():
            made = self._kept(content, name) or self._made(content, name, coding)
            if len(made) < len(content.plain):
                content.forms[name] = made

    @cached_property
    def folder(self) -> Path | None:
        """The first folder that can be written; None where none can."""
        for folder in self._folders():
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    return folder
        return None

    def _kept(self, content: Content, name: str) -> bytes | None:
        """The form on disk; None where there is none, or one that is damaged."""
        if self.folder is None:
            return None
        try:
            form = self._file(self.folder, content, name).read_bytes()
            return form if CODINGS[name].decode(form) == content.plain else None
        except UNREADABLE:
            return None

    def _made(self, content: Content, name: str, coding: Coding) -> bytes:
        form = coding.encode(content.plain)
        if self.folder is not None:
            try:
                _write(self._file(self.folder, content, name), form)
            except OSError as failure:  # a full disk: the form is made again at the next start
                log.info("a compressed form was not kept: %s", failure)
        return form

    @staticmethod
    def _file(folder: Path, content: Content, name: str) -> Path:
        return folder / f"{content.digest}.{name}"

    def prune(self) -> None:
        """Delete the forms of versions long gone, and what a process left unfinished."""
        before = time.time() - KEEP_SECONDS
        for file in self.folder.iterdir() if self.folder else ():
            with suppress(OSError):  # another process was faster
                if file.stat().st_mtime < before:
                    file.unlink()


def _write(file: Path, form: bytes) -> None:
    """Put a file in its place whole: another process reads the old one, or none, or this one."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=BEGUN, delete=False) as begun:
        begun.write(form)
    try:
        os.replace(begun.name, file)
    except OSError:
        Path(begun.name).unlink(missing_ok=True)
        raise


def _folders() -> Iterable[Path]:
    """`var/`; where that cannot be written, as in a container, next to the database's file."""
    yield database.VAR / "compressed"
    if file := database.file_of(database.url()):
        yield file.parent / "compressed"


forms = Forms(_folders)


# --- what a client accepts -----------------------------------------------------------------------


def preferred(accepted: str | None, ready: Iterable[str]) -> str | None:
    """The coding to answer in, by a request's Accept-Encoding (RFC 9110, 12.5.3): of those that
    are ready and `identity` the one with the highest weight; None where it excludes them all.
    """
    weights = _weights(accepted or "")
    others = weights.get("*")
    offers = {coding: weights.get(coding, others or 0.0) for coding in CODINGS if coding in ready}
    # Where it is not named it is acceptable, but nothing is less so.
    offers[IDENTITY] = weights.get(IDENTITY, 0.001 if others is None else others)
    coding = max(offers, key=lambda one: offers[one])
    return coding if offers[coding] > 0 else None


def _weights(accepted: str) -> dict[str, float]:
    """The weight of each coding that the header names; what cannot be read is left out."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, value = parameter.partition("=")
        with suppress(ValueError):
            weight = float(value) if name.strip() == "q" else 1.0
            if 0 <= weight <= 1:
                weights[coding.strip()] = weight
    return weights
