"""Two nodes' halls joined by what they tell each other, under a clock that the test moves."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.ids import VisitId
from halles.protocol import far_slice
from halles.protocol.messages import AvatarCard, Move
from halles.world.roles import Role
from halles_server.announcements import (
    CARDS,
    SHARE,
    FromNode,
    NodeSlab,
    RosterChanged,
    RosterTold,
    share,
)
from halles_server.hall.elsewhere import AGAIN_S, PATIENCE_S, RECORD, SHADOW_S, SILENCE_S
from halles_server.hall.hall import Hall, Tick
from halles_server.hall.telling import Telling
from tests.server.hall.test_hall import Somebody, batches, near_of, room, step_of

BEAT = 0.05


@dataclass
class Node:
    """One node's hall, what it tells, and what its visitors were told."""

    slot: int
    incarnation: int = 7
    hall: Hall = field(init=False)
    told: dict[int, AvatarCard] = field(default_factory=dict)
    last: Tick = field(init=False)

    def __post_init__(self) -> None:
        self.hall = Hall(room(), slot=self.slot)
        self.telling = Telling(self.hall)

    def tick(self, now: float) -> list[FromNode]:
        """Ticks, and returns what the others must hear."""
        self.last = self.hall.tick(now)
        for number in self.last.left:
            self.told.pop(number, None)
        self.told |= {int(card.number): card for card in self.last.entered}
        return self.telling.news(self.slot, self.incarnation, self.last, now)

    def hear(self, news: list[FromNode], now: float) -> None:
        assert self.hall.elsewhere is not None
        for one in news:
            self.hall.elsewhere.hear(one, now)

    def wanting(self, now: float) -> list[int]:
        assert self.hall.elsewhere is not None
        return self.hall.elsewhere.wanting(now)

    def enter(self, name: str, x: float = 0.0, y: float = 0.0, now: float = 0.0) -> int:
        return int(self.hall.enter(Somebody(VisitId(name), name), x, y, 0.0, now).number)

    def names(self) -> list[str]:
        return sorted(card.name for card in self.told.values())


class Pair:
    """Two nodes in step; messages of a kind may be lost."""

    def __init__(self) -> None:
        self.one, self.other = Node(0), Node(1)
        self.now = 100.0

    def step(self, lost: tuple[type[FromNode], ...] = (), silent: bool = False) -> None:
        self.now += BEAT
        for speaker, hearer in ((self.one, self.other), (self.other, self.one)):
            news = [one for one in speaker.tick(self.now) if not isinstance(one, lost)]
            if not silent:
                hearer.hear(news, self.now)
                if speaker.slot in hearer.wanting(self.now) and RosterTold not in lost:
                    hearer.hear(list(speaker.telling.whole(speaker.slot, speaker.incarnation)), self.now)

    def run(self, seconds: float, lost: tuple[type[FromNode], ...] = (), silent: bool = False) -> None:
        for _ in range(round(seconds / BEAT)):
            self.step(lost, silent)


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_a_number_is_one_avatar_whichever_node_gives_it(pair: Pair) -> None:
    mine, theirs = pair.one.enter("Ada"), pair.other.enter("Bob")
    assert (mine in share(0), theirs in share(1)) == (True, True)
    alone = Hall(room(), capacity=2500)
    assert (alone.numbers, alone.elsewhere) == (5000, None), "one node alone keeps its full range"


def test_people_of_other_nodes_are_told_seen_and_gone(pair: Pair) -> None:
    mine = pair.one.enter("Ada", 0, 0)
    theirs = pair.other.enter("Bob", 2, 0)
    pair.run(0.2)
    assert pair.one.names() == pair.other.names() == ["Ada", "Bob"]
    assert pair.one.hall.people == pair.other.hall.people == 2
    assert pair.one.hall.own_people == 1
    step_of(pair.other.hall, theirs, 1, 0.1, 0.0)
    pair.step()
    pair.step()
    record = near_of(batches(pair.one.last)[mine])[theirs]
    assert (int(record["x"]), int(record["y"])) == (210, 0)
    pair.other.hall.leave(theirs)
    pair.run(0.1)
    assert pair.one.names() == ["Ada"]
    assert pair.one.hall.people == 1


