"""Fragments that, repeated, keep a pattern busy that backtracks: beginnings of what the log's
patterns look for, and never an end.
"""

HOSTILE = (
    "-a", "a-", "-", "a", "aA1", "aA1-", "_", "é", "0f", "0f ", " ", "\n", "a\n", "\\", '"', '\\"',
    "'", "(", ")", ")=(", "[hidden]", ",",
    "://", "://a", "://a:b@", "@", "/", "/a", "/?", "/a?", "?", "/join/", "/d/", "join/",
    "/join/{token}", "{token}",
    "Key (", "Key (a)", "Key (a)=(", "Key (Key (a)=(b) ", "cookie", "cookie ", "cookie:", "set-",
    "proxy-authorization", "authorization,",
    "token", "token ", "token=", "-token", "tokentoken-", "password ", "password:", "passwd\\",
    "secret'", "pin", "pin=", "pin = ",
    "san_sang", "san_sang-", "san_sang ", "san_sang=", "san_san", "=", ":", "a=", "a:",
)  # fmt: skip


def repeated(fragment: str, length: int) -> str:
    """A text of a fragment, about so long."""
    return fragment * (length // len(fragment))
