"""What keys and presses mean, without any window."""

from dataclasses import replace

import pytest

from halles.ids import BoothId, SlotId
from halles.world.booth import BoothContent, Panel
from halles.world.look import Look
from halles.world.movement import Gesture
from halles.world.roles import Role
from halles.world.text import Text
from halles_client.view.hud import acts, lists, ui
from halles_client.view.hud.booth_state import BoothSheet, Caller, Draft, NearBooth, OwnRing, Talk
from halles_client.view.hud.events import (
    AnsweredBell,
    Blocked,
    ChangedLanguage,
    ChangedScale,
    ClosedSheet,
    EnteredAtDoor,
    Gestured,
    HudEvent,
    Left,
    LeftDraft,
    LeftMessage,
    OpenedBooth,
    OpenedLink,
    Rang,
    SaidAgain,
    SaidBack,
    SaidIt,
    Searched,
    TookRingBack,
    TriedAgain,
    WentBack,
    WentTo,
)
from halles_client.view.hud.keys import Drawn, key, typed
from halles_client.view.hud.pen import Act, Rect, Stop
from halles_client.view.hud.settle import settle
from halles_client.view.hud.state import ChatLine, Connection, Door, Found, HudState, Notice, Person, Refusal, Result
from halles_client.view.hud.ui import Ui

CONTENT = BoothContent("Studio 08", panels=tuple(Panel(f"poster-{n}", Text(str(n))) for n in (1, 2, 3)))
SHEET = BoothSheet(BoothId("studio-08"), SlotId("B8"), "Lille", CONTENT)
HALL = HudState(near=NearBooth(BoothId("studio-08"), "Studio 08"))
VISIT = replace(HALL, sheet=SHEET)
FOUND = (Result("booth", "b", "Studio"), Result("hall", "h", "Stuhalle"), Result("person", "p", "Stu"))


ON_CARDS: dict[str, tuple[Act, ...]] = {
    "sheet": (acts.Read("poster-1"), acts.Follow("https://example.org/"), acts.Close()),
    "help": (acts.Speak("nl"), acts.Resize(1), acts.Leave()),
    "gestures": (acts.Gesticulate(Gesture.WAVE), acts.Gesticulate(Gesture.APPLAUD)),
    "reading": (acts.Read("poster-3"), acts.Read("poster-2"), acts.Close()),
    "closed": (acts.TryAgain(), acts.Leave()),
}


def stops(card: str) -> list[Stop]:
    """The last place of the sheet is scrolled out of sight."""
    stops = ON_CARDS.get(card, ())
    return [Stop(Rect(0, 40 * i, 10, 10), act, 7 if i == 2 else 0) for i, act in enumerate(stops)]


class Hand:
    """Somebody at the keyboard."""

    def __init__(self, state: HudState) -> None:
        self.ui, self.state = Ui(), HudState()
        self.told: list[HudEvent] = []
        self.show(state)

    def show(self, state: HudState) -> None:
        self.ui = settle(self.ui, self.state, state)
        self.state = state

    def press(self, *names: str) -> "Hand":
        for name in names:
            self.ui, told = key(self.ui, name, self.state, Drawn(lambda card: 100, stops))
            self.told += told
        return self

    def type(self, text: str) -> "Hand":
        for char in text:
            self.ui, told = typed(self.ui, char, self.state)
            self.told += told
        return self


def test_enter_at_the_door_goes_in_with_what_was_chosen() -> None:
    hand = Hand(HudState(door=Door(look=Look(coat=3))))
    hand.type("Zoé").press("tab", "arrow_right", "tab", "arrow_left", "enter")
    assert hand.told == [EnteredAtDoor("Zoé", Look(coat=4, trousers=4, skin=0), "fr")]


def test_nobody_enters_without_a_name() -> None:
    hand = Hand(HudState(door=Door())).type("   ").press("enter")
    assert hand.told == []
    assert hand.ui.typing == "name"
    assert hand.ui.nameless
    assert hand.type(" ").ui.nameless, "a blank is no name"
    assert not hand.type("Z").ui.nameless


def test_who_waits_at_the_door_tries_again_with_enter_and_gives_up_with_escape() -> None:
    hand = Hand(HudState(door=Door("Zoé", busy=True))).press("enter")
    assert hand.told == [TriedAgain()]
    assert hand.press("escape").told == [TriedAgain(), WentBack()]
    assert Hand(HudState(door=Door("Zoé"))).press("escape").told == []


