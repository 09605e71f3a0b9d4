"""Vehicles of the delegations: which have arrived, one tap to record it and one to take it back."""

import streamlit as st

from data.attendance.vehicles import Vehicle, record_vehicle, undo_vehicle
from ui.attendance import queries
from ui.shell import commands
from ui.shell.frame import Visit

FORM = "attendance.vehicles"


def arrivals(ctx: Visit) -> None:
    """The number of vehicles that have arrived, then those still expected, then the others."""
    every = queries.vehicles(ctx.moment)
    here = [one for one in every if one.arrived_at]
    number = ctx.words.number
    st.text(
        ctx.words("attendance.vehicles_arrived", here=number(len(here)), all=number(len(every)))
    )
    commands.refused(FORM, ctx.words)
    with st.container(gap="xsmall", key="attendance_vehicles"):
        for one in sorted(every, key=lambda one: one.arrived_at is not None):
            _row(ctx, one)


def _row(ctx: Visit, one: Vehicle) -> None:
    words = ctx.words
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"{FORM}.{one.delegation_id}"
    ):
        parts = [words.of(one, "name"), one.vehicle]
        if one.arrived_at:
            parts.append(words("attendance.vehicle_arrived_at", at=words.time(one.arrived_at)))
        st.text(" · ".join(filter(None, parts)), width="stretch")
        command, word = (
            (undo_vehicle, "vehicle_undo") if one.arrived_at else (record_vehicle, "vehicle_record")
        )
        st.button(
            words("attendance.undo" if one.arrived_at else "attendance.vehicle_record"),
            key=f"{FORM}.{word}.{one.delegation_id}",
            type="tertiary" if one.arrived_at else "secondary",
            on_click=lambda: commands.perform(FORM, command, delegation_id=one.delegation_id),
        )
