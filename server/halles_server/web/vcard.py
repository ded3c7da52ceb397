"""One lead as a vCard 4.0 (RFC 6350): pure.

Written here, since the library that is kept (vobject, Apache 2.0, last released in December 2024) writes version 3.0
only; what is needed of the format is escaping (3.4) and folding (3.2).
"""

from typing import Final

from halles_server.ports.leads import Lead

LINE: Final = 75
"""Bytes in a line, without its end (3.2)."""


def vcard(lead: Lead, note: str) -> bytes:
    """Returns the card with a note of ours, which says for what it was given and until when."""
    card = lead.card
    lines = ["BEGIN:VCARD", "VERSION:4.0", "KIND:individual", f"FN:{_escaped(card.name)}"]
    lines += [f"ORG:{_escaped(card.organisation)}"] if card.organisation else []
    lines += [f"EMAIL:{_escaped(card.mail)}"] if card.mail else []
    lines += [f"LANG:{lead.language}"]
    lines += [f"CATEGORIES:{','.join(_escaped(tag) for tag in lead.tags)}"] if lead.tags else []
    lines += [f"NOTE:{_escaped(note)}", f"REV:{lead.given:%Y%m%dT%H%M%SZ}", "END:VCARD"]
    return "".join(folded(line) for line in lines).encode()


def folded(line: str) -> str:
    """Folds a line at ``LINE`` bytes, never within a character; a folded line goes on after a blank."""
    parts, size = [""], 0
    for char in line:
        width = len(char.encode())
        if size + width > LINE:
            parts.append(" ")
            size = 1
        parts[-1] += char
        size += width
    return "\r\n".join(parts) + "\r\n"


def _escaped(text: str) -> str:
    """Escapes a text's backslashes, separators and line ends."""
    for plain, written in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return text
