"""What a scenario enters into the log."""

from data import incidents
from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from models.incidents import Entry, EntryStatus


def _entry(cast: Cast, step: Step) -> Facts:
    return {
        "section_id": step.row.known("section", cast.sections),
        "priority": step.row.whole("value"),
        "text": step.row.text("text"),
    }


def _entry_step(cast: Cast, step: Step) -> Facts:
    return {
        "status": step.row.one_of("value", list(EntryStatus)),
        "entry_id": cast.opened(step, Entry, "open_entry"),
        "text": step.row.text("text"),
    }


ACTS = {
    "open_entry": Act(incidents.open_entry, _entry),
    "update_entry": Act(incidents.update_entry, _entry_step),
}
