"""Whether a regular expression takes time in proportion to the text, whatever the text is; read
from its parse tree.

A matcher that backtracks, as Python's does, is slow in two ways, and both are looked for:

- One attempt reads the same characters again and again: a quantifier of more than single
  characters, or an unbounded one after one that gives back what it took. `(a+)+b`, `a*a*b`.
- Each of many attempts reads far ahead and fails, since a search begins again at every character:
  `[\\w-]*token`. A quantifier is free of that where its characters can be reached from one
  beginning only: after a character that is none of them, or after a lookbehind that says so; or
  where it ends the pattern, so that nothing after it can fail.

What it cannot decide it calls slow. It may be wrong only in that direction.
"""

import re
from collections.abc import Sequence
from re import _compiler, _constants, _parser

ALPHABET = frozenset(map(chr, range(0x180))) | frozenset("ễơ١\u2028…")  # stands for all characters
SINGLE = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)

Letters = frozenset[str]
Known = list[
    Letters
]  # sets of characters: a run of any of them, from here on, is reached from this one beginning only


class Slow(Exception):
    """Why it is."""


def why_slow(pattern: str, flags: int = 0, *, searched: bool = True) -> str:
    """What makes a pattern slow, empty where nothing does. `searched`: it may begin at every
    character of the text.
    """
    tree = _parser.parse(pattern, flags)
    try:
        _Reading(tree.state).sequence(
            tree.data, [] if searched else [ALPHABET], ends=True, gave_back=False
        )
    except Slow as slow:
        return str(slow)
    return ""


class _Reading:
    def __init__(self, state: _parser.State) -> None:
        self.state = state

    def sequence(
        self, items: Sequence, known: Known, *, ends: bool, gave_back: bool
    ) -> tuple[Known, bool]:
        """Reads items one after the other. `ends`: what follows them can match nothing, so it
        cannot fail.

        `gave_back`: an unbounded quantifier before them may be tried again, shorter. Returns both
        as they are afterwards.
        """
        for number, item in enumerate(items):
            at_end = ends and all(_may_be_empty(one) for one in items[number + 1 :])
            known, gave_back = self.item(item, known, ends=at_end, gave_back=gave_back)
        return known, gave_back

    def item(self, item: tuple, known: Known, *, ends: bool, gave_back: bool) -> tuple[Known, bool]:
        kind, argument = item
        if kind in SINGLE:
            return _after(known, self.letters(item)), gave_back
        if kind is _constants.AT:
            return known + self.beginning(argument), gave_back
        if kind in (_constants.ASSERT, _constants.ASSERT_NOT):
            return self.look(kind, *argument, known), gave_back
        if kind is _constants.SUBPATTERN and not argument[1] and not argument[2]:
            return self.sequence(argument[3], known, ends=ends, gave_back=gave_back)
        if kind is _constants.ATOMIC_GROUP:
            return self.sequence(argument, known, ends=ends, gave_back=False)[0], gave_back
        if kind is _constants.BRANCH:
            read = [
                self.sequence(one, known, ends=ends, gave_back=gave_back) for one in argument[1]
            ]
            return _either(*(one for one, _ in read)), any(gave for _, gave in read)
        if kind in REPEATS:
            unbounded = argument[1] is _constants.MAXREPEAT
            return (self.unbounded if unbounded else self.bounded)(
                kind, *argument, known, ends=ends, gave_back=gave_back
            )
        raise Slow(f"nothing is known of {kind}")

    def beginning(self, place: object) -> Known:
        """What `^` and `\\A` say of the characters before."""
        if place is _constants.AT_BEGINNING and self.state.flags & re.MULTILINE:
            return [ALPHABET - {"\n"}]
        return (
            [ALPHABET] if place in (_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING) else []
        )

    def look(self, kind: object, direction: int, items: Sequence, known: Known) -> Known:
        if direction > 0:
            self.sequence(items, known, ends=False, gave_back=False)
        elif kind is _constants.ASSERT_NOT and len(items) == 1 and items[0][0] in SINGLE:
            return [*known, self.letters(items[0])]
        return known

    def bounded(
        self,
        _kind: object,
        least: int,
        most: int,
        items: Sequence,
        known: Known,
        *,
        ends: bool,
        gave_back: bool,
    ) -> tuple[Known, bool]:
        shortest, longest = _parser.SubPattern(self.state, list(items)).getwidth()
        if most > 1 and shortest != longest:
            raise Slow("a quantifier of what is not always of one length")
        once, gives_back = self.sequence(items, known, ends=ends, gave_back=gave_back)
        twice = self.sequence(items, once, ends=ends, gave_back=gave_back)[0] if most > 1 else once
        return _either(*([] if least else [known]), once, twice), gives_back

    def unbounded(
        self,
        kind: object,
        least: int,
        _most: object,
        items: Sequence,
        known: Known,
        *,
        ends: bool,
        gave_back: bool,
    ) -> tuple[Known, bool]:
        *before, last = items
        if last[0] not in SINGLE or any(
            one not in (_constants.ASSERT, _constants.ASSERT_NOT) for one, _ in before
        ):
            raise Slow("an unbounded quantifier of more than one character")
        for kind_of_look, rest in before:
            self.look(kind_of_look, *rest, [])
        if gave_back:
            raise Slow("an unbounded quantifier after one that gives back")
        letters = self.letters(last)
        if not ends and not any(letters <= one for one in known):
            raise Slow("an unbounded quantifier that many beginnings reach")
        known = (
            _after(known, letters)
            if least
            else [one if letters <= one else one - letters for one in known]
        )
        return known, kind is not _constants.POSSESSIVE_REPEAT

    def letters(self, item: tuple) -> Letters:
        """Which characters an item matches."""
        wanted = f"{item} {self.state.flags}"
        if wanted not in _LETTERS:
            alone = _compiler.compile(_parser.SubPattern(self.state, [item]), self.state.flags)
            _LETTERS[wanted] = frozenset(filter(alone.fullmatch, ALPHABET))
        return _LETTERS[wanted]


_LETTERS: dict[str, Letters] = {}


def _after(known: Known, letters: Letters) -> Known:
    """After a character that has to be there: a run that it belongs to goes on, and one that it
    cannot belong to begins.
    """
    return _widest([*(one for one in known if letters <= one), ALPHABET - letters])


def _either(first: Known, *others: Known) -> Known:
    """What is known whichever way was taken."""
    for other in others:
        first = _widest([one & another for one in first for another in other])
    return first


def _widest(known: Known) -> Known:
    """Without the sets that are part of another one."""
    return [one for one in set(known) if not any(one < another for another in known)]


def _may_be_empty(item: tuple) -> bool:
    """Whether an item matches nothing at all, wherever it stands."""
    kind, argument = item
    if kind in REPEATS:
        return argument[0] == 0
    if kind is _constants.BRANCH:
        return any(all(map(_may_be_empty, one)) for one in argument[1])
    if kind is _constants.SUBPATTERN:
        return all(map(_may_be_empty, argument[3]))
    return kind is _constants.ATOMIC_GROUP and all(map(_may_be_empty, argument))