def test_a_second_visit_begins_with_nothing_put_away() -> None:
    hand = Hand(replace(HALL, chat_refusal=Refusal(3, "HALL_FULL"), notices=(Notice(2, "HALL_FULL"),)))
    hand.ui = ui.press(hand.ui, acts.Dismiss(2), hand.state)[0]
    hand.type("t").type("again").press("enter")
    hand.show(HudState(door=Door("Zoé")))
    hand.show(HALL)
    assert (hand.ui.dismissed, hand.ui.muted) == (-1, -1)


def test_a_refused_name_is_selected_in_its_field() -> None:
    hand = Hand(HudState(door=Door("Zoé"))).press("tab", "tab")
    hand.show(HudState(door=Door("Zoé", refusal=Refusal(1, "NAME_TAKEN"))))
    assert hand.type("Nadia").ui.name.text == "Nadia"


def test_a_refusal_leaves_the_door_with_the_name_that_was_refused() -> None:
    hand = Hand(HudState(door=Door("Zoé")))
    assert not hand.ui.renamed
    hand.show(HudState(door=Door("Zoé", refusal=Refusal(1, "NAME_TAKEN"))))
    assert not hand.press("end").ui.renamed, "moving the caret is no other name"
    assert hand.type("e").ui.renamed
    hand.show(HudState(door=Door("Zoée", busy=True)))
    hand.show(HudState(door=Door("Zoée", refusal=Refusal(2, "NAME_TAKEN"))))
    assert not hand.ui.renamed


def test_the_door_is_walked_with_tab_and_back() -> None:
    hand = Hand(HudState(door=Door("Zoé")))
    rings = [hand.press("tab").ui.ring for _ in range(7)]
    assert len(set(rings)) == 7
    assert rings[-1] is None
    assert hand.press("shift-tab").ui.ring == rings[-2]


@pytest.mark.parametrize("key", ["enter", "space"])
def test_who_waits_at_the_door_gives_up_on_the_button_as_well(key: str) -> None:
    hand = Hand(HudState(door=Door("Zoé", busy=True)))
    rings = [hand.press("tab").ui.ring for _ in range(8)]
    assert (rings[4], rings[5], rings[-1]) == (acts.Enter(), acts.Back(), None)
    hand.press("shift-tab", "shift-tab", key)
    assert hand.told == [WentBack()]
    hand.show(HudState(door=Door("Zoé")))
    assert hand.ui.ring is None, "the button is gone"


def test_the_language_at_the_door_changes_with_the_arrows() -> None:
    hand = Hand(HudState(door=Door("Zoé"))).press("shift-tab", "arrow_right")
    assert hand.told == [ChangedLanguage("nl")]
    assert hand.ui.language == "nl"


def test_a_line_is_said_on_the_chosen_channel_and_the_field_is_emptied() -> None:
    hand = Hand(HALL).type("t").type("Où est le débat ?").press("tab", "enter")
    assert hand.told == [SaidIt("hall", "Où est le débat ?")]
    assert hand.ui.chat.text == ""
    assert hand.ui.typing == "chat"


def test_the_letter_that_opens_the_chat_does_not_stand_in_it() -> None:
    """Some systems tell the key before its character, others after it."""
    assert Hand(HALL).press("t").type("t").ui.chat.text == ""
    hand = Hand(HALL).type("t").press("t")
    assert (hand.ui.typing, hand.ui.chat.text) == ("chat", "")


def test_letters_in_a_field_are_no_commands() -> None:
    hand = Hand(HALL).type("t").type("/e?1").press("e", "m", "g", "space")
    assert hand.told == []
    assert hand.ui.chat.text == "/e?1"
    assert hand.ui.sheet == ""


def test_a_blank_line_is_not_said_and_gives_the_keyboard_back() -> None:
    hand = Hand(HALL).press("enter").type("  ").press("enter")
    assert hand.told == []
    assert hand.ui.typing == ""


