"""Refusals: what the rules say no to, as a code and facts; the sentence is `refusal.<code>` in the catalogues."""


class Refusal(Exception):
    """A command or a file that the rules do not accept. Nothing has been written when it is raised."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})"
