"""What newcomers are told of who is in a hall: all of it, once, and true however long it takes."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from halles.errors import Rejection
from halles.ids import HallId, VisitId
from halles.protocol import codec
from halles.protocol.messages import AvatarsEntered, Message, Move
from halles.protocol.table import Direction
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import Names, Scene, Spawn
from halles.world.text import Language
from halles_server.gateway.portions import CARDS, Portions
from halles_server.hall.hall import Hall

ANY = Names(fr="Halle", nl="Hal", en="Hall")
LOOK = Look()


@dataclass(frozen=True)
class Somebody:
    visit: VisitId = VisitId("v" * 22)  # noqa: RUF009 - a text
    name: str = "𝔷" * 40
    role: Role = Role.GUEST
    language: Language = "fr"
    look: Look = LOOK
    bot: bool = False


def hall_of(people: int, capacity: int = 2500) -> Hall:
    scene = Scene(
        id=HallId("room"),
        name=ANY,
        region=ANY,
        subject=ANY,
        colour="b4452f",
        style="crane",
        outline=[(-25, -25), (25, -25), (25, 25), (-25, 25)],
        spawns=[Spawn(id="door", x=0, y=0, heading=0)],
    )
    hall = Hall(scene, capacity=capacity)
    for _ in range(people):
        hall.enter(Somebody(), 1.0, 2.0, 0.0, 0.0)
    hall.tick(0.05)
    return hall


def told(frame: bytes) -> AvatarsEntered:
    """What a client reads in a frame."""
    head = {126: 4, 127: 10}.get(frame[1], 2)
    message: Message = codec.decode(frame[head:], Direction.TO_CLIENT)
    assert isinstance(message, AvatarsEntered)
    return message


def test_a_full_hall_of_long_names_is_told_in_portions_that_each_may_be_sent() -> None:
    frames = list(Portions(hall_of(2500)).frames())
    assert sum(map(len, frames)) > 500_000
    assert max(map(len, frames)) < 64 * 1024 <= codec.TO_CLIENT_CAP
    numbers = [card.number for frame in frames for card in told(frame).avatars]
    assert numbers == list(range(1, 2501))
    assert all(len(told(frame).avatars) <= CARDS for frame in frames)


def test_a_frame_is_made_once_for_many_newcomers_until_somebody_of_it_comes_or_goes() -> None:
    hall = hall_of(450)
    portions = Portions(hall)
    first = list(portions.frames())
    assert [len(told(frame).avatars) for frame in first] == [200, 200, 50]
    assert all(again is frame for again, frame in zip(portions.frames(), first, strict=True))
    hall.leave(201)
    portions.changed(201)
    hall.enter(Somebody(), 0.0, 0.0, 0.0, 0.1)
    portions.changed(451)
    second = list(portions.frames())
    assert [len(told(frame).avatars) for frame in second] == [200, 199, 51]
    assert second[0] is first[0]


def test_poses_are_renewed_when_they_have_grown_old() -> None:
    hall = hall_of(1)
    portions = Portions(hall)
    (before,) = portions.frames()
    hall.submit(1, Move(1, 150, 200, 0, 0))
    hall.tick(1.0)
    portions.grow_old()
    (after,) = portions.frames()
    assert (told(before).avatars[0].x, told(after).avatars[0].x) == (100, 150)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["enter", "leave", "tick", "portion", "portion"]), max_size=400), st.randoms())
def test_who_hears_all_portions_and_all_news_believes_the_truth(acts: list[str], rng: Random) -> None:
    hall = hall_of(500, capacity=600)
    portions = Portions(hall)
    here = set(range(1, 501))
    believed: set[int] = set()
    assert len(list(portions.frames())) == 3, "all frames are made before anything changes"
    coming: Iterator[bytes] = portions.frames()

    def hear_tick(now: float) -> None:
        nonlocal believed
        tick = hall.tick(now)
        believed = (believed - set(tick.left)) | {card.number for card in tick.entered}

    for i, act in enumerate(acts):
        if act == "enter":
            with contextlib.suppress(Rejection):
                number = hall.enter(Somebody(), 0.0, 0.0, 0.0, 0.0).number
                portions.changed(number)
                here.add(number)
        elif act == "leave":
            number = rng.choice(sorted(here))
            hall.leave(number)
            portions.changed(number)
            here.remove(number)
        elif act == "tick":
            hear_tick(0.1 + i / 20)
        elif (frame := next(coming, b"")) != b"":
            believed |= {card.number for card in told(frame).avatars}
    for frame in coming:
        believed |= {card.number for card in told(frame).avatars}
    hear_tick(1000.0)
    assert believed == here


def test_nobody_is_told_in_no_frame() -> None:
    assert list(Portions(hall_of(0)).frames()) == []
