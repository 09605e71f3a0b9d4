"""The distribution: which document was sent to all delegates, and who has received it."""

import streamlit as st

from ui.distribution import delegations, email, versions
from ui.distribution import queries as distribution_queries
from ui.shell import frame, live

here = frame.require("distribution")


@st.fragment(key="distribution.page", run_every=60)
def whole_page() -> None:
    live.watch("distribution", "attendance", "synthesis", throttle=5)
    ctx = frame.part_of("distribution")
    shown = versions.chosen(ctx)
    if shown is not None:
        ledger = distribution_queries.ledger(ctx.moment, shown)
        versions.headline(ctx, ledger)
        delegations.listed(ctx, ledger)
    if ctx.may("distribute"):
        versions.publishing(ctx)
        email.region(ctx, shown)


whole_page()
