"""How the server and the process of an import speak over their own pipe: one object after another.

That process reads the files of strangers. What it says may therefore build data alone: the classes
of an import, and no function.
"""

import pickle
from enum import EnumType
from typing import Any, BinaryIO

OURS = ("models.", "data.imports.")
OTHERS = {
    "builtins": {"set", "frozenset", "slice", "range", "complex", "bytearray"},
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "pathlib": {"Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"},
}
BROKEN = (EOFError, OSError, pickle.UnpicklingError)
"""What `take` raises where the other side is gone, or says what it may not."""


def say(into: BinaryIO, what: object) -> None:
    pickle.dump(what, into)
    into.flush()


def take(out_of: BinaryIO) -> Any:
    """What the process of an import says next; waits for it. Raises one of `BROKEN`."""
    return _Data(out_of).load()


def take_request(out_of: BinaryIO) -> Any:
    """What the server asks for next; its process may build whatever the server could."""
    return pickle.load(out_of)


class _Data(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Our own classes of data, and a few of Python's; no function, whosever it is."""
        if name in OTHERS.get(module, ()):
            return super().find_class(module, name)
        if (module, name) == ("builtins", "getattr"):
            return _member  # by which some versions of Python write the members of an enumeration
        if module.startswith(OURS):
            found = super().find_class(module, name)
            if isinstance(found, type) and (found.__module__, found.__qualname__) == (module, name):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an import")


def _member(kind: Any, name: str) -> object:
    if not isinstance(kind, EnumType) or name not in kind.__members__:
        raise pickle.UnpicklingError(f"{name} is no member of an enumeration")
    return kind.__members__[name]
