"""The server's log: lines for a person, or one JSON object each (`LOG_FORMAT=json`); never a token, a cookie or a query."""

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from io import TextIOBase

from models.refusals import Refusal

OURS = ("app", "data", "models", "san_sang", "ui", "web")
LEVELS = ("debug", "info", "warning", "error")
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}

# The last line of defence, behind log lines that name no secret in the first place. What may still bring one along is a
# library's own line or the message of an exception.
HIDDEN = "[hidden]"
SECRETS = (
    (re.compile(r"://[^\s/@]+@"), f"://{HIDDEN}@"),  # a database's address with its password
    (re.compile(r"(/(?:join|d)/)(?!\{token\})[^\s/?#\"'<>]+"), rf"\1{HIDDEN}"),
    (
        re.compile(r"(/[^\s?\"'<>]*\?)[^\s\"'<>]+"),
        rf"\1{HIDDEN}",
    ),  # what follows a path's question mark
    (
        re.compile(r"(?i)\b((?:set-)?cookie|(?:proxy-)?authorization)(\\?[\"']?\s*[:=,]\s*).*"),
        rf"\1\2{HIDDEN}",
    ),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:token|password|passwd|secret|pin|san_sang\w*))(\\?[\"']?\s*[=:]\s*)(?!\s)\\?[\"']?[^\s\"',;&)]+"
        ),
        rf"\1\2{HIDDEN}",
    ),
    (
        re.compile(r"(Key \([^)]*\)=)\(.*\)"),
        rf"\1({HIDDEN})",
    ),  # what PostgreSQL adds to a broken constraint
    # Anything long that mixes small letters, capitals and digits as only random text does; and long hexadecimal numbers.
    (re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[A-Za-z0-9_-]{20,}"), HIDDEN),
    (re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{24,}(?![0-9a-fA-F])"), HIDDEN),
)


def redacted(text: str) -> str:
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


def require_settings() -> None:
    """Refuses `setting_unknown` where LOG_FORMAT or LOG_LEVEL is none of its values."""
    for name, values in (("LOG_FORMAT", ("text", "json")), ("LOG_LEVEL", LEVELS)):
        told = os.environ.get(name) or values[0]
        if told not in values:
            raise Refusal(
                "setting_unknown", setting=name, value=told[:40], values=", ".join(values)
            )


def configure() -> None:
    """Sets up every logger of this process, also those that libraries make later. To be called before Streamlit is imported."""
    as_json = os.environ.get("LOG_FORMAT") == "json"
    logging.setLogRecordFactory(_record)
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines()
        if as_json
        else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(
            (os.environ.get("LOG_LEVEL") or ("info" if as_json else "warning")).upper()
        )
    # uvicorn tells the address and the whole path of each WebSocket; `web.requests_log` tells what may be told.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: '"WebSocket ' not in record.getMessage()
    )
    if as_json:
        logging.lastResort = (
            handler  # for a logger that neither has a handler nor asks those above it
        )
        _only_json()


def _only_json() -> None:
    """Streamlit and uvicorn bring handlers of their own, Python prints what nobody caught: all of that as JSON as well."""
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
    threading.excepthook = lambda told: uncaught.error(
        "a thread ended by a bug", exc_info=(told.exc_type, told.exc_value, told.exc_traceback)
    )
    sys.stdout = Printed()


_plain_record = logging.getLogRecordFactory()


def _record(*facts, **more) -> logging.LogRecord:
    """A record whose text and trace hold no secret, whichever logger it is for and whoever formats it."""
    record = _plain_record(*facts, **more)
    try:
        record.msg, record.args = redacted(record.getMessage()), ()
    except (TypeError, ValueError):
        record.msg, record.args = redacted(f"{record.msg} {record.args}"), ()
    if record.exc_info and record.exc_info[0]:
        record.exc_text = redacted(
            _TRACES.formatException(record.exc_info)
        )  # formatters take it as it is
    return record


_TRACES = logging.Formatter()


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, the fields given as `extra`, and a trace where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {
            name: _plain(value)
            for name, value in vars(record).items()
            if name not in STANDARD and name not in told
        }
        if record.exc_text:
            told["trace"] = record.exc_text
        return json.dumps(told, ensure_ascii=False)


def _plain(value: object) -> object:
    return value if isinstance(value, (int, float, bool, type(None))) else redacted(str(value))


class JsonLogger(logging.Logger):
    """A logger that speaks JSON whatever format its handlers came with."""

    def addHandler(self, handler: logging.Handler) -> None:
        handler.setFormatter(JsonLines())
        super().addHandler(handler)


class Printed(TextIOBase):
    """Standard output, line by line into the log: what libraries print for a person would break a reader of JSON."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.begun = ""
        self.log = logging.getLogger("san_sang.printed")

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self.begun = (self.begun + text).split("\n")
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
