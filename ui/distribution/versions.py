"""The versions: which one is shown, how many received it, and the form that sends one out."""

import streamlit as st

from data.distribution.commands import distribute, restore_distribution, withdraw_distribution
from data.distribution.files import MAX_BYTES
from data.distribution.mail import leaves
from data.distribution.queries import DistributionSnapshot, Ledger
from data.distribution.synthesis import outgoing_synthesis
from data.synthesis.queries import FrozenVersion
from data.words import Words
from models.distribution.counting import Tally, on_wall
from models.distribution.ledger import TITLE_LENGTH, Channel, DocumentKind, OutgoingDocument
from ui.distribution import documents
from ui.distribution import queries as distribution_queries
from ui.shell import choices, commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

PUBLISH, WITHDRAW = "distribution.publish", "distribution.withdraw"
UPLOAD = "distribution.upload"
SYNTHESIS, FILE = "synthesis", "file"
SENT_BY = (Channel.PAPER, Channel.EMAIL, Channel.LINK)
"""The channels that a version is sent out by; by hand it is given to who asks for it."""


def chosen(ctx: Visit) -> DistributionSnapshot | None:
    """The version that is looked at: at first the one that the wall counts."""
    words = ctx.words
    known = {one.id: one for one in distribution_queries.versions(ctx.moment)}
    if not known:
        st.text(words("distribution.none"))
        return None
    options = list(known)
    shown = on_wall(one.as_version for one in known.values())
    choices.follow("distribution.version", shown or options[0])
    number = choices.selectbox(
        words("distribution.version"),
        options,
        index=options.index(shown or options[0]),
        format_func=lambda one: name(words, known[one]),
        key="distribution.version",
    )
    return known.get(number)


def name(words: Words, one: DistributionSnapshot) -> str:
    """`Báo cáo tổng hợp, lần 2: …`, with that it was withdrawn."""
    text = words(
        "distribution.named",
        kind=words(f"distribution.kind_{one.kind.value}"),
        version=one.version,
        title=one.title,
    )
    return f"{text} ({words('distribution.withdrawn')})" if one.withdrawn else text


def headline(ctx: Visit, ledger: Ledger) -> None:
    """How many received it, and what is left of the others."""
    words, count = ctx.words, ledger.count
    received = words("distribution.received", received=count.acknowledged, expected=count.expected)
    rest = parts(words, count)
    st.markdown(f"**{plain(received)}**" + (f" · {plain(' · '.join(rest))}" if rest else ""))
    st.progress(count.acknowledged / count.expected if count.expected else 0.0)
    version = ledger.version
    st.caption(
        plain(
            words(
                "distribution.about",
                at=version.at,
                file=version.file_name,
                digest=version.digest[:12],
            )
        )
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        documents.missing_list(ctx, version)
        if ctx.may("distribute"):
            _withdrawing(ctx, version)
    commands.refused(WITHDRAW, words)


def parts(words: Words, count: Tally) -> list[str]:
    """What is not received yet, by state; what is nought is left out."""
    return [
        words(f"distribution.count_{name}", number=number)
        for name in ("sent", "to_send", "unknown", "failed")
        if (number := getattr(count, name))
    ]


def _withdrawing(ctx: Visit, version: DistributionSnapshot) -> None:
    words = ctx.words
    if version.withdrawn:
        st.button(
            words("distribution.restore"),
            key="distribution.restore",
            icon=":material/undo:",
            on_click=_act,
            args=(restore_distribution, version.id),
        )
        return
    with components.by_mistake(words, "distribution.withdraw_box"):
        st.text(words("distribution.withdraw_why"))
        st.button(
            words("distribution.withdraw"),
            key=WITHDRAW,
            on_click=_act,
            args=(withdraw_distribution, version.id),
        )


def _act(command, distribution_id: int) -> None:
    commands.perform(WITHDRAW, command, distribution_id=distribution_id)


# --- sending one out -----------------------------------------------------------------------------


def publishing(ctx: Visit) -> None:
    """The form that sends a file out as a new version, folded."""
    words = ctx.words
    box = choices.expander(
        words("distribution.publish"), key="distribution.publish_box", icon=":material/send:"
    )
    if not box.open:
        return
    with box:
        approved = distribution_queries.approved(ctx.moment)
        chosen_source = _source(words, approved)
        key = f"{UPLOAD}.{st.session_state.get(UPLOAD, 0)}"
        if chosen_source == FILE:
            _file(words, key)
        st.text_input(words("distribution.title"), key="distribution.title", max_chars=TITLE_LENGTH)
        st.markdown(plain(words("distribution.by")))
        with st.container(horizontal=True, key="distribution_channels"):
            for channel in SENT_BY:
                st.checkbox(
                    words(f"distribution.channel_{channel.value}"),
                    value=channel is Channel.PAPER,
                    disabled=channel is Channel.EMAIL and not leaves(ctx.event),
                    key=f"distribution.by.{channel.value}",
                )
        st.button(
            words("distribution.publish_go"),
            key=PUBLISH,
            type="primary",
            on_click=publish,
            args=(key, approved if chosen_source == SYNTHESIS else None),
        )
        commands.refused(PUBLISH, words)


def _source(words: Words, approved: FrozenVersion | None) -> str:
    """What is sent: the synthesis that was approved, where there is one, or a file."""
    if approved is None:
        return FILE
    number = approved.version.number
    return choices.selectbox(
        words("distribution.source"),
        [SYNTHESIS, FILE],
        format_func=lambda one: words(f"distribution.source_{one}", number=number),
        key="distribution.source",
        width=480,
    )


def _file(words: Words, key: str) -> None:
    with st.container(key="distribution_file_upload"):
        st.file_uploader(
            words("distribution.file", size=MAX_BYTES // 2**20),
            type=["pdf", "docx"],
            key=key,
            max_upload_size=MAX_BYTES // 2**20,
        )
    choices.selectbox(
        words("distribution.kind"),
        [one.value for one in DocumentKind],
        format_func=lambda one: words(f"distribution.kind_{one}"),
        key="distribution.kind",
        width=320,
    )


def publish(key: str, approved: FrozenVersion | None) -> None:
    """Send out what is in the form, or the approved synthesis, and empty it."""
    state = st.session_state
    title = state["distribution.title"]
    if approved:
        document = outgoing_synthesis(approved, title)
    else:
        file = state.get(key)
        document = OutgoingDocument(
            kind=state["distribution.kind"],
            title=title,
            file_name=file.name if file else "",
            content=file.getvalue() if file else b"",
        )
    by = tuple(one.value for one in SENT_BY if state[f"distribution.by.{one.value}"])
    if commands.perform(PUBLISH, distribute, document=document, channels=by):
        state[UPLOAD] = state.get(UPLOAD, 0) + 1
        state["distribution.title"] = ""
        commands.say("distribution.published")