def test_a_refused_line_stays_out_of_the_field_and_is_sent_again_with_a_key() -> None:
    hand = Hand(HALL).type("t").type("encore").press("enter")
    lines = (
        ChatLine("nearby", "Zoé", 1, "ancienne", "failed", b"1"),
        ChatLine("nearby", "Zoé", 1, "encore", "failed", b"2"),
        ChatLine("hall", "Zoé", 1, "ailleurs", "failed", b"3"),
    )
    hand.show(replace(HALL, chat=lines, chat_refusal=Refusal(1, "RATE_LIMITED", 3)))
    assert hand.ui.chat.text == ""
    hand.type("autre").press("control-enter")
    assert (hand.ui.chat.text, hand.ui.muted) == ("autre", 1)
    hand.press("escape", "control-enter")
    assert hand.told[1:] == [SaidAgain(b"2"), SaidAgain(b"2")]
    assert ui.press(hand.ui, acts.SayAgain(b"1"), hand.state)[1] == (SaidAgain(b"1"),)


def test_what_has_been_taken_or_can_never_be_is_not_sent_again() -> None:
    lines = (ChatLine("nearby", "Zoé", 1, "dite"), ChatLine("nearby", "Zoé", 1, "laide", "failed"))
    hand = Hand(replace(HALL, chat=lines)).press("control-enter")
    assert ui.press(hand.ui, acts.SayAgain(b"1"), hand.state)[1] == ()
    assert hand.told == []


def test_each_letter_of_the_go_to_field_searches_and_enter_goes() -> None:
    hand = Hand(HALL).type("/").type("st")
    assert hand.told == [Searched(""), Searched("s"), Searched("st")]
    hand.show(replace(HALL, found=Found("st", FOUND)))
    hand.press("arrow_down", "enter")
    assert hand.told[-1] == WentTo(FOUND[1])
    assert hand.ui.typing == ""


@pytest.mark.parametrize("way", [acts.Close(), acts.Type("chat"), acts.Open("map"), acts.Go(FOUND[0])])
def test_whoever_leaves_the_go_to_field_finds_it_empty(way: Act) -> None:
    hand = Hand(HALL).type("/").type("zzz")
    hand.ui = ui.press(hand.ui, way, hand.state)[0]
    assert hand.ui.search.text == ""


def test_the_go_to_field_that_has_the_keyboard_keeps_its_words() -> None:
    hand = Hand(HALL).type("/").type("st")
    hand.ui = ui.press(hand.ui, acts.Type("search"), hand.state)[0]
    assert hand.ui.search.text == "st"


def test_results_are_grouped_in_the_order_of_the_answer_and_walked_in_a_ring() -> None:
    hand = Hand(HALL).type("/s")
    other = Result("person", "q", "Stu 2")
    hand.show(replace(HALL, found=Found("s", (FOUND[2], FOUND[0], other, FOUND[1]))))
    assert lists.results(hand.ui, hand.state) == (FOUND[2], other, FOUND[0], FOUND[1])
    hand.press("arrow_up", "enter")
    assert hand.told[-1] == WentTo(FOUND[1])


def test_an_answer_to_another_query_is_not_shown_and_enter_waits_for_the_right_one() -> None:
    hand = Hand(HALL).type("/s")
    hand.show(replace(HALL, found=Found("stu", FOUND)))
    assert hand.press("enter").told == [Searched(""), Searched("s")]
    assert hand.ui.typing == "search"


def test_e_opens_the_booth_in_front_and_closes_it_again() -> None:
    assert Hand(HALL).press("e").told == [OpenedBooth(BoothId("studio-08"))]
    assert Hand(VISIT).press("e").told == [ClosedSheet()]
    assert Hand(HudState()).press("e").told == []


def test_digits_read_panels_of_the_open_booth_and_nothing_else() -> None:
    assert Hand(VISIT).press("2").ui.panel == "poster-2"
    hand = Hand(VISIT).press("4", "9")
    assert (hand.ui.panel, hand.told) == ("", [])
    assert Hand(VISIT).press("g", "4").told == [Gestured(Gesture.TALK)]


def test_panels_are_turned_with_the_arrows_and_closed_before_the_sheet() -> None:
    hand = Hand(VISIT).press("1").press("arrow_left")
    assert hand.ui.panel == "poster-3"
    assert hand.press("escape").told == []
    assert hand.ui.panel == ""
    assert hand.press("escape").told == [ClosedSheet()]


def test_a_sheet_that_the_state_takes_away_closes_its_panel() -> None:
    hand = Hand(VISIT).press("1")
    hand.show(HALL)
    assert hand.ui.panel == ""


