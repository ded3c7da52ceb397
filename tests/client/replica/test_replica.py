import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.ids import AvatarNumber, BoothId, HallId, SlotId, VisitId
from halles.protocol.block_messages import BlockedTold
from halles.protocol.booth_messages import BoothsStaffed, BoothStaffed, StaffedBooth
from halles.protocol.draft_messages import DraftHidden, DraftShown
from halles.protocol.messages import (
    AvatarCard,
    AvatarsEntered,
    AvatarsLeft,
    BoothCard,
    BoothEdited,
    BoothsListed,
    ChatLine,
    ChatRead,
    Correction,
    HallEntered,
    Message,
    PoseBatch,
    Rejected,
    Said,
    Welcomed,
)
from halles.world.booth import BoothContent
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import Scene
from halles_client.replica.replica import BOOTHS_CAP, CHAT_KEPT, Replica, heights
from tests.support.plans import PLANS

LILLE, CROSSROADS = HallId("lille"), HallId("crossroads")


@pytest.fixture(scope="module")
def scenes() -> dict[HallId, Scene]:
    return PLANS.scenes


@pytest.fixture
def replica(scenes: dict[HallId, Scene]) -> Replica:
    fresh = Replica(scenes)
    fresh.apply(Welcomed(1, VisitId("me"), "token", "Ada", Role.GUEST, "fr", Look(), (), 20), 0.0)
    fresh.apply(entered(LILLE), 0.0)
    return fresh


def entered(hall: HallId, number: int = 5) -> HallEntered:
    return HallEntered(b"r" * 16, hall, AvatarNumber(number), 0, -2800, 0, 0x8000, 1)


def card(number: int, visit: str = "") -> AvatarCard:
    at = VisitId(visit or f"v{number}")
    return AvatarCard(AvatarNumber(number), at, "Bo", Role.GUEST, "nl", Look(), False, 100, 0, 0)


def booth(name: str, revision: int, slot: str = "A1") -> BoothCard:
    return BoothCard(BoothId(name), SlotId(slot), revision, name.title(), "company", 0, ())


def line(text: str) -> ChatLine:
    return ChatLine("hall", VisitId("v1"), "Bo", Role.GUEST, 0, text, 1)


def at_ms(text: str, time_ms: int) -> ChatLine:
    return ChatLine("nearby", VisitId("v1"), "Bo", Role.GUEST, 0, text, time_ms)


def test_entering_a_hall_places_oneself_and_forgets_the_hall_before(replica: Replica) -> None:
    replica.apply(AvatarsEntered((card(1), card(2))), 0.0)
    replica.apply(BoothsListed(LILLE, (booth("a", 1),)), 0.0)
    replica.apply(ChatRead((line("hello"),)), 0.0)
    assert replica.own is not None
    assert (replica.own.pose.x, replica.own.pose.y) == (0.0, -28.0)
    assert replica.present == 3
    replica.apply(entered(CROSSROADS), 1.0)
    assert (replica.hall, replica.entered) == (CROSSROADS, 2)
    assert not replica.people
    assert not replica.booths
    assert not replica.chat
    assert len(replica.timeline) == 0


def test_one_whose_return_was_refused_is_in_no_hall(replica: Replica) -> None:
    replica.apply(AvatarsEntered((card(1),)), 0.0)
    replica.apply(Rejected(b"r" * 16, "HALL_FULL", "no room"), 1.0)
    assert (replica.hall, replica.own, replica.present) == (None, None, 0)


def test_one_never_sees_oneself_among_the_others(replica: Replica) -> None:
    replica.apply(AvatarsEntered((card(5, "me"), card(6))), 0.0)
    assert list(replica.people) == [6]
    assert replica.timeline.sample(0.0).number.tolist() == [6]


def test_who_leaves_is_gone_and_their_number_may_return(replica: Replica) -> None:
    replica.apply(AvatarsEntered((card(1),)), 0.0)
    replica.apply(AvatarsLeft((AvatarNumber(1), AvatarNumber(77))), 0.0)
    assert not replica.people
    replica.apply(AvatarsEntered((card(1, "other"),)), 0.0)
    assert replica.people[1].visit == "other"


def test_a_booth_changes_by_newer_news_only(replica: Replica) -> None:
    replica.apply(BoothsListed(LILLE, (booth("a", 3),)), 0.0)
    seen = replica.booths_seen
    replica.apply(BoothEdited(booth("a", 2)), 0.0)
    assert replica.booths_seen == seen
    replica.apply(BoothEdited(booth("a", 4)), 0.0)
    assert (replica.booths[BoothId("a")].revision, replica.booths_seen) == (4, seen + 1)
    assert replica.booths[BoothId("a")].slot == "A1"


