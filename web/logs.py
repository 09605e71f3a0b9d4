"""The server's log: lines for a person, or one JSON object each (`LOG_FORMAT=json`); never a
token, a cookie or a query.
"""

import json
import logging
import os
import re
import sys
import threading
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from io import TextIOBase
from itertools import accumulate

from models.refusals import Refusal

OURS = ("app", "data", "models", "san_sang", "ui", "web")
LEVELS = ("debug", "info", "warning", "error")
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}

# A client decides how long some texts are: each is cut to these bounds before a pattern is tried.
MAX_LINE = 2_000  # characters
MAX_TEXT = 12_000  # characters; a longer text keeps its first and its last lines
CUT = "…"
SEPARATORS = ("=", ":", ",")  # between a secret's name and its value

# The last line of defence, behind log lines that name no secret in the first place. What may still
# bring one along is a library's own line or the message of an exception.
#
# Every pattern is linear in the length of the text. Its quantifiers are possessive, and it starts
# only where a run of characters starts, as in `(?<![\w-])[\w-]++`: `\b[\w-]*` reads the rest of
# the same run again from each word of it, and 12 KB of `-a` then block the event loop for 7 s.
# tests/regexes.py states the rule.
HIDDEN = "[hidden]"
TOKEN_FOLDERS = ("ask", "calendar", "d", "join", "read")  # what follows them in a path is a token
SECRETS = (
    # A database's address with its password.
    (re.compile(r"://[^\s/@]++@"), f"://{HIDDEN}@"),
    # A token in a path.
    (
        re.compile(rf"(/(?:{'|'.join(TOKEN_FOLDERS)})/)(?!\{{token\}})[^\s/?#\"'<>]++"),
        rf"\1{HIDDEN}",
    ),
    # What follows a path's question mark.
    (re.compile(r"(?<![^\s\"'<>])([^\s\"'<>/]*+/[^\s\"'<>?]*+\?)[^\s\"'<>]++"), rf"\1{HIDDEN}"),
    # The rest of a line that names a header.
    (
        re.compile(r"(?i)\b((?:set-)?cookie|(?:proxy-)?authorization)(\\?[\"']?\s*+[:=,]\s*+).*+"),
        rf"\1\2{HIDDEN}",
    ),
    # The value of a name that ends like a secret's, or has our cookie's name in it.
    (
        re.compile(
            r"""(?ix)
            (
                (?<![\w-]) [\w-]++
                (?: (?<=token) | (?<=password) | (?<=passwd) | (?<=secret) | (?<=pin) )
            |
                (?<!\w) (?: (?!san_sang) \w )*+ san_sang \w*+
            )
            ( \\? ["']? \s*+ [=:] \s*+ )
            \\? ["']? [^\s"',;&)]++
            """
        ),
        rf"\1\2{HIDDEN}",
    ),
    # PostgreSQL's detail of a violated constraint, `Key (columns)=(values)`; without a closing
    # bracket, the rest of the line.
    (re.compile(r"(?m)^((?>.*?\)=\())(?>.*\)|.*)"), rf"\1{HIDDEN})"),
    # Anything long that mixes small letters, capitals and digits as only random text does.
    (
        re.compile(
            r"""(?x)
            (?<! [\w-] )
            (?= (?: (?![a-z]) [\w-] )*+ [a-z] )
            (?= (?: (?![A-Z]) [\w-] )*+ [A-Z] )
            (?= (?: (?!\d) [\w-] )*+ \d )
            [A-Za-z0-9_-]{20,}+
            """
        ),
        HIDDEN,
    ),
    # Long hexadecimal numbers.
    (re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{24,}+"), HIDDEN),
)


def redacted(text: str) -> str:
    """Hide secrets and cut a long text, whose end then states how many characters are missing."""
    shortened, left_out = cut(text)
    for pattern, instead in SECRETS:
        shortened = pattern.sub(instead, shortened)
    return f"{shortened} [{left_out} characters left out]" if left_out else shortened


def cut(text: str) -> tuple[str, int]:
    """Shorten a text to the bounds, an ellipsis per gap; also returns the number of missing
    characters.

    A line is cut at a space and a text between two lines, so that a secret remains whole, which a
    pattern then hides, or not at all. The last lines remain: the end of a trace names the
    exception.
    """
    if len(text) <= MAX_LINE:
        return text, 0
    lines = text.split("\n")
    starts = _outer([_cut_line(line) for line in lines])
    for number, before in enumerate(lines[:-1]):
        if starts[number] != before and _may_go_on(before, lines[number + 1]):
            starts[number + 1] = None
    left_out = len(text) - len("\n".join(start for start in starts if start is not None))
    return "\n".join(_marked(lines, starts)), left_out


def _cut_line(line: str) -> str:
    if len(line) <= MAX_LINE:
        return line
    words = line[:MAX_LINE].rsplit(maxsplit=1)
    return words[0] if len(words) == 2 else ""


def _outer(lines: list[str]) -> list[str | None]:
    """The first and the last lines that fit; None for each line between them."""
    if sum(map(len, lines)) + len(lines) <= MAX_TEXT:
        return [*lines]
    first, last = _fitting(lines), len(lines) - _fitting(lines[::-1])
    return [*lines[:first], *[None] * (last - first), *lines[last:]]


def _fitting(lines: list[str]) -> int:
    """How many lines, from the first on, fit into half of the text's bound."""
    return bisect(list(accumulate(len(line) + 1 for line in lines)), MAX_TEXT // 2)


def _may_go_on(before: str, line: str) -> bool:
    """Whether a secret's name may end the one line and its value start the next."""
    before, line = before.rstrip(), line.lstrip()
    return not before or not line or before.endswith(SEPARATORS) or line.startswith(SEPARATORS)


def _marked(lines: list[str], starts: list[str | None]) -> Iterator[str]:
    in_gap = False
    for line, start in zip(lines, starts):
        if start is not None:
            yield line if start == line else f"{start} {CUT}".lstrip()
        elif not in_gap:
            yield CUT
        in_gap = start is None


def require_settings() -> None:
    """Refuses `setting_unknown` where LOG_FORMAT or LOG_LEVEL is none of its values."""
    for name, values in (("LOG_FORMAT", ("text", "json")), ("LOG_LEVEL", LEVELS)):
        value = os.environ.get(name) or values[0]
        if value not in values:
            raise Refusal(
                "setting_unknown", setting=name, value=value[:40], values=", ".join(values)
            )


def configure() -> None:
    """Sets up every logger of this process, also those that libraries make later. To be called
    before Streamlit is imported.
    """
    as_json = os.environ.get("LOG_FORMAT") == "json"
    logging.setLogRecordFactory(_record)
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines() if as_json else TextLines("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(
            (os.environ.get("LOG_LEVEL") or ("info" if as_json else "warning")).upper()
        )
    # uvicorn logs the address and the whole path of each WebSocket; `web.requests_log` logs what
    # may be logged.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: '"WebSocket ' not in record.getMessage()
    )
    if as_json:
        logging.lastResort = (
            handler  # for a logger that neither has a handler nor asks those above it
        )
        _only_json()


def _only_json() -> None:
    """Streamlit and uvicorn bring handlers of their own, Python prints what no one caught: all
    of that as JSON as well.
    """
    logging.setLoggerClass(JsonLogger)
    for logger in list(logging.root.manager.loggerDict.values()):
        if (
            type(logger) is logging.Logger
        ):  # made before this; its library may yet give it a handler
            logger.__class__ = JsonLogger
            for handler in logger.handlers:
                handler.setFormatter(JsonLines())
    logging.captureWarnings(True)
    uncaught = logging.getLogger("san_sang.uncaught")
    sys.excepthook = lambda kind, failure, trace: uncaught.critical(
        "ended by a bug", exc_info=(kind, failure, trace)
    )
    threading.excepthook = lambda failure: uncaught.error(
        "a thread ended by a bug",
        exc_info=(failure.exc_type, failure.exc_value, failure.exc_traceback),
    )
    sys.stdout = Printed()


_plain_record = logging.getLogRecordFactory()


def _record(*facts, **more) -> logging.LogRecord:
    """A record whose text and trace hold no secret, whichever logger it is for and whoever
    formats it.
    """
    record = _plain_record(*facts, **more)
    try:
        record.msg, record.args = redacted(record.getMessage()), ()
    except (TypeError, ValueError):
        record.msg, record.args = redacted(f"{record.msg} {record.args}"), ()
    if record.exc_info and record.exc_info[0]:
        record.exc_text = redacted(
            _TRACES.formatException(record.exc_info)
        )  # formatters take it as it is
    if record.stack_info:
        record.stack_info = redacted(record.stack_info)
    return record


_TRACES = logging.Formatter()


class TextLines(logging.Formatter):
    """One line a message, whatever is in it: a line break in a text from outside must not begin
    what reads like a line of ours. A trace follows, each of its lines set in.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return "".join(map(_visible, super().formatMessage(record)))

    def format(self, record: logging.LogRecord) -> str:
        first, *more = super().format(record).splitlines()
        return "\n".join([first, *(f"  {line}" for line in more)])


def _visible(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, the fields given as `extra`, and a
    trace where there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            name: _plain(value)
            for name, value in vars(record).items()
            if name not in STANDARD and name not in line
        }
        if record.exc_text:
            line["trace"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


def _plain(value: object) -> object:
    return value if isinstance(value, (int, float, bool, type(None))) else redacted(str(value))


class JsonLogger(logging.Logger):
    """A logger that speaks JSON whatever format its handlers came with."""

    def addHandler(self, handler: logging.Handler) -> None:
        handler.setFormatter(JsonLines())
        super().addHandler(handler)


class Printed(TextIOBase):
    """Standard output, line by line into the log: what libraries print for a person would break
    a reader of JSON.
    """

    encoding = "utf-8"

    def __init__(self) -> None:
        self.begun: list[
            str
        ] = []  # of the line that has not ended; joined once, however many pieces it comes in
        self.log = logging.getLogger("san_sang.printed")

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, begun = text.split("\n")
        if lines:
            lines[0], self.begun = "".join([*self.begun, lines[0]]), []
        self.begun.append(begun)
        for line in filter(str.strip, lines):
            self.log.info(line.strip())
        return len(text)


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """Keeps the loggers below a name silent, except for errors."""
    loggers = [
        logging.getLogger(known)
        for known in logging.root.manager.loggerDict
        if known.startswith(name)
    ]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before):
            logger.setLevel(level)
