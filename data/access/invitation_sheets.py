"""Invitations on paper: a card for each office, with the QR code that signs a telephone in."""

from collections.abc import Sequence
from datetime import datetime

from data.access.invitations import Given
from data.documents.link_cards import LinkCard, LinkSheets, sheets_with_links
from data.words import Words


def invitation_sheets(
    given: Sequence[Given],
    *,
    address: str,
    event: str,
    words: Words,
    at: datetime,
    notice: str = "",
) -> bytes:
    """A PDF of the links in order. `address`: of this server, as telephones reach it; `notice`: on
    the data of who comes in by them.
    """
    cards = [LinkCard(words.of(one, "name"), f"{address}/join/{one.token}") for one in given]
    title, how = words("event_page.invitations_title"), words("event_page.invitations_how")
    return sheets_with_links(cards, LinkSheets(title, event, how, words.language, at, notice))
