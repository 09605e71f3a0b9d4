"""What a scenario sends to everyone, and who received it."""

from pathlib import Path

from data.distribution import commands
from data.distribution.links import acknowledge_link, give_links, link_of
from data.distribution.synthesis import outgoing_synthesis
from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from data.synthesis.queries import version_in_force
from models.distribution.ledger import Channel, Distribution, DocumentKind, OutgoingDocument
from models.events.event import View


def _document(cast: Cast, step: Step) -> Facts:
    """A synthesis, on paper and by personal links: no message of a rehearsal leaves. The value is a
    file that lies next to the scenario; without one it is the version that was approved."""
    title = step.row.required("text")
    name = Path(step.row.text("value")).name
    document = _of_folder(cast, step, title, name) if name else _approved(cast, step, title)
    return {"document": document, "channels": (Channel.PAPER.value, Channel.LINK.value)}


def _of_folder(cast: Cast, step: Step, title: str, name: str) -> OutgoingDocument:
    file = Path(cast.event.folder) / name
    if not file.is_file():
        raise step.row.refuse("value", "unknown_key")
    return OutgoingDocument(DocumentKind.SYNTHESIS.value, title, name, file.read_bytes())


def _approved(cast: Cast, step: Step, title: str) -> OutgoingDocument:
    """Before one is approved a document without a file, which is refused."""
    approved = version_in_force(cast.session, cast.event, View(step.at))
    if approved is None:
        return OutgoingDocument(DocumentKind.SYNTHESIS.value, title, "", b"")
    return outgoing_synthesis(approved, title)


def _sent(cast: Cast, step: Step) -> dict[str, int]:
    return {"distribution_id": cast.opened(step, Distribution, "distribute")}


def _sent_to(cast: Cast, step: Step) -> dict[str, int]:
    return {**_sent(cast, step), "delegation_id": step.row.known("value", cast.delegations)}


def _copies(cast: Cast, step: Step) -> Facts:
    return {**_sent_to(cast, step), "to_whom": step.row.required("text")}


def _signatures(cast: Cast, step: Step) -> Facts:
    return {**_sent_to(cast, step), "unsigned": step.row.known_all("text", cast.delegates)}


def _receipt(cast: Cast, step: Step) -> dict[str, int]:
    return {**_sent(cast, step), "delegate_id": step.row.known("value", cast.delegates)}


def _link(cast: Cast, step: Step) -> Facts:
    return {"link_id": link_of(cast.session, **_receipt(cast, step))}


def _failure(cast: Cast, step: Step) -> Facts:
    reason = step.row.required("text")
    return {**_receipt(cast, step), "channel": Channel.PAPER.value, "reason": reason}


ACTS = {
    "distribute": Act(commands.distribute, _document),
    "hand_over_copies": Act(commands.hand_over_copies, _copies),
    "sign_for_copies": Act(commands.sign_for_copies, _signatures),
    "record_receipt": Act(commands.record_receipt, _receipt),
    "fail_delivery": Act(commands.fail_delivery, _failure),
    "give_links": Act(give_links, _sent_to),
    "acknowledge_link": Act(acknowledge_link, _link),
}
