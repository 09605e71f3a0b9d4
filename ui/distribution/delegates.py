"""The delegates of a delegation, by which channel each was reached, and the acts for one."""

import streamlit as st

from data.distribution.commands import fail_delivery, record_receipt, undo_receipt
from data.distribution.queries import (
    ChannelState,
    DelegationLedger,
    DistributionSnapshot,
    LedgerLine,
)
from data.words import Words
from models.distribution.ledger import REASON_LENGTH, Channel, State, may_become, taken_back
from ui.shell import choices, commands, components, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY, FORM = "distribution.delegates", "distribution.delegate"
TONES = {
    State.ACKNOWLEDGED: "green",
    State.SENT: "blue",
    State.UNKNOWN: "orange",
    State.FAILED: "red",
}


def listed(ctx: Visit, version: DistributionSnapshot, one: DelegationLedger) -> None:
    """The delegates; below them the acts for the one that is chosen."""
    words = ctx.words
    table.table(
        KEY,
        [
            Column(words("distribution.delegate"), "opens", wraps=True),
            Column(words("distribution.state"), width="9rem", wraps=True),
        ],
        [_row(words, line) for line in one.lines],
        label=words.fact(one.name),
        empty=words("distribution.none_found"),
    )
    chosen = next((line for line in one.lines if str(line.delegate_id) == table.chosen(KEY)), None)
    if chosen is not None:
        _details(words, chosen)
        if ctx.may("distribute") and not version.withdrawn:
            _acts(words, version.id, chosen)


def _row(words: Words, line: LedgerLine) -> Row:
    tone = TONES.get(line.state, "")
    state = Cell(words(f"distribution.state_{line.state.value}"), tone=tone)
    return Row(line.delegate_id, (words.fact(line.title), state), tone=tone)


def _details(words: Words, line: LedgerLine) -> None:
    """Each channel with its state, when, and why it failed."""
    st.markdown(f"**{plain(words.fact(line.title))}** · {plain(line.badge)}")
    for row in line.channels:
        st.text(in_words(words, row))


def in_words(words: Words, row: ChannelState) -> str:
    """`Bản giấy: đã giao, 09:10 ngày 22/7 · Văn thư xã`."""
    text = words(
        "distribution.by_channel",
        channel=words(f"distribution.channel_{row.channel.value}"),
        state=words(f"distribution.state_{row.state.value}").lower(),
        at=row.at,
    )
    return " · ".join(filter(None, (text, row.to_whom, row.reason)))


def _acts(words: Words, distribution_id: int, line: LedgerLine) -> None:
    """Received by hand, did not arrive and why, and what takes either back."""
    facts = {"distribution_id": distribution_id, "delegate_id": line.delegate_id}
    states = {row.channel: row.state for row in line.channels}
    if may_become(states.get(Channel.HAND), State.ACKNOWLEDGED):
        st.button(
            words("distribution.receipt"),
            key="distribution.receipt",
            icon=":material/draw:",
            on_click=commands.perform,
            args=(FORM, record_receipt),
            kwargs=facts,
        )
    back = [one for one, state in states.items() if taken_back(one, state)]
    if back:
        with components.by_mistake(words, "distribution.receipt_back_box"):
            for channel in back:
                name = words(f"distribution.channel_{channel.value}").lower()
                st.button(
                    words("distribution.receipt_back", channel=name),
                    key=f"distribution.receipt_back.{channel.value}",
                    on_click=commands.perform,
                    args=(FORM, undo_receipt),
                    kwargs={**facts, "channel": channel.value},
                )
    fallible = [one.value for one, state in states.items() if may_become(state, State.FAILED)]
    if fallible:
        _failing(words, facts, fallible)
    commands.refused(FORM, words)


def _failing(words: Words, facts: dict[str, int], channels: list[str]) -> None:
    with st.popover(
        words("distribution.fail"), icon=":material/report:", key="distribution.fail_box"
    ):
        choices.selectbox(
            words("distribution.channel"),
            channels,
            format_func=lambda one: words(f"distribution.channel_{one}"),
            key="distribution.fail_channel",
        )
        st.text_input(
            words("distribution.reason"), key="distribution.fail_reason", max_chars=REASON_LENGTH
        )
        st.button(
            words("distribution.fail_go"), key="distribution.fail", on_click=_fail, args=(facts,)
        )


def _fail(facts: dict[str, int]) -> None:
    state = st.session_state
    said = {
        "channel": state["distribution.fail_channel"],
        "reason": state["distribution.fail_reason"],
    }
    if commands.perform(FORM, fail_delivery, **facts, **said):
        state["distribution.fail_reason"] = ""
