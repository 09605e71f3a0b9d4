"""What admits a person, shown once: a link with its QR code, a PIN; displays and browsers."""

import streamlit as st

from data.access.oidc_config import has_provider, vouches_for_emails
from data.access.sign_ins import Browser, end_sign_in, open_display
from data.events.clock import real_now
from models.access.people import Person
from models.access.sign_ins import NAME_LENGTH, provider_fingerprint
from ui.access import queries as access_queries
from ui.shell import choices, commands, links, live
from ui.shell.frame import Visit
from ui.shell.plain import plain

JOIN = "/join/{}"
PATHS = {"display": "/d/{}", "calendar": "/calendar/{}.ics", "programme": "/calendar/{}"}
"""The address that a token is shown in, by its kind; any other one signs in."""


def keep(form: str, kind: str, given: str | None) -> None:
    """Store what a command gave until the next one, for this tab alone."""
    st.session_state["given"] = (form, kind, given) if given else None


def forget() -> None:
    st.session_state["given"] = None


def shown(ctx: Visit, form: str) -> None:
    """Show what this form gave, if it was the last one to give anything."""
    given = st.session_state.get("given")
    if not given or given[0] != form:
        return
    _, kind, value = given
    if kind == "token":
        st.code(value, language=None, wrap_lines=True)
        st.caption(ctx.words("people.token_why"))
    elif kind == "pin":
        st.metric(ctx.words("people.pin_is"), value)
        st.caption(ctx.words("people.pin_why"))
    else:
        _link(ctx, kind, value)


def _link(ctx: Visit, kind: str, token: str) -> None:
    links.shown(ctx.words, PATHS.get(kind, JOIN).format(token), ctx.words(f"people.{kind}_why"))


def place(ctx: Visit, browser: Browser) -> str:
    """Where a browser is signed in, and when it was last used."""
    device = browser.device or ctx.words("account.no_device")
    return " · ".join(
        part
        for part in (device, browser.address, ctx.words.ago(real_now() - browser.used_at))
        if part
    )


def by_provider(ctx: Visit) -> None:
    """Sign in by an identity provider, where there is one.

    Its confirmation is exchanged for a sign-in of our own at once.
    """
    words = ctx.words
    if not has_provider() or ctx.visitor.sign_in_id is not None:
        return
    if not st.user.get("is_logged_in"):
        if (
            st.button(words("sign_in.by_provider"), key="home.provider", icon=":material/passkey:")
            or "provider" in st.query_params
        ):
            st.query_params.clear()
            st.login()
        return
    verified = st.user.get("email_verified") is True or vouches_for_emails()
    facts = {
        "email": st.user.get("email"),
        "verified": verified,
        "fingerprint": provider_fingerprint(st.context.cookies),
    }
    ticket = commands.hand_over("home.provider", **facts)
    if ticket:
        live.go("/", post=f"/join/{ticket}")
        st.stop()
    commands.refused("home.provider", words)
    st.button(words("frame.sign_out"), key="home.provider_out", on_click=st.logout)


def displays(ctx: Visit) -> None:
    """A new address for a television; existing ones are listed among the browsers."""
    words, form = ctx.words, "people.display"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            words("people.display_name"), key="people.display_name", max_chars=NAME_LENGTH
        )
        st.button(
            words("people.display_open"),
            key="people.display_open",
            icon=":material/tv:",
            on_click=new_display,
            args=(form,),
        )
    shown(ctx, form)
    commands.refused(form, words)


def new_display(form: str) -> None:
    token = commands.perform(form, open_display, name=st.session_state["people.display_name"])
    if token:
        st.session_state["people.display_name"] = ""
    keep(form, "display", token)


def browsers(ctx: Visit, *, of: Person | None = None) -> None:
    """The signed-in browsers, last used first, each with the tap that ends it; of one person, or
    all of them folded away.
    """
    people = {person.id: person for person in access_queries.everybody(ctx.moment)}
    found = [
        one
        for one in access_queries.browsers()
        # A role that anyone may take does not see where the real ones are.
        if (one.rehearsal or not ctx.visitor.rehearsal) and (of is None or one.person_id == of.id)
    ]
    label = f"{ctx.words('people.browsers')} · {ctx.words.number(len(found))}"
    key = "people.devices" if of is None else "people.own_devices"
    folded = choices.expander(label, key=key, icon=":material/devices:")
    if folded.open:
        with folded:
            for one in found:
                browser(ctx, one, people[one.person_id], form=f"{key}.end")
            commands.refused(f"{key}.end", ctx.words)


def browser(ctx: Visit, one: Browser, person: Person, *, form: str) -> None:
    words = ctx.words
    with st.container(horizontal=True, vertical_alignment="center", key=f"{form}_{one.id}_row"):
        with st.container(gap=None):
            st.markdown(f"**{plain(words.of(person, 'name'))}** · {words(f'how.{one.how}')}")
            st.caption(plain(place(ctx, one)))
        if one.id == ctx.visitor.sign_in_id:
            st.badge(words("account.here"))
        elif ctx.may("end_sign_in", role=person.role):
            st.button(
                words("people.end"), key=f"{form}.{one.id}", on_click=end, args=(form, one.id)
            )


def end(form: str, number: int) -> None:
    commands.perform(form, end_sign_in, sign_in_id=number)