def test_at_most_one_sheet_is_open() -> None:
    hand = Hand(VISIT)
    assert hand.press("m").ui.sheet == "map"
    assert hand.press("tab").told == [ClosedSheet()]
    hand.show(HALL)
    assert hand.press("m").ui.sheet == "map"
    assert hand.press("f1").ui.sheet == "help"
    assert hand.press("f1").ui.sheet == ""
    hand.press("tab").show(VISIT)
    assert hand.ui.sheet == ""


def test_people_are_walked_nearest_first_and_one_goes_to_nobody_but_others() -> None:
    here = tuple(
        Person(name, name, Role.GUEST, 0, far, me=name == "me") for name, far in (("b", 9), ("a", 2), ("me", 0))
    )
    hand = Hand(replace(HALL, people=here)).press("tab", "enter")
    assert hand.told == []
    hand.press("arrow_down", "enter")
    assert hand.told == [WentTo(Result("person", "a", "a"))]


def test_somebody_chosen_is_blocked_with_a_key_stands_last_and_is_unblocked_instead_of_gone_to() -> None:
    near, far = Person("a", "a", Role.GUEST, 0, 2), Person("b", "b", Role.GUEST, 0, 9)
    hand = Hand(replace(HALL, people=(near, far))).press("tab", "delete")
    assert hand.told == [Blocked("a", on=True)]
    hand.show(replace(HALL, people=(replace(near, blocked=True), far)))
    hand.press("arrow_down", "enter")
    assert hand.told[1:] == [Blocked("a", on=False)]


def test_gestures_are_made_with_a_digit() -> None:
    assert Hand(HALL).press("g", "3").told == [Gestured(Gesture.RAISE_HAND)]
    assert Hand(HALL).press("g", "6").told == [Gestured(Gesture.NONE)]
    assert Hand(HALL).press("3", "9").told == [Gestured(Gesture.RAISE_HAND)]
    assert Hand(HALL).press("f1", "1").ui.sheet == "help"
    assert Hand(HALL).press("tab", "1").told == []


def test_a_closed_show_is_tried_again_or_left() -> None:
    closed = HudState(connection=Connection("closed", close_code=1012))
    assert Hand(closed).type("/t").press("e", "1", "enter").told == [TriedAgain()]
    assert Hand(closed).press("tab", "tab", "enter").told == [Left()]


def test_tab_walks_an_open_sheet_and_enter_presses() -> None:
    assert Hand(VISIT).press("tab", "tab", "enter").told == [OpenedLink("https://example.org/")]
    assert Hand(VISIT).press("shift-tab", "space").told == [ClosedSheet()]
    assert Hand(VISIT).press("tab", "enter").ui.panel == "poster-1"
    assert Hand(HALL).press("g", "tab", "tab", "enter").told == [Gestured(Gesture.APPLAUD)]


def test_the_sheet_follows_the_ring() -> None:
    hand = Hand(VISIT).press("tab", "tab")
    assert hand.ui.scrolled("sheet") == 0
    assert hand.press("tab").ui.scrolled("sheet") == 7


def test_language_size_of_text_and_the_way_out_need_no_pointer() -> None:
    hand = Hand(HALL).press("f1", "tab", "enter", "tab", "enter", "enter", "tab", "enter")
    assert hand.told == [ChangedLanguage("nl"), ChangedScale(1.25), ChangedScale(1.5), Left()]


def test_the_ring_stays_on_its_card_and_enter_talks_where_there_is_none() -> None:
    hand = Hand(VISIT).press("tab", "enter")
    assert (hand.ui.panel, hand.ui.ring) == ("poster-1", None)
    hand.press("tab", "escape")
    assert hand.ui.ring is None
    assert hand.press("enter").ui.typing == "chat"
    hand = Hand(VISIT).press("tab")
    hand.show(HALL)
    assert hand.ui.ring is None


def test_a_place_that_has_gone_is_not_pressed() -> None:
    hand = Hand(VISIT)
    hand.ui = replace(hand.ui, ring=acts.Follow("https://gone.example/"))
    assert hand.press("enter").told == []
    assert hand.press("escape", "tab").ui.ring == ON_CARDS["sheet"][0]


@pytest.mark.parametrize(("step", "scale"), [(1, 1.25), (-1, 1.0)])
def test_the_size_of_text_stays_between_once_and_twice(step: int, scale: float) -> None:
    changed, told = ui.press(Ui(), acts.Resize(step), HALL)
    assert told == (ChangedScale(scale),)
    assert changed.scale == scale


