"""Near-duplicates as they are proposed: two contributions side by side, and one tap that merges."""

import streamlit as st

from data.contributions.commands import merge_contribution
from data.contributions.queries import ContributionSnapshot
from models.contributions.contributions import MERGEABLE
from ui.contributions import queries
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

SHOWN = 10


def region(ctx: Visit) -> None:
    """Folded: how many pairs are alike, and the most alike of them, where the visitor may merge."""
    keys = {one.id: one.key for one in queries.forums(ctx.moment)}
    if not any(ctx.may("merge_contribution", item=key) for key in (None, *keys.values())):
        return
    words = ctx.words
    by_id = {one.id: one for one in queries.contributions(ctx.moment)}
    pairs = [
        one
        for one in queries.near_duplicates(ctx.moment)
        if any(by_id[number].state in MERGEABLE for number in (one.first, one.other))
        and all(
            ctx.may("merge_contribution", item=keys.get(by_id[number].item_id))
            for number in (one.first, one.other)
        )
    ]
    if not pairs:
        return
    label = words("contributions.likeness", number=len(pairs))
    box = choices.expander(label, key="contributions.likeness_box", icon=":material/join:")
    if not box.open:
        return
    with box:
        for one in pairs[:SHOWN]:
            pair(ctx, by_id[one.first], by_id[one.other], one.likeness)
        if len(pairs) > SHOWN:
            st.caption(words("contributions.likeness_more", number=SHOWN))


def pair(
    ctx: Visit, first: ContributionSnapshot, other: ContributionSnapshot, likeness: float
) -> None:
    """Two contributions; the later one is merged into the first, or the other way round."""
    words, key = ctx.words, f"contributions.alike.{first.id}.{other.id}"
    with st.container(border=True):
        st.badge(words("contributions.likeness_pair", share=words.share(round(likeness, 2))))
        with st.grid(min_column_width=280, key=f"alike_{first.id}_{other.id}"):
            for into, one in ((first, other), (other, first)):
                with st.container():
                    st.markdown(f"**#{into.number:03d} · {plain(words.of(into, 'unit'))}**")
                    st.text(into.text)
                    if one.state in MERGEABLE:
                        _merge_button(ctx, key, one, into)
        commands.refused(key, words)


def _merge_button(
    ctx: Visit, key: str, one: ContributionSnapshot, into: ContributionSnapshot
) -> None:
    numbers = {"number": f"{one.number:03d}", "into": f"{into.number:03d}"}
    st.button(
        ctx.words("contributions.likeness_merge", **numbers),
        key=f"{key}.{into.id}",
        on_click=merge,
        args=(key, one, into),
    )


def merge(key: str, one: ContributionSnapshot, into: ContributionSnapshot) -> None:
    if commands.perform(key, merge_contribution, contribution_id=one.id, into_id=into.id):
        commands.say("contributions.merged", number=f"{one.number:03d}")