def test_booths_of_another_hall_are_left_out(replica: Replica) -> None:
    replica.apply(BoothsListed(CROSSROADS, (booth("a", 1),)), 0.0)
    assert not replica.booths


def test_chat_keeps_the_newest_lines_and_counts_all(replica: Replica) -> None:
    before = replica.chat_seen
    for number in range(CHAT_KEPT + 50):
        replica.apply(Said(line(str(number))), 0.0)
    assert len(replica.chat) == CHAT_KEPT
    assert replica.chat[-1].text == str(CHAT_KEPT + 49)
    assert replica.chat_seen == before + CHAT_KEPT + 50


def test_what_was_said_stays_where_one_only_changes_place_in_the_hall(replica: Replica) -> None:
    for said in (at_ms("near", 10), at_ms("after", 30)):
        replica.apply(Said(said), 0.0)
    replica.apply(entered(LILLE), 1.0)
    replica.apply(ChatRead((at_ms("missed", 20),)), 1.0)
    assert [said.text for said in replica.chat] == ["near", "missed", "after"]


def test_what_was_heard_while_the_last_lines_were_read_stands_after_them(replica: Replica) -> None:
    for text in ("read as well", "mine"):
        replica.apply(Said(line(text)), 0.0)
    replica.apply(ChatRead((line("older"), line("read as well"))), 0.0)
    assert [said.text for said in replica.chat] == ["older", "read as well", "mine"]


def test_a_line_that_was_read_before_it_is_heard_stands_there_once(replica: Replica) -> None:
    replica.apply(ChatRead((line("older"), line("new"))), 0.0)
    seen = replica.chat_seen
    replica.apply(Said(line("new")), 0.0)
    assert ([said.text for said in replica.chat], replica.chat_seen) == (["older", "new"], seen)


def test_more_last_lines_than_are_kept_take_no_place_of_what_was_heard(replica: Replica) -> None:
    replica.apply(Said(line("heard")), 0.0)
    replica.apply(ChatRead(tuple(line(str(number)) for number in range(CHAT_KEPT))), 0.0)
    assert (len(replica.chat), replica.chat[0].text, replica.chat[-1].text) == (CHAT_KEPT, "1", "heard")


def test_a_correction_moves_oneself(replica: Replica) -> None:
    replica.apply(Correction(4, 150, -2700, 0, 0, "too-far"), 0.0)
    assert replica.own is not None
    assert (replica.own.pose.x, replica.own.pose.y) == (1.5, -27.0)


def test_a_bot_that_looks_at_nobody_still_knows_who_is_here(scenes: dict[HallId, Scene]) -> None:
    bot = Replica(scenes, watches=False)
    bot.apply(entered(LILLE), 0.0)
    bot.apply(AvatarsEntered((card(1),)), 0.0)
    bot.apply(PoseBatch(1, 50, b"", b""), 0.0)
    assert bot.present == 2
    assert len(bot.timeline) == 0


def test_heights_of_many_places_are_those_of_each(scenes: dict[HallId, Scene]) -> None:
    import numpy as np

    rng = np.random.default_rng(3)
    for scene in scenes.values():
        xs, ys = rng.uniform(-36, 36, 4000), rng.uniform(-36, 36, 4000)
        assert np.allclose(heights(scene, xs, ys), [scene.height(x, y) for x, y in zip(xs, ys, strict=True)])


comings = st.lists(
    st.one_of(
        st.lists(st.integers(1, 30), max_size=6).map(lambda ns: AvatarsEntered(tuple(card(n) for n in ns))),
        st.lists(st.integers(1, 60), max_size=6).map(lambda ns: AvatarsLeft(tuple(AvatarNumber(n) for n in ns))),
        st.sampled_from([entered(LILLE, 40), entered(CROSSROADS, 41)]),
    ),
    max_size=40,
)


@given(comings)
@settings(max_examples=100, deadline=None)
def test_people_are_those_who_entered_and_did_not_leave(happenings: list[Message]) -> None:
    replica = Replica(typing.cast("dict[HallId, Scene]", _plans()))
    here: set[int] = set()
    for message in happenings:
        replica.apply(message, 0.0)
        if isinstance(message, HallEntered):
            here = set()
        elif isinstance(message, AvatarsEntered):
            here |= {card.number for card in message.avatars}
        elif isinstance(message, AvatarsLeft):
            here -= set(message.numbers)
        assert set(replica.people) == here
        assert set(replica.timeline.sample(0.0).number.tolist()) == here


