"""The minutes of a roll-call as files to take away."""

from data.roll_calls.minutes import roll_call_minutes
from data.roll_calls.queries import RollCallSnapshot
from data.roll_calls.report import export_roll_call
from ui.shell import commands
from ui.shell.document_files import document_buttons
from ui.shell.frame import Visit


def roll_call_documents(ctx: Visit, call: RollCallSnapshot) -> None:
    """The files of an ended roll-call, once its outcome is in the log."""
    if call.entry_number is None or not ctx.may("export_roll_call"):
        return
    words = ctx.words
    document_buttons(
        lambda write: commands.export(
            export_roll_call,
            lambda report: write(roll_call_minutes(report, words.dated())),
            roll_call_id=call.id,
        ),
        label=lambda kind: words(f"minutes.{kind}"),
        file_name=f"{words('roll_call.file_name')}-{call.number}",
        key=f"roll_call.minutes.{call.id}",
    )
