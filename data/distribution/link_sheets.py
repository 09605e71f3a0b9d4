"""Personal links on paper: a card for each delegate, with the QR code that opens the document."""

from collections.abc import Sequence
from datetime import datetime

from data.distribution.links import GivenLink
from data.documents.link_cards import LinkCard, LinkSheets, sheets_with_links
from data.words import Words


def link_sheets(
    given: Sequence[GivenLink], *, address: str, event: str, words: Words, at: datetime
) -> bytes:
    """A PDF of the links in order. `address`: of this server, as telephones reach it."""
    cards = [LinkCard(words.of(one, "title"), f"{address}/read/{one.token}") for one in given]
    title, how = words("distribution.links_title"), words("distribution.links_how")
    return sheets_with_links(cards, LinkSheets(title, event, how, words.language, at))
