"""Fragments whose repetition a backtracking pattern is slow on: prefixes of what the log hides."""

HOSTILE = (
    "-a", "a-", "-", "a", "aA1", "aA1-", "_", "é", "0f", "0f ", " ", "\n", "a\n", "\\", '"',
    '\\"', "'", "(", ")", ")=(", "[hidden]", ",", "://", "://a", "://a:b@", "@", "/", "/a",
    "/?", "/a?", "?", "/join/", "/d/", "join/", "/join/{token}", "{token}", "Key (", "Key (a)",
    "Key (a)=(", "Key (Key (a)=(b) ", "cookie", "cookie ", "cookie:", "set-",
    "proxy-authorization", "authorization,", "token", "token ", "token=", "-token",
    "tokentoken-", "password ", "password:", "passwd\\", "secret'", "pin", "pin=", "pin = ",
    "san_sang", "san_sang-", "san_sang ", "san_sang=", "san_san", "=", ":", "a=", "a:",
)  # fmt: skip


def repeated(fragment: str, length: int) -> str:
    """A fragment repeated up to a length."""
    return fragment * (length // len(fragment))
