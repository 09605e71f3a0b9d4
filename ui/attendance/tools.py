"""What else a desk and the command room do at an item: a whole delegation, guests and counts,
badges, contradicting scans.
"""

import streamlit as st

from models.programme import ItemSnapshot
from ui.attendance import badges, delegation, offline_scans, rooms, vehicles
from ui.attendance import queries as attendance_queries
from ui.shell.frame import Visit

KEY = "attendance.tool"


def desk_tools(now: Visit, item: ItemSnapshot) -> None:
    """One of them at a time: what is not shown costs nothing."""
    words = now.words
    names = {
        "delegation": (
            words("attendance.tool_delegation"),
            lambda: delegation.delegation_check_in(now, item),
        ),
        "doors": (words("attendance.tool_doors"), lambda: rooms.doors(now, item)),
    }
    names["vehicles"] = (words("attendance.tool_vehicles"), lambda: vehicles.arrivals(now))
    if now.may("replace_badge"):
        names["badges"] = (words("attendance.tool_badges"), lambda: badges.badge_printing(now))
    if now.may("settle_conflict"):
        number = len(attendance_queries.conflicts(now.moment))
        label = words("attendance.tool_conflicts") + (
            f" ({words.number(number)})" if number else ""
        )
        names["conflicts"] = (label, lambda: offline_scans.scan_conflicts(now))
    chosen = st.segmented_control(
        words("attendance.tools"), list(names), format_func=lambda one: names[one][0], key=KEY
    )
    if chosen in names:
        names[chosen][1]()
