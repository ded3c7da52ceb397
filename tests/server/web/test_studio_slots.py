"""A slot's form: which fields it has, and what a sent one changes."""

import pytest

from halles.errors import Rejection
from halles.world.booth import BoothContent, Change, Document, Link, Panel, TeamMember, texts_of, values_of
from halles.world.text import LANGUAGES, Text
from halles_server.web.studio_slots import (
    POSTERS,
    SLOTS,
    Group,
    Problem,
    Sent,
    changes_of,
    free_poster,
    groups_of,
    name_of,
    poster_lines,
    problem_of,
    slot_lines,
    slot_of,
)

CONTENT = BoothContent(
    "Studio",
    pitch=Text("Bonjour", "Dag"),
    panels=(Panel("screen", Text("film")), Panel("poster-1", Text("un")), Panel("poster-4", Text(nl="vier"))),
    links=(Link(Text("site"), "https://example.org"),),
    team=(TeamMember("Ana", Text("chef")), TeamMember("Bob")),
    documents=(Document(Text("plan")),),
)


def sent_by(groups: tuple[Group, ...]) -> dict[str, str]:
    """What a browser sends when nobody touched the form."""
    form = {}
    for group in groups:
        form |= {line.field: line.value for line in group.lines} | {one.field: one.current for one in group.media}
        form |= {cell.name: cell.value for text in group.texts for cell in text.cells}
    return form


def test_every_field_of_a_booth_stands_in_exactly_one_form() -> None:
    places = [slot for slot in (*SLOTS, *POSTERS) if slot != "posters"]
    names = [name for slot in places for name in sent_by(groups_of(slot, CONTENT))]
    assert len(names) == len(set(names))
    wanted = {name_of(field, code) for field in texts_of(CONTENT) for code in LANGUAGES} | set(values_of(CONTENT))
    assert wanted <= set(names)


@pytest.mark.parametrize("slot", [slot for slot in (*SLOTS, *POSTERS) if slot != "posters"])
def test_a_form_that_nobody_touched_changes_nothing(slot: str) -> None:
    assert changes_of(sent_by(groups_of(slot, CONTENT)), CONTENT, slot) == ()


def test_only_what_differs_from_what_was_seen_is_a_change() -> None:
    form = {"pitch.fr": "Bonjour\r\n", "pitch.nl": "Dag\r\n\r\nallen", "pitch.en": "", "name": "not in this form"}
    assert changes_of(form, CONTENT, "pitch") == (Change("pitch", "Dag\n\nallen", "nl"),)


def test_moving_a_row_comes_after_what_was_typed_in_it() -> None:
    form = {"team:1:name": "Bobby", "act": "team:1:up"}
    assert changes_of(form, CONTENT, "team") == (Change("team:1:name", "Bobby"), Change("team:1:up", ""))


@pytest.mark.parametrize("act", ["link:0:remove", "pitch", "panel:poster-1:up", "", "team:0:name"])
def test_a_form_does_nothing_to_another_slot(act: str) -> None:
    assert changes_of({"act": act, "clear": "film"}, CONTENT, "team") == ()


def test_posters_are_moved_from_their_list_and_a_medium_is_taken_away() -> None:
    assert changes_of({"act": "panel:poster-4:up"}, CONTENT, "posters") == (Change("panel:poster-4:up", ""),)
    assert changes_of({"clear": "film", "film": "x"}, CONTENT, "screen") == (Change("film", ""),)


def test_rows_know_where_they_may_go_and_an_empty_one_waits() -> None:
    rows = groups_of("team", CONTENT)
    assert [(row.number, row.new, row.moves) for row in rows] == [
        (1, False, ("down",)),
        (2, False, ("up",)),
        (3, True, ()),
    ]
    full = BoothContent("Studio", team=tuple(TeamMember(f"P {n}") for n in range(12)))
    assert [row.new for row in groups_of("team", full)] == [False] * 12
    assert [row.begun for row in groups_of("team", CONTENT)] == [True, True, False]
    assert [groups_of(slot, BoothContent("Studio"))[0].begun for slot in ("pitch", "poster-3")] == [True, False]


def test_an_empty_text_says_what_visitors_read_instead() -> None:
    cells = {cell.language: cell for cell in groups_of("pitch", CONTENT)[0].texts[0].cells}
    assert (cells["en"].instead.text, cells["en"].instead.language) == ("Bonjour", "fr")
    assert (cells["fr"].instead.text, cells["fr"].instead.language) == ("Dag", "nl")
    assert groups_of("opening", CONTENT)[0].texts[0].cells[0].instead.text == ""


def test_a_refused_form_keeps_what_was_typed_with_its_problem() -> None:
    sent = Sent({"pitch.nl": "x" * 5000}, {"pitch.nl": Problem("long", 1000)}, 3)
    cell = groups_of("pitch", CONTENT, sent)[0].texts[0].cells[1]
    assert (cell.used, cell.problem) == (5000, Problem("long", 1000))


def test_slots_count_what_is_written_of_what_could_be() -> None:
    lines = {line.slot: (line.meter.filled, line.meter.cells, line.rows) for line in slot_lines(CONTENT)}
    assert lines["pitch"] == (2, 3, 0)
    assert lines["posters"] == (2, 6, 2)
    assert lines["team"] == (1, 3, 2)
    assert lines["opening"] == (0, 0, 0)


def test_posters_hang_in_order_and_the_next_takes_the_first_free_slot() -> None:
    assert [(line.slot, line.moves) for line in poster_lines(CONTENT)] == [
        ("poster-1", ("down",)),
        ("poster-4", ("up",)),
    ]
    assert free_poster(CONTENT) == "poster-2"
    assert free_poster(BoothContent("n", panels=tuple(Panel(slot) for slot in POSTERS))) == ""


@pytest.mark.parametrize(
    ("field", "slot"),
    [
        ("name", "header"),
        ("film", "screen"),
        ("panel:screen:alt", "screen"),
        ("panel:poster-12:alt", "poster-12"),
        ("model_title", "plinth"),
        ("document:3:media", "documents"),
        ("pitch", "pitch"),
    ],
)
def test_a_field_belongs_to_a_slot(field: str, slot: str) -> None:
    assert slot_of(field) == slot


@pytest.mark.parametrize(
    ("field", "value", "code", "problem"),
    [
        ("pitch", "x" * 4003, "INVALID_TEXT", Problem("long", 3)),
        ("pitch", "\u202e", "INVALID_TEXT", Problem("letters")),
        ("name", "", "INVALID_TEXT", Problem("name")),
        ("team:0:name", "x" * 41, "INVALID_TEXT", Problem("long", 1)),
        ("link:0:url", "http://x", "BAD_FIELD", Problem("address")),
        ("film", "x", "BAD_FIELD", Problem("wrong")),
    ],
)
def test_a_problem_says_what_to_do(field: str, value: str, code: str, problem: Problem) -> None:
    assert problem_of(field, value, Rejection(code, "")) == problem
