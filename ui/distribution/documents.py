"""The ledger's files: who has not received, and a delegation's list to sign."""

import streamlit as st

from data.distribution.queries import DistributionSnapshot
from data.distribution.report import LedgerReport, export_distribution
from data.distribution.signing_list import signing_list
from ui.shell import commands
from ui.shell.document_files import Writer, document_buttons
from ui.shell.exports import Export
from ui.shell.frame import Visit


def missing_list(ctx: Visit, version: DistributionSnapshot) -> None:
    """Everyone who has not acknowledged, by delegation."""
    if not ctx.may("export_distribution"):
        return
    label = ctx.words("distribution.missing_list")
    with st.popover(label, icon=":material/download:", key="distribution.missing_box"):
        _buttons(ctx, version, delegation_id=None, missing=True, name="missing")


def list_to_sign(ctx: Visit, version: DistributionSnapshot, delegation_id: int) -> None:
    """The list of a delegation on which its delegates sign."""
    if not ctx.may("export_distribution"):
        return
    label = ctx.words("distribution.list_to_sign")
    with st.popover(label, icon=":material/print:", key="distribution.sign_list_box"):
        _buttons(
            ctx, version, delegation_id=delegation_id, missing=False, name=f"sign.{delegation_id}"
        )


def _buttons(
    ctx: Visit,
    version: DistributionSnapshot,
    *,
    delegation_id: int | None,
    missing: bool,
    name: str,
) -> None:
    words = ctx.words

    def made(write: Writer) -> Export:
        def written(report: LedgerReport) -> bytes:
            return write(signing_list(report, words.dated()))

        return commands.export(
            export_distribution,
            written,
            distribution_id=version.id,
            delegation_id=delegation_id,
            missing=missing,
        )

    document_buttons(
        made,
        label=lambda kind: words(f"minutes.{kind}"),
        file_name=words("distribution.file_missing" if missing else "distribution.file_sign"),
        key=f"distribution.list.{name}",
    )
    st.caption(words("minutes.recorded"))
