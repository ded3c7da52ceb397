"""vCards: what is written reads back by the rules of RFC 6350, whatever stands in it."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from halles_server.ports.cards import Card
from halles_server.ports.leads import Lead
from halles_server.web.vcard import LINE, folded, vcard

GIVEN = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1)


def lead(name: str = "Ada", organisation: str = "", mail: str = "", tags: tuple[str, ...] = ()) -> Lead:
    return Lead(7, Card(name, organisation, mail), "answer", "nl", GIVEN, GIVEN, tags)


def read(data: bytes) -> dict[str, str]:
    """Reads a card as RFC 6350 says: unfolded (3.2), then values unescaped (3.4)."""
    text = data.decode().replace("\r\n ", "")
    found = {}
    for line in text.removesuffix("\r\n").split("\r\n"):
        name, _, value = line.partition(":")
        assert name not in found
        found[name] = re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value, flags=re.S)
    return found


def test_a_card_holds_what_was_given_and_nothing_else() -> None:
    found = read(vcard(lead("Zoë", "École; 02, Lille", "zoe@example.org", ("big", "small")), "to answer – 2026-12-23"))
    assert list(found) == ["BEGIN", "VERSION", "KIND", "FN", "ORG", "EMAIL", "LANG", "CATEGORIES", "NOTE", "REV", "END"]
    assert (found["VERSION"], found["FN"], found["ORG"]) == ("4.0", "Zoë", "École; 02, Lille")
    assert (found["REV"], found["NOTE"]) == ("20261123T143000Z", "to answer – 2026-12-23")
    assert {"ORG", "EMAIL", "CATEGORIES"}.isdisjoint(read(vcard(lead(), "note")))


@given(texts, texts, texts)
def test_whatever_is_written_reads_back_and_adds_no_line_of_its_own(name: str, organisation: str, note: str) -> None:
    found = read(vcard(lead(name, organisation), note))
    assert (found["FN"], found["ORG"], found["NOTE"]) == (name, organisation, note)
    assert len(found) == 9


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_line_is_longer_than_75_bytes_and_no_character_is_cut(text: str) -> None:
    lines = folded(text).removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= LINE for line in lines)
    assert lines[0] + "".join(line[1:] for line in lines[1:]) == text
    assert all(line.startswith(" ") for line in lines[1:])