_kept: dict[str, dict[HallId, Scene]] = {}


def _plans() -> dict[HallId, Scene]:
    if not _kept:
        _kept["scenes"] = PLANS.scenes
    return _kept["scenes"]


def test_how_booths_are_staffed_is_believed_for_this_hall_and_forgotten_with_it(replica: Replica) -> None:
    here = StaffedBooth(BoothId("a"), "here")
    before = replica.staffed_seen
    replica.apply(BoothsStaffed(LILLE, (here, StaffedBooth(BoothId("b"), "elsewhere"))), 0.0)
    replica.apply(BoothsStaffed(CROSSROADS, ()), 0.0)
    assert replica.staffed_seen > before
    assert {booth: row.state for booth, row in replica.staffed.items()} == {"a": "here", "b": "elsewhere"}
    replica.apply(BoothStaffed(BoothId("b"), "back", 5_000), 0.0)
    replica.apply(BoothStaffed(BoothId("a"), "away"), 0.0)
    replica.apply(BoothStaffed(BoothId("unknown"), "away"), 0.0)
    assert replica.staffed == {"b": StaffedBooth(BoothId("b"), "back", 5_000)}
    seen = replica.staffed_seen
    replica.apply(entered(CROSSROADS), 0.0)
    assert (replica.staffed, replica.staffed_seen > seen) == ({}, True)


def test_a_server_that_lists_booths_without_end_is_believed_to_a_bound(replica: Replica) -> None:
    for number in range(BOOTHS_CAP + 5):
        replica.apply(BoothStaffed(BoothId(f"b{number}"), "here"), 0.0)
    assert len(replica.staffed) == BOOTHS_CAP


def test_a_draft_is_seen_in_place_of_its_booth_whatever_is_published_until_it_is_hidden(replica: Replica) -> None:
    def sees() -> list[str]:
        return [card.name for card in replica.booths.values()]

    replica.apply(BoothsListed(LILLE, (booth("one", 7), booth("two", 7, "A2"))), 0.0)
    seen = replica.booths_seen
    replica.apply(DraftShown(BoothId("one"), LILLE, SlotId("A1"), 2, BoothContent("Draft")), 0.0)
    assert (sees(), replica.booths_seen > seen) == (["Draft", "Two"], True)
    replica.apply(BoothEdited(booth("one", 8)), 0.0)
    replica.apply(BoothEdited(booth("two", 6, "A2")), 0.0)
    assert sees() == ["Draft", "Two"]
    replica.apply(entered(LILLE), 0.0)
    assert sees() == []
    replica.apply(BoothsListed(LILLE, (booth("one", 8),)), 0.0)
    assert sees() == ["Draft"]
    replica.apply(DraftHidden(BoothId("two")), 0.0)
    assert sees() == ["Draft"], "the word is of another draft"
    replica.apply(DraftHidden(BoothId("one")), 0.0)
    assert [card.revision for card in replica.booths.values()] == [8]


def test_a_draft_of_a_booth_that_is_not_here_adds_none(replica: Replica) -> None:
    replica.apply(BoothsListed(LILLE, (booth("one", 7),)), 0.0)
    replica.apply(DraftShown(BoothId("far"), CROSSROADS, SlotId("A1"), 2, BoothContent("Draft")), 0.0)
    assert list(replica.booths) == ["one"]
    assert replica.drafted(BoothId("far")) is None


def test_who_is_blocked_is_not_seen_nor_read_and_comes_back_where_they_are(replica: Replica) -> None:
    replica.apply(AvatarsEntered((card(1), card(2))), 0.0)
    replica.apply(ChatRead((line("hello"),)), 0.0)
    replica.apply(BlockedTold((VisitId("v1"), VisitId("v3"))), 0.0)
    assert (set(replica.people), [*replica.chat]) == ({2}, [])
    replica.apply(AvatarsEntered((card(3),)), 0.0)
    replica.apply(AvatarsLeft((AvatarNumber(2),)), 0.0)
    assert set(replica.people) == set()
    replica.apply(BlockedTold((VisitId("v3"),)), 0.0)
    assert set(replica.people) == {1}
    replica.apply(AvatarsLeft((AvatarNumber(3),)), 0.0)
    replica.apply(BlockedTold(()), 0.0)
    assert set(replica.people) == {1}, "who went while hidden does not come back"
