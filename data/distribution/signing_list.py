"""The list on which a delegation's delegates sign for their copies, as an official document."""

from collections.abc import Iterator

from data.distribution.queries import DelegationLedger, LedgerLine
from data.distribution.report import LedgerReport
from data.documents.content import (
    Block,
    Column,
    Document,
    Paragraph,
    Signature,
    Table,
    dots_after,
    heading,
    official,
    roman,
)
from data.words import Words
from models.distribution.ledger import Channel, State

COLUMNS = {
    "place": (0.07, "center"),
    "badge": (0.12, "center"),
    "title": (0.41, "left"),
    "received": (0.18, "center"),
    "signed": (0.22, "left"),
}
"""By the ends of their words' keys: the part of the text's width, the setting."""


def signing_list(report: LedgerReport, words: Words) -> Document:
    """A list by delegation in the words' language and the event's profile, dated by the day on
    which it is taken. Who has acknowledged is named with the day; the others sign."""
    version = report.ledger.version
    delegations = report.ledger.delegations
    several = len(delegations) > 1
    blocks: list[Block] = [
        Paragraph(
            words(
                "document.signing_list.about",
                title=version.title,
                version=version.version,
                digest=version.digest[:12],
            )
        )
    ]
    for place, one in enumerate(delegations, start=1):
        name = words.fact(one.name)
        title = f"{roman(place)}. {name}" if several else name
        blocks += [heading(title), *_of_delegation(one, words)]
    count = report.ledger.count
    closing = words(
        f"document.signing_list.{'closing_missing' if report.missing else 'closing'}",
        expected=count.expected,
        received=count.acknowledged,
    )
    return official(
        report.event,
        words,
        kind="signing_list",
        at=report.at,
        summary=words(
            f"document.signing_list.{'summary_missing' if report.missing else 'summary'}",
            title=version.title,
        ),
        blocks=[*blocks, Paragraph(closing)],
        signatures=_signatures(words),
    )


def _of_delegation(one: DelegationLedger, words: Words) -> Iterator[Block]:
    """Who took the copies, and the lines to sign."""
    receivers = dict.fromkeys(
        row.to_whom for line in one.lines for row in line.channels if row.to_whom
    )
    label = words("document.signing_list.taken_by", who="")
    taken = "; ".join(receivers) or dots_after(label)
    yield Paragraph(f"{label}{taken}", keep_with_next=True)
    columns = tuple(
        Column(words(f"document.signing_list.{name}"), width, align)
        for name, (width, align) in COLUMNS.items()
    )
    rows = tuple(_row(place, line, words) for place, line in enumerate(one.lines, start=1))
    yield Table(columns, rows)


def _row(place: int, line: LedgerLine, words: Words) -> tuple[str, ...]:
    got = [row for row in line.channels if row.state is State.ACKNOWLEDGED]
    day = words.day(min(row.at for row in got)) if got else ""
    by = words(f"distribution.channel_{got[0].channel.value}") if got else ""
    signed = "" if not got or got[0].channel in (Channel.PAPER, Channel.HAND) else by
    return (str(place), line.badge, words.fact(line.title), day, signed)


def _signatures(words: Words) -> tuple[Signature, Signature]:
    """Who hands the copies over, and who takes them for the delegation."""
    vietnamese = words.vietnamese()
    left, right = (vietnamese(f"document.signing_list.{name}") for name in ("gives", "takes"))
    return Signature((("authority", left),)), Signature((("authority", right),))
