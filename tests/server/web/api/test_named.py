"""Twins of the contract's values: the same limits, as objects with names."""

import msgspec
import pytest

from halles.world.booth import BoothContent, BoothEdit, Change, Link, Panel
from halles.world.text import Text
from halles_server.web.api.named import named, named_type, unnamed

CONTENT = BoothContent(
    name="Studio 7",
    pitch=Text("bonjour", "dag", "hello"),
    panels=(Panel("screen", title=Text(en="a film")),),
    links=(Link(Text("site"), "https://example.org"),),
)


def test_a_booth_is_written_with_the_names_of_its_fields_down_to_its_texts() -> None:
    written = msgspec.json.decode(msgspec.json.encode(named(CONTENT)))
    assert written["pitch"] == {"fr": "bonjour", "nl": "dag", "en": "hello"}
    assert written["panels"][0]["title"]["en"] == "a film"
    assert list(written) == list(BoothContent.__struct_fields__)


def test_what_was_written_is_read_back_as_the_same_value() -> None:
    read = msgspec.json.decode(msgspec.json.encode(named(CONTENT)), type=named_type(BoothContent))
    assert unnamed(read) == CONTENT


@pytest.mark.parametrize(
    "change",
    [
        {"field": "x" * 61, "value": ""},
        {"field": "name", "value": "", "language": "de"},
        {"field": "name"},
        {"field": "name", "value": "", "colour": "red"},
    ],
)
def test_the_limits_of_the_wire_hold_for_names_too(change: dict[str, str]) -> None:
    sent = msgspec.json.encode({"changes": [change]})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(sent, type=named_type(BoothEdit))


def test_a_field_that_is_left_out_has_the_value_that_it_has_on_the_wire() -> None:
    read = msgspec.json.decode(b'{"changes": [{"field": "name", "value": "Studio 8"}]}', type=named_type(BoothEdit))
    assert unnamed(read) == BoothEdit((Change("name", "Studio 8"),))
