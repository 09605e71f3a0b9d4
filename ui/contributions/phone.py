"""Questions by telephone: whether a forum takes them, its QR code, and what opens and closes it."""

import streamlit as st

from data.contributions.phone import close_questions, open_questions
from models.programme import ItemSnapshot
from ui.contributions import queries
from ui.shell import choices, commands, links
from ui.shell.frame import Visit


def region(ctx: Visit, item: ItemSnapshot) -> None:
    """Folded: the forum's door for telephones, for those who may open it."""
    words = ctx.words
    if not ctx.may("open_questions", item=item.key):
        return
    form = f"contributions.phone.{item.id}"
    box = choices.expander(
        words("contributions.phone"), key="contributions.phone_box", icon=":material/qr_code_2:"
    )
    if not box.open:
        return
    token = queries.doors(ctx.moment).get(item.id)
    with box:
        if token:
            links.shown(words, f"/ask/{token}", words("contributions.phone_on"))
        else:
            st.text(words("contributions.phone_off"))
        command, name = (close_questions, "close") if token else (open_questions, "open")
        st.button(
            words(f"contributions.phone_{name}"),
            key=f"{form}.{name}",
            on_click=turn,
            args=(form, command, name, item.id),
        )
        commands.refused(form, words)


def turn(form: str, command, name: str, item_id: int) -> None:
    if commands.perform(form, command, item_id=item_id):
        commands.say(f"contributions.phone_{'opened' if name == 'open' else 'closed'}")
