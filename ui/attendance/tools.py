"""Further tools at an item: a whole delegation, guests and head counts, badges, scan conflicts."""

import streamlit as st

from models.programme import ItemSnapshot
from ui.attendance import badges, delegation, offline_scans, rooms, vehicles
from ui.attendance import queries as attendance_queries
from ui.shell.frame import Visit

KEY = "attendance.tool"


def desk_tools(ctx: Visit, item: ItemSnapshot) -> None:
    """One tool at a time, so that those not shown cost nothing."""
    words = ctx.words
    names = {
        "delegation": (
            words("attendance.tool_delegation"),
            lambda: delegation.delegation_check_in(ctx, item),
        ),
        "doors": (words("attendance.tool_doors"), lambda: rooms.doors(ctx, item)),
        "vehicles": (words("attendance.tool_vehicles"), lambda: vehicles.arrivals(ctx)),
    }
    if ctx.may("replace_badge"):
        names["badges"] = (words("attendance.tool_badges"), lambda: badges.badge_printing(ctx))
    if ctx.may("settle_conflict"):
        number = len(attendance_queries.conflicts(ctx.moment))
        label = words("attendance.tool_conflicts") + (
            f" ({words.number(number)})" if number else ""
        )
        names["conflicts"] = (label, lambda: offline_scans.scan_conflicts(ctx))
    chosen = st.segmented_control(
        words("attendance.tools"), list(names), format_func=lambda one: names[one][0], key=KEY
    )
    if chosen in names:
        names[chosen][1]()