@pytest.mark.parametrize("lost", [(), (RosterChanged,)], ids=["heard", "lost"])
def test_a_changed_role_is_seen_from_another_node_also_where_the_change_was_lost(
    pair: Pair, lost: tuple[type[FromNode], ...]
) -> None:
    theirs = pair.other.enter("Bob", 2, 0)
    pair.run(0.2)
    pair.other.hall.renew(theirs, Role.MODERATOR)
    pair.run(0.2, lost)
    pair.run(2.5)
    seen = pair.one.told[theirs]
    assert (seen.role, seen.name, pair.one.hall.people) == (Role.MODERATOR, "Bob", 1)
    assert pair.one.hall.pose(theirs).x == 2.0


def test_frames_go_to_own_visitors_only_and_hold_everybody(pair: Pair) -> None:
    rng = np.random.default_rng(1)
    for node in (pair.one, pair.other):
        for i in range(100):
            node.enter(f"{node.slot}-{i}", *map(float, rng.uniform(-20, 3, 2)), pair.now)
    heard: dict[int, set[int]] = {}
    pair.step()
    for _ in range(25):
        pair.step()
        for viewer, batch in batches(pair.one.last).items():
            seen = heard.setdefault(viewer, set())
            seen |= set(far_slice.read(batch.far).records["number"].tolist())
    assert set(heard) <= set(share(0))
    assert len(heard) == 100
    assert all(len(seen) == 200 for seen in heard.values())


def test_who_stands_still_is_told_twice_a_second_only(pair: Pair) -> None:
    pair.one.enter("Ada")
    pair.run(0.5)
    slabs = 0
    for _ in range(40):
        pair.now += BEAT
        slabs += sum(isinstance(one, NodeSlab) for one in pair.one.tick(pair.now))
    assert 3 <= slabs <= 5
    assert not [one for one in pair.other.tick(pair.now) if isinstance(one, NodeSlab)], "nobody is there"


def test_a_change_that_was_lost_is_asked_for_and_told_whole(pair: Pair) -> None:
    pair.one.enter("Ada")
    pair.run(0.2)
    pair.one.enter("Bea", now=pair.now)
    pair.step(lost=(RosterChanged,))
    assert pair.other.names() == ["Ada"]
    pair.run(PATIENCE_S + 0.6)
    assert pair.other.names() == ["Ada", "Bea"]


def test_a_roster_is_asked_for_once_a_second_at_most(pair: Pair) -> None:
    pair.one.enter("Ada")
    asked = 0
    for _ in range(round(3 * AGAIN_S / BEAT)):
        pair.now += BEAT
        pair.other.hear(pair.one.tick(pair.now), pair.now)
        asked += pair.other.wanting(pair.now) == [0]
    assert 3 <= asked <= 4


def test_a_whole_roster_comes_in_portions_and_a_lost_one_shows_nobody_twice(pair: Pair) -> None:
    for i in range(2 * CARDS + 1):
        pair.one.enter(f"{i:03}", now=pair.now)
    pair.one.tick(pair.now)
    portions = pair.one.telling.whole(0, 7)
    assert [len(one.entered) for one in portions] == [CARDS, CARDS, 1]
    pair.other.hear([portions[0], portions[2]], pair.now)
    pair.other.tick(pair.now)
    assert pair.other.names() == []
    pair.other.hear([*portions, *portions], pair.now)
    pair.other.tick(pair.now)
    assert len(pair.other.names()) == 2 * CARDS + 1
    assert pair.other.tick(pair.now) == []
    assert (pair.other.last.entered, pair.other.last.left) == ((), ())


