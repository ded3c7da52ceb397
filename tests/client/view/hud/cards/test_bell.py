"""The line of the bell: what it says, that it fits, and that it lies on no other card."""

from dataclasses import replace
from functools import partial

import pytest

from halles.ids import BoothId, SlotId
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts
from halles_client.view.hud.booth_state import BoothSheet, Caller, OwnRing, Talk
from halles_client.view.hud.cards import bell, booth, top
from halles_client.view.hud.state import Connection, HudState, Place
from tests.client.view.hud.cards.test_frame import CONTENT
from tests.support import hud_cards
from tests.support.hud_cards import SIZES, Size, assert_fit

LONG = "Institut supérieur des arts numériques d"
STATE = HudState(place=Place("Lille", "b4452f", 12), sheet=BoothSheet(BoothId("t"), SlotId("B8"), "Lille", CONTENT))
STATES = (
    replace(STATE, caller=Caller(1, LONG, LONG, 12, 3)),
    replace(STATE, own_ring=OwnRing(LONG)),
    replace(STATE, own_ring=OwnRing(LONG, "answered", LONG)),
    replace(STATE, own_ring=OwnRing(LONG, "missed")),
)


drawn = partial(hud_cards.drawn, bell.bell)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_it_lies_in_the_window_and_on_no_other_card(state: HudState, language: Language, size: Size) -> None:
    mine = drawn(state, language, size).drawing.covers
    assert len(mine) == 1
    others = hud_cards.drawn((top.place, top.search, booth.sheet), state, language, size)
    assert_fit([*mine, *others.drawing.covers], size)


def test_the_staff_are_asked_when_they_are_back_and_a_caller_comes_first() -> None:
    own = replace(STATE, talk=Talk("Studio 07", BoothId("s"), duty=True))
    assert "When are you back at Studio 07?" in drawn(own, typing="back").written
    assert drawn(own).written == []
    assert "Go there" in drawn(replace(own, caller=Caller(1, "Ada", "S", 1, 0)), typing="back").written


def test_the_staff_read_who_rings_where_and_what_b_does() -> None:
    pen = drawn(replace(STATE, caller=Caller(1, "Ada", "Studio 07", 2, 1), own_ring=OwnRing("Studio 08")))
    assert pen.written == ["B", "Go there", "Ada rings at Studio 07", "2 wait · 1 missed"]
    assert [target.act for target in pen.drawing.targets] == [acts.Ring()]


def test_a_visitor_reads_what_became_of_the_ring() -> None:
    assert drawn(STATES[1]).written[:2] == ["B", "Take it back"]
    assert drawn(replace(STATE, own_ring=OwnRing("Studio 08", "answered", "Eva"))).written == [
        "Eva is coming to Studio 08"
    ]
    missed = drawn(replace(STATE, own_ring=OwnRing("Studio 08", "missed")))
    assert missed.written[0] == "Nobody could come to Studio 08. Leave a message:"
    assert [target.act for target in missed.drawing.targets] == [acts.Type("words")]


def test_there_is_no_line_without_a_ring_nor_while_the_connection_is_lost() -> None:
    for state in (
        STATE,
        replace(STATE, own_ring=OwnRing("Studio 08", "cancelled")),
        replace(STATES[0], connection=Connection("reconnecting")),
    ):
        assert drawn(state).drawing.covers == []
    assert drawn(STATES[0], typing="search").drawing.covers == [], "results lie there"
