"""The approved synthesis as a document that goes to every delegate."""

from data.documents.pdf import pdf_bytes
from data.synthesis.documents import synthesis_document
from data.synthesis.queries import FrozenVersion
from models.distribution.ledger import DocumentKind, OutgoingDocument


def outgoing_synthesis(approved: FrozenVersion, title: str) -> OutgoingDocument:
    """The report of an approved version, in Vietnamese as PDF, under its own number. The same
    version gives the same file."""
    number = approved.version.number
    report = synthesis_document(approved.printed, "synthesis", "vi")
    return OutgoingDocument(
        kind=DocumentKind.SYNTHESIS.value,
        title=title,
        file_name=f"bao-cao-tong-hop-{number}.pdf",
        content=pdf_bytes(report),
        version=number,
    )