def test_a_silent_nodes_avatars_are_hidden_after_two_seconds_and_their_last_poses_kept_a_minute(pair: Pair) -> None:
    number = pair.one.enter("Ada", 1, 2)
    pair.other.enter("Bob")
    pair.run(0.2)
    step_of(pair.one.hall, number, 1, 0.2, 0.1)
    pair.run(0.1)
    fell_silent = pair.now
    while "Ada" in pair.other.names():
        assert pair.now - fell_silent <= SILENCE_S + 2 * BEAT
        pair.step(silent=True)
    assert pair.now - fell_silent >= SILENCE_S - BEAT
    elsewhere = pair.other.hall.elsewhere
    assert elsewhere is not None
    shadow = elsewhere.shadow(VisitId("Ada"), pair.now)
    assert shadow is not None
    assert (shadow.x, shadow.y) == pytest.approx((1.2, 2.1))
    assert shadow.at == pytest.approx(fell_silent, abs=0.6)
    assert elsewhere.shadow(VisitId("Ada"), shadow.at + SHADOW_S - 0.1) is not None
    assert elsewhere.shadow(VisitId("Ada"), shadow.at + SHADOW_S + 0.1) is None
    assert elsewhere.shadow(VisitId("nobody"), pair.now) is None


def test_a_bus_that_is_back_shows_everybody_again_where_they_are_now(pair: Pair) -> None:
    number = pair.one.enter("Ada", 1, 2)
    pair.other.enter("Bob")
    pair.run(0.2)
    pair.run(5.0, silent=True)
    step_of(pair.one.hall, number, 1, 0.3, 0.0)
    pair.run(0.1, silent=True)
    assert pair.other.names() == ["Bob"]
    pair.run(1.0)
    assert pair.other.names() == pair.one.names() == ["Ada", "Bob"]
    assert pair.other.hall.pose(number).x == pytest.approx(1.3)


def test_ones_own_stall_is_not_the_others_silence(pair: Pair) -> None:
    pair.one.enter("Ada")
    pair.other.enter("Bob")
    pair.run(0.2)
    pair.now += 10.0
    pair.other.tick(pair.now)
    assert pair.other.names() == ["Ada", "Bob"]
    pair.run(SILENCE_S + 0.2, silent=True)
    assert pair.other.names() == ["Bob"]


def test_a_newer_incarnation_in_a_slot_begins_empty(pair: Pair) -> None:
    pair.one.enter("Ada")
    pair.run(0.2)
    again = Node(0, incarnation=8)
    again.enter("Zoe")
    pair.other.hear(again.tick(pair.now), pair.now)
    pair.other.hear(list(again.telling.whole(0, 8)), pair.now)
    pair.other.tick(pair.now)
    assert pair.other.names() == ["Zoe"]


def test_a_node_that_is_forgotten_is_gone_at_once_and_so_is_who_went_to_another(pair: Pair) -> None:
    pair.one.enter("Ada")
    pair.one.enter("Bea")
    pair.run(0.2)
    elsewhere = pair.other.hall.elsewhere
    assert elsewhere is not None
    elsewhere.drop(VisitId("Ada"), besides=0)
    pair.other.tick(pair.now)
    assert pair.other.names() == ["Ada", "Bea"], "it is with that very node"
    elsewhere.drop(VisitId("Ada"), besides=2)
    pair.other.tick(pair.now)
    assert pair.other.names() == ["Bea"]
    elsewhere.forget(0)
    pair.other.tick(pair.now)
    assert pair.other.names() == []


def test_somebody_is_found_by_visit_wherever_they_stand_now(pair: Pair) -> None:
    first = pair.one.enter("Ada")
    pair.run(0.2)
    elsewhere = pair.other.hall.elsewhere
    assert elsewhere is not None
    assert elsewhere.number_of(VisitId("Ada")) == first
    second = pair.one.enter("Ada", now=pair.now)
    pair.one.hall.leave(first)
    pair.run(0.2)
    assert elsewhere.number_of(VisitId("Ada")) == second
    pair.one.hall.leave(second)
    pair.run(0.2)
    assert elsewhere.number_of(VisitId("Ada")) == 0