def test_scrolling_stops_at_both_ends() -> None:
    hand = Hand(VISIT).press("1").press("page_up")
    assert hand.ui.scrolled("panel") == 0
    assert hand.press(*["page_down"] * 20).ui.scrolled("panel") == 100
    assert hand.press("arrow_right").ui.scrolled("panel") == 0


def test_b_rings_at_the_open_booth_else_at_the_one_before_me_else_nowhere() -> None:
    assert Hand(VISIT).press("b").told == [Rang(BoothId("studio-08"))]
    assert Hand(replace(VISIT, near=NearBooth(BoothId("other"), "Other"))).press("b").told == [
        Rang(BoothId("studio-08"))
    ]
    assert Hand(HALL).press("b").told == [Rang(BoothId("studio-08"))]
    assert Hand(HudState()).press("b").told == []


def test_p_leaves_the_draft_that_i_see_and_means_nothing_without_one() -> None:
    assert Hand(replace(HALL, draft=Draft("Studio 08", 3))).press("p").told == [LeftDraft()]
    assert Hand(HALL).press("p").told == []


def test_b_takes_my_waiting_ring_back_and_answers_before_all_else_who_waits_at_my_bell() -> None:
    waiting = replace(VISIT, own_ring=OwnRing("Studio 08"))
    assert Hand(waiting).press("b").told == [TookRingBack()]
    assert Hand(replace(waiting, caller=Caller(7, "Ada", "Studio 07"))).press("b").told == [AnsweredBell(7)]
    assert Hand(replace(VISIT, own_ring=OwnRing("Studio 08", "answered", "Eva"))).press("b").told == [
        Rang(BoothId("studio-08"))
    ]


def test_a_missed_ring_takes_words_that_b_opens_without_writing_itself() -> None:
    missed = replace(HALL, own_ring=OwnRing("Studio 08", "missed"))
    for order in (("key", "char"), ("char", "key")):
        hand = Hand(missed)
        for what in order:
            _ = hand.press("b") if what == "key" else hand.type("b")
        assert (hand.ui.typing, hand.ui.words.text, hand.told) == ("words", "", [])
        hand.type("Bonjour, bonne idée").press("enter")
        assert hand.told == [LeftMessage("Bonjour, bonne idée")]
        assert (hand.ui.typing, hand.ui.words.text) == ("", "")
    hand = Hand(missed).type("b").press("enter")
    assert (hand.told, hand.ui.typing) == ([], "")
    hand = Hand(missed).type("b").type("half")
    hand.show(HALL)
    assert (hand.ui.typing, hand.ui.words.text) == ("", ""), "its card has gone"


def test_tab_in_the_chat_goes_on_to_the_booth_where_there_is_one() -> None:
    at_booth = replace(HALL, talk=Talk("Studio 08", BoothId("studio-08")))
    hand = Hand(at_booth).type("t").press("tab", "tab").type("Bonjour").press("enter")
    assert hand.told == [SaidIt("booth", "Bonjour")]
    assert hand.press("tab").ui.channel == "nearby"
    hand = Hand(at_booth).type("t").press("tab", "tab")
    hand.show(HALL)
    assert hand.ui.channel == "nearby", "one has walked on"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("15:00", SaidBack(at=(15, 0))),
        ("15 h", SaidBack(at=(15, 0))),
        ("9.45", SaidBack(at=(9, 45))),
        ("20", SaidBack(20)),
        ("", SaidBack(0)),
        ("soon", None),
        ("25:00", None),
    ],
)
def test_b_at_ones_own_booth_asks_when_one_is_back(typed: str, said: SaidBack | None) -> None:
    own = replace(HALL, talk=Talk("Studio 08", BoothId("studio-08"), duty=True))
    hand = Hand(own).press("b").type("b")
    assert (hand.ui.typing, hand.ui.back.text) == ("back", "")
    hand.type(typed).press("enter")
    assert hand.told == ([said] if said is not None else [])
    assert hand.ui.typing == ("" if said is not None else "back"), "what cannot be read stays to be changed"
    hand.show(HALL)
    assert hand.ui.typing == ""


def test_who_rings_at_ones_own_bell_comes_before_saying_when_one_is_back() -> None:
    own = replace(HALL, talk=Talk("S", BoothId("s"), duty=True), caller=Caller(7, "Ada", "Studio 07"))
    assert Hand(own).press("b").type("b").told == [AnsweredBell(7)]
