"""Refusals: what the rules reject, as a code and facts.

The sentence is `refusal.<code>` in the catalogues of `data.words`.
"""


class Refusal(Exception):
    """A command or a file that the rules do not accept; nothing of it is written."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"