def test_a_node_writes_only_rows_of_its_slot_and_shows_nobody_without_a_card(pair: Pair) -> None:
    mine = pair.other.enter("Bob", 1, 1)
    theirs = pair.one.enter("Ada", 2, 2)
    pair.run(0.2)
    forged = np.array(
        [(mine, 900, 900, 0, 0, 0), (5, 100, 100, 0, 0, 0), (theirs, 300, 200, 9, 1, 0), (65_535, 1, 1, 1, 1, 1)],
        dtype=RECORD,
    )
    card = pair.other.hall.card(mine)
    pair.other.hear(
        [
            NodeSlab(0, 7, pair.one.hall.scene.id, 10**6, 1, forged.tobytes()),
            NodeSlab(0, 7, pair.one.hall.scene.id, 10**6 + 1, 1, forged.tobytes()[:-1]),
            RosterChanged(0, 7, pair.one.hall.scene.id, 2, (card,), (mine,)),
        ],
        pair.now,
    )
    pair.other.tick(pair.now)
    assert pair.other.names() == ["Ada", "Bob"]
    assert pair.other.hall.pose(mine).x == pytest.approx(1.0)
    assert pair.other.hall.pose(theirs).x == pytest.approx(3.0)
    assert pair.other.hall.people == 2


def test_an_older_slab_does_not_undo_a_newer_one(pair: Pair) -> None:
    number = pair.one.enter("Ada", 0, 0)
    pair.run(0.1)
    older = pair.one.tick(pair.now)
    step_of(pair.one.hall, number, 1, 0.2, 0.0)
    newer = pair.one.tick(pair.now + BEAT)
    pair.other.hear([*newer, *older], pair.now + BEAT)
    pair.other.tick(pair.now + BEAT)
    assert pair.other.hall.pose(number).x == pytest.approx(0.2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("eml."), st.booleans(), st.booleans()), min_size=5, max_size=60))
def test_whatever_is_lost_in_the_end_both_nodes_tell_the_same_people(acts: list[tuple[str, bool, bool]]) -> None:
    pair = Pair()
    here: list[tuple[Node, int]] = []
    for i, (act, first, lost) in enumerate(acts):
        node = pair.one if first else pair.other
        if act == "e":
            here.append((node, node.enter(f"{i}", now=pair.now)))
        elif act == "l" and here:
            gone, number = here.pop(i % len(here))
            gone.hall.leave(number)
        elif act == "m" and here:
            mover, number = here[i % len(here)]
            step_of(mover.hall, number, i + 1, 0.05, 0.0)
        pair.step(lost=(RosterChanged, RosterTold) if lost else ())
    pair.run(AGAIN_S + 1.0)
    assert pair.one.names() == pair.other.names()
    assert len(pair.one.names()) == len(here)
    for node, number in here:
        other = pair.other if node is pair.one else pair.one
        assert other.hall.pose(number).x == pytest.approx(node.hall.pose(number).x, abs=0.006)


def test_after_settling_in_another_slot_its_numbers_are_given() -> None:
    node = Node(0)
    number = node.enter("Ada")
    node.tick(0.0)
    node.hall.leave(number)
    node.tick(0.1)
    node.hall.settle(3)
    assert node.enter("Ada") // SHARE == 3
    node.hall.submit(3 * SHARE + 1, Move(1, 10, 0, 0, 0))
    node.tick(0.2)
    assert node.hall.pose(3 * SHARE + 1).x == pytest.approx(0.1)


def test_a_beat_is_awaited_from_whoever_told_of_the_last_one(pair: Pair) -> None:
    elsewhere = pair.other.hall.elsewhere
    assert elsewhere is not None
    walker = pair.one.enter("Ada")
    pair.other.enter("Bea")
    pair.step()
    pair.step()
    step_of(pair.one.hall, walker, 1, 0.1, 0.0)
    pair.step()
    assert elsewhere.awaited, "it has told of the beat before"
    step_of(pair.one.hall, walker, 2, 0.2, 0.0)
    pair.other.hear(pair.one.tick(pair.now + BEAT), pair.now + BEAT)
    assert not elsewhere.awaited, "it has told of this one"
    for _ in range(2):
        pair.other.tick(pair.now + BEAT)
    assert not elsewhere.awaited, "who is silent is waited for once"
