"""Decide from its parse tree whether a regular expression is linear in the length of the text.

A backtracking matcher, such as Python's, is superlinear in two ways, and both are looked for:

- One attempt reads the same characters repeatedly: a quantifier over more than single characters,
  or an unbounded one after one that can give back what it took. `(a+)+b`, `a*a*b`.
- Many attempts each read far ahead and fail, since a search starts again at every character:
  `[\\w-]*token`. A quantifier is free of that where only one start reaches its characters: after
  a character that is none of them, or after a lookbehind that excludes them. So is one at the end
  of the pattern, where nothing after it can fail.

The check is conservative: what it cannot decide it calls slow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from re import _compiler, _constants, _parser

# A sample of all characters. A set of some is a number with one bit for each of them: which makes
# the many unions and comparisons quick.
ALPHABET = [*map(chr, range(0x180)), *"ễơ١\u2028…"]
ALL = (1 << len(ALPHABET)) - 1
NEWLINE = 1 << ALPHABET.index("\n")
SINGLE = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
LOOKS = (_constants.ASSERT, _constants.ASSERT_NOT)
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)

Letters = int


class Slow(Exception):
    """The reason."""


@dataclass(frozen=True)
class Before:
    """What is known at one place of a pattern.

    `single_start`: sets of characters; a run of one of them, from here on, is reached from one
    start of the search only. `gives_back`: an earlier unbounded quantifier may be tried again,
    shorter.
    """

    single_start: frozenset[Letters] = frozenset()
    gives_back: bool = False


def why_slow(pattern: str, flags: int = 0, *, searched: bool = True) -> str:
    """The reason why a pattern is slow, or an empty text.

    `searched`: an attempt may start at every character, as in all methods but `match`, `fullmatch`.
    """
    tree = _parser.parse(pattern, flags)
    start = Before() if searched else Before(frozenset({ALL}))
    try:
        _Reading(tree.state).sequence(tree.data, start, ends=True)
    except Slow as slow:
        return str(slow)
    return ""


class _Reading:
    """Reads items of a parse tree in order. `ends`: what follows an item can be empty."""

    def __init__(self, state: _parser.State) -> None:
        self.state = state

    def sequence(self, items: Sequence, before: Before, *, ends: bool) -> Before:
        for number, item in enumerate(items):
            at_end = ends and all(_may_be_empty(one) for one in items[number + 1 :])
            before = self.item(*item, before, ends=at_end)
        return before

    def item(self, kind: object, argument: object, before: Before, *, ends: bool) -> Before:
        if kind in SINGLE:
            return _past(before, self.letters(kind, argument))
        if kind is _constants.AT:
            return _anchored(before, self.beginning(argument))
        if kind in LOOKS:
            return self.look(kind, *argument, before)
        if kind is _constants.SUBPATTERN and not argument[1] and not argument[2]:
            return self.sequence(argument[3], before, ends=ends)
        if kind is _constants.ATOMIC_GROUP:
            after = self.sequence(argument, before, ends=ends)
            return replace(after, gives_back=before.gives_back)
        if kind is _constants.BRANCH:
            return _either(*(self.sequence(one, before, ends=ends) for one in argument[1]))
        if kind in REPEATS and argument[1] is _constants.MAXREPEAT:
            return self.unbounded(kind, argument[0], argument[2], before, ends=ends)
        if kind in REPEATS:
            return self.bounded(*argument, before, ends=ends)
        raise Slow(f"{kind} is not decided")

    def beginning(self, place: object) -> Letters:
        """The characters of a run that starts at `^` or `\\A` and at no other place."""
        if place is _constants.AT_BEGINNING and self.state.flags & re.MULTILINE:
            return ALL & ~NEWLINE
        at_start = place in (_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING)
        return ALL if at_start else 0

    def look(self, kind: object, direction: int, items: Sequence, before: Before) -> Before:
        if direction > 0:
            self.sequence(items, before, ends=False)
        elif kind is _constants.ASSERT_NOT and len(items) == 1 and items[0][0] in SINGLE:
            return _anchored(before, self.letters(*items[0]))
        return before

    def bounded(
        self, least: int, most: int, items: Sequence, before: Before, *, ends: bool
    ) -> Before:
        shortest, longest = _parser.SubPattern(self.state, list(items)).getwidth()
        if most > 1 and shortest != longest:
            raise Slow("a quantifier over more than one length")
        once = self.sequence(items, before, ends=ends)
        twice = self.sequence(items, once, ends=ends) if most > 1 else once
        return _either(once, twice) if least else _either(before, once, twice)

    def unbounded(
        self, kind: object, least: int, items: Sequence, before: Before, *, ends: bool
    ) -> Before:
        *looks, last = items
        if last[0] not in SINGLE or any(one not in LOOKS for one, _ in looks):
            raise Slow("an unbounded quantifier over more than one character")
        for one, argument in looks:
            self.look(one, *argument, Before())
        if before.gives_back:
            raise Slow("an unbounded quantifier after one that gives back")
        letters = self.letters(*last)
        if not ends and not any(_is_part(letters, one) for one in before.single_start):
            raise Slow("an unbounded quantifier that many starts reach")
        after = _past(before, letters) if least else _past_or_not(before, letters)
        return replace(after, gives_back=kind is not _constants.POSSESSIVE_REPEAT)

    def letters(self, kind: object, argument: object) -> Letters:
        """The characters that an item matches."""
        key = f"{kind} {argument} {self.state.flags}"
        if key not in _LETTERS:
            alone = _parser.SubPattern(self.state, [(kind, argument)])
            matches = _compiler.compile(alone, self.state.flags).fullmatch
            bits = (1 << number for number, one in enumerate(ALPHABET) if matches(one))
            _LETTERS[key] = sum(bits)
        return _LETTERS[key]


_LETTERS: dict[str, Letters] = {}


def _anchored(before: Before, letters: Letters) -> Before:
    return replace(before, single_start=_widest(before.single_start | {letters}))


def _past(before: Before, letters: Letters) -> Before:
    """After one of these characters: a run that holds it continues, one that excludes it starts."""
    continued = {one for one in before.single_start if _is_part(letters, one)}
    return replace(before, single_start=_widest(continued | {ALL & ~letters}))


def _past_or_not(before: Before, letters: Letters) -> Before:
    left = {one if _is_part(letters, one) else one & ~letters for one in before.single_start}
    return replace(before, single_start=_widest(left))


def _either(first: Before, *others: Before) -> Before:
    """What is known whichever alternative matched."""
    for other in others:
        both = {one & another for one in first.single_start for another in other.single_start}
        first = Before(_widest(both), first.gives_back or other.gives_back)
    return first


def _widest(sets: set[Letters] | frozenset[Letters]) -> frozenset[Letters]:
    """Without those that are part of another one."""
    return frozenset(
        one
        for one in sets
        if one and not any(one != another and _is_part(one, another) for another in sets)
    )


def _is_part(letters: Letters, of: Letters) -> bool:
    return not letters & ~of


def _may_be_empty(item: tuple) -> bool:
    """Whether an item can match nothing, at any place."""
    kind, argument = item
    if kind in REPEATS:
        return argument[0] == 0
    if kind is _constants.BRANCH:
        return any(all(map(_may_be_empty, one)) for one in argument[1])
    if kind is _constants.SUBPATTERN:
        return all(map(_may_be_empty, argument[3]))
    return kind is _constants.ATOMIC_GROUP and all(map(_may_be_empty, argument))
