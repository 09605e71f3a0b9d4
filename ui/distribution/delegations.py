"""The delegations as a table, what is left to do of each, and the acts for the chosen one."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from data.distribution.commands import (
    hand_over_copies,
    queue_email,
    sign_for_copies,
    take_copies_back,
)
from data.distribution.link_sheets import link_sheets
from data.distribution.links import GivenLink, give_links
from data.distribution.mail import leaves
from data.distribution.queries import DelegationLedger, Ledger
from models.distribution.ledger import RECEIVER_LENGTH, Channel, State, may_become, taken_back
from ui.distribution import delegates, documents, versions
from ui.distribution import queries as distribution_queries
from ui.shell import choices, commands, components, table
from ui.shell.exports import Export
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY = "distribution.table"
COPIES, LINKS, MAIL = "distribution.copies", "distribution.links", "distribution.mail"
SHOWN: dict[str, Callable[[DelegationLedger], int]] = {
    "all": lambda one: one.count.expected,
    "missing": lambda one: one.count.missing,
    "failed": lambda one: len(one.failing),
}
"""The filters, each with what it asks of a delegation."""


def listed(ctx: Visit, ledger: Ledger) -> None:
    """The delegations that are asked for, and next to them the one that is open."""
    wanted = _filter(ctx, ledger)
    rows = [one for one in ledger.delegations if SHOWN[wanted](one)]
    opened = next((one for one in ledger.delegations if str(one.id) == table.chosen(KEY)), None)
    place, panel = table.beside(KEY, opened=opened is not None)
    with place:
        _table(ctx, rows)
    if opened is not None and panel is not None:
        with panel:
            _panel_of(ctx, ledger, opened)


def _filter(ctx: Visit, ledger: Ledger) -> str:
    counts = {
        name: sum(1 for one in ledger.delegations if asks(one)) for name, asks in SHOWN.items()
    }
    return st.segmented_control(
        ctx.words("distribution.shown"),
        list(SHOWN),
        default="all",
        required=True,
        wrap=True,
        format_func=lambda one: (
            f"{ctx.words(f'distribution.shown_{one}')} {ctx.words.number(counts[one])}"
        ),
        key="distribution.shown",
    )


def _table(ctx: Visit, rows: list[DelegationLedger]) -> None:
    words = ctx.words
    columns = [
        Column(words("distribution.delegation"), "opens", wraps=True),
        Column(words("distribution.column_expected"), "number", width="6rem", narrow=False),
        Column(words("distribution.column_received"), "number", width="5.5rem"),
        Column(words("distribution.column_sent"), "number", width="5.5rem", narrow=False),
        Column(words("distribution.column_failed"), "number", width="7rem", narrow=False),
        Column(words("distribution.column_missing"), "number", width="5.5rem"),
    ]
    table.table(
        KEY,
        columns,
        [_row(ctx, one) for one in rows],
        label=words("page.distribution"),
        empty=words("distribution.none_found"),
    )


def _row(ctx: Visit, one: DelegationLedger) -> Row:
    count = one.count
    tone = "green" if not count.missing else "red" if one.failing else ""
    numbers = (
        count.expected,
        count.acknowledged,
        count.sent,
        len(one.failing),
        count.missing,
    )
    cells = [Cell(ctx.words.number(number), sort=number) for number in numbers]
    name = Cell(ctx.words.fact(one.name), under=" · ".join(one.reasons))
    return Row(one.id, [name, *cells], tone=tone)


# --- the chosen delegation -----------------------------------------------------------------------


def _panel_of(ctx: Visit, ledger: Ledger, one: DelegationLedger) -> None:
    words, count, version = ctx.words, one.count, ledger.version
    st.markdown(f"**{plain(words.fact(one.name))}**")
    received = words("distribution.received", received=count.acknowledged, expected=count.expected)
    st.text(" · ".join([received, *versions.parts(words, count)]))
    if ctx.may("distribute") and not version.withdrawn:
        _copies(ctx, version.id, one)
        _ways(ctx, version.id, one)
    documents.list_to_sign(ctx, version, one.id)
    delegates.listed(ctx, version, one)


def _open(one: DelegationLedger, state: State) -> list[int]:
    """The delegates whose paper copy may become this."""
    found = {
        line.delegate_id: next(
            (row.state for row in line.channels if row.channel is Channel.PAPER), None
        )
        for line in one.lines
    }
    return [number for number, before in found.items() if may_become(before, state)]


def _copies(ctx: Visit, distribution_id: int, one: DelegationLedger) -> None:
    """Paper copies: to whom they were handed over, who has signed, and taking either back."""
    words, facts = ctx.words, {"distribution_id": distribution_id, "delegation_id": one.id}
    receiver, unsigned = f"distribution.receiver.{one.id}", f"distribution.unsigned.{one.id}"
    if number := len(_open(one, State.SENT)):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                words("distribution.receiver"),
                key=receiver,
                max_chars=RECEIVER_LENGTH,
                placeholder=words("distribution.receiver_hint"),
                width="stretch",
            )
            st.button(
                words("distribution.hand_over_copies", number=number),
                key="distribution.hand_over_copies",
                on_click=_hand_over,
                args=(facts, receiver),
            )
    if waiting := _open(one, State.ACKNOWLEDGED):
        titles = {line.delegate_id: words.fact(line.title) for line in one.lines}
        choices.multiselect(
            words("distribution.unsigned"),
            waiting,
            format_func=titles.__getitem__,
            key=unsigned,
            placeholder=words("distribution.unsigned_none"),
        )
        st.button(
            words("distribution.sign_for_copies"),
            key="distribution.sign_for_copies",
            type="primary",
            on_click=_sign_for,
            args=(facts, unsigned),
        )
    # The last act is read from all marks of the delegation: only where there is one.
    if _has_to_take_back(one) and (
        number := distribution_queries.copies_to_take_back(ctx.moment, distribution_id, one.id)
    ):
        with components.by_mistake(words, "distribution.copies_back_box"):
            st.text(words("distribution.copies_back_why"))
            st.button(
                words("distribution.copies_back", number=number),
                key="distribution.copies_back",
                on_click=commands.perform,
                args=(COPIES, take_copies_back),
                kwargs=facts,
            )
    commands.refused(COPIES, words)


def _has_to_take_back(one: DelegationLedger) -> bool:
    rows = (row for line in one.lines for row in line.channels)
    return any(row.channel is Channel.PAPER and taken_back(row.channel, row.state) for row in rows)


def _hand_over(facts: dict[str, int], receiver: str) -> None:
    if commands.perform(COPIES, hand_over_copies, to_whom=st.session_state[receiver], **facts):
        st.session_state[receiver] = ""
        commands.say("distribution.handed_over")


def _sign_for(facts: dict[str, int], unsigned: str) -> None:
    left = tuple(st.session_state[unsigned])
    if number := commands.perform(COPIES, sign_for_copies, unsigned=left, **facts):
        commands.say("distribution.signed", number=number)


def _ways(ctx: Visit, distribution_id: int, one: DelegationLedger) -> None:
    """Personal links as cards to pass on, and e-mail to those who have none yet."""
    words, facts = ctx.words, {"distribution_id": distribution_id, "delegation_id": one.id}
    if one.count.missing:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                words("distribution.links", number=one.count.missing),
                key="distribution.give_links",
                icon=":material/qr_code_2:",
                on_click=_give_links,
                args=(facts,),
            )
            if leaves(ctx.event):
                st.button(
                    words("distribution.queue_email"),
                    key="distribution.queue_email",
                    icon=":material/mail:",
                    on_click=_queue_email,
                    args=(facts,),
                )
    given: list[GivenLink] | None = st.session_state.get(f"{LINKS}.{one.id}")
    if given:
        _take_links(ctx, given)
    commands.refused(LINKS, words)
    commands.refused(MAIL, words)


def _give_links(facts: dict[str, int]) -> None:
    given = commands.perform(LINKS, give_links, **facts)
    st.session_state[f"{LINKS}.{facts['delegation_id']}"] = given


def _queue_email(facts: dict[str, int]) -> None:
    if number := commands.perform(MAIL, queue_email, **facts):
        commands.say("distribution.queued", number=number)


def _take_links(ctx: Visit, given: list[GivenLink]) -> None:
    """The cards as a PDF: a link is shown once, in the tab that made it."""
    words, host = ctx.words, urlsplit(st.context.url or "")
    made = Export(partial(_sheets, ctx, given, f"{host.scheme}://{host.netloc}"), words)
    st.download_button(
        words("distribution.links_take", number=len(given)),
        made,
        file_name=words("distribution.links_file"),
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
        key="distribution.links_take",
    )


def _sheets(ctx: Visit, given: list[GivenLink], address: str) -> bytes:
    event = ctx.words.of(ctx.event, "short_name")
    return link_sheets(given, address=address, event=event, words=ctx.words, at=ctx.at)
