"""The minutes of each forum: whether they are signed off, signing and withdrawing them, files."""

import streamlit as st

from data.synthesis.commands import sign_minutes, withdraw_minutes
from data.synthesis.contents import Forum
from models.reviews.reviews import REASON_LENGTH
from models.synthesis.minutes import MinutesSnapshot
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.synthesis import documents, queries


def region(ctx: Visit) -> None:
    """Every forum with contributions, side by side."""
    words, signed = ctx.words, queries.minutes(ctx.moment)
    st.subheader(words("synthesis.forums"), anchor=False)
    forums = queries.forums(ctx.moment)
    if not forums:
        st.text(words("synthesis.no_forums"))
        return
    with st.grid(min_column_width=300, key="synthesis_forums"):
        for forum, same in forums:
            with st.container(border=True, height="stretch", key=f"minutes_{forum.item.id}"):
                one(ctx, forum, signed.get(forum.item.id), same=same)


def one(ctx: Visit, forum: Forum, signed: MinutesSnapshot | None, *, same: bool) -> None:
    """A forum: how much was said there, and where its minutes stand."""
    words, item = ctx.words, forum.item
    st.markdown(f"**{plain(words.of(item, 'short'))}**")
    numbers = {"asked": len(forum.asked), "others": len(forum.not_asked)}
    st.caption(plain(words("synthesis.counted", **numbers)))
    st.text(stands(ctx, signed))
    counts = signed is not None and signed.counts
    if counts and not same:
        st.badge(words("synthesis.minutes_changed"), color="orange")
    documents.minutes_files(ctx, forum)
    if ctx.past or not ctx.may("sign_minutes", item=item.key):
        return
    form = f"synthesis.sign.{item.id}"
    with st.container(horizontal=True, gap="small"):
        if not (counts and same):
            st.button(
                words("synthesis.sign_again" if counts else "synthesis.sign"),
                key=form,
                type="primary",
                icon=":material/ink_pen:",
                on_click=sign,
                args=(form, item.id),
            )
        if counts:
            withdrawing(ctx, item.id)
    commands.refused(form, words)


def stands(ctx: Visit, signed: MinutesSnapshot | None) -> str:
    """Which version counts, by whom and when it was signed; or why none does."""
    words = ctx.words
    if signed is None:
        return words("synthesis.minutes_none")
    if signed.withdrawn is not None:
        return words("synthesis.minutes_withdrawn", reason=signed.withdrawn)
    facts = {"version": signed.version, "by": signed.by, "at": signed.at}
    return words("synthesis.minutes_signed", **facts)


def sign(form: str, item_id: int) -> None:
    if commands.perform(form, sign_minutes, item_id=item_id):
        commands.say("synthesis.signed")


def withdrawing(ctx: Visit, item_id: int) -> None:
    """Folded: what withdraws the signed minutes, with its reason."""
    words, form = ctx.words, f"synthesis.unsign.{item_id}"
    with st.popover(words("synthesis.withdraw_minutes"), key=f"{form}.box", width="content"):
        st.text_input(
            words("synthesis.withdraw_reason"), key=f"{form}.reason", max_chars=REASON_LENGTH
        )
        st.button(
            words("synthesis.withdraw_minutes"), key=form, on_click=withdraw, args=(form, item_id)
        )
        commands.refused(form, words)


def withdraw(form: str, item_id: int) -> None:
    reason = st.session_state[f"{form}.reason"]
    if commands.perform(form, withdraw_minutes, item_id=item_id, reason=reason):
        commands.say("synthesis.minutes_was_withdrawn")
