"""Who is here: one avatar for an account, room for all, and places that are kept."""

import asyncio
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.config import ServerConfig
from halles_server.gateway.visits import AT_A_TIME, UNHEARD_CAP, Unheard, Visits
from halles_server.ports.visits import Place, VisitRecord

GUEST = VisitRecord(VisitId("v1"), None, 0, "Ada", Role.GUEST, "fr", Look(), False, HallId(""), 0, 0, 0, 0)
MEMBER = replace(GUEST, visit=VisitId("m1"), account=AccountId("a1"), epoch=1, role=Role.MEMBER)


def test_a_new_visit_of_an_account_ends_the_older_one() -> None:
    visits = Visits(ServerConfig())
    first, none = visits.add(MEMBER, "192.0.2.1")
    second, older = visits.add(replace(MEMBER, visit=VisitId("m2"), epoch=2), "192.0.2.1")
    assert (none, older) == (None, first)
    visits.remove(first)
    assert visits.newest_epoch(AccountId("a1")) == 2
    visits.remove(second)
    assert visits.newest_epoch(AccountId("a1")) == 0


def test_a_return_is_the_same_visit_with_its_rights_read_anew() -> None:
    visits = Visits(ServerConfig())
    visit, _ = visits.add(MEMBER, "192.0.2.1")
    same, older = visits.add(replace(MEMBER, role=Role.VISITOR), "192.0.2.2")
    assert (same is visit, older, visit.actor.role, visit.address) == (True, None, Role.VISITOR, "192.0.2.2")
    assert len(visits) == 1


def test_a_visit_that_was_in_a_hall_before_a_restart_knows_its_place() -> None:
    visit, _ = Visits(ServerConfig()).add(replace(GUEST, hall=HallId("lille"), x=1.0, y=2.0, z=0.5, heading=3.0), "")
    assert visit.place() == Place(HallId("lille"), 1.0, 2.0, 0.5, 3.0)


def test_an_address_and_the_node_have_room_for_so_many() -> None:
    visits = Visits(ServerConfig(node_capacity=3, address_visits=2))
    for i in range(2):
        visits.check_room("192.0.2.1")
        visits.add(replace(GUEST, visit=VisitId(f"v{i}")), "192.0.2.1")
    with pytest.raises(Rejection, match="TRY_LATER"):
        visits.check_room("192.0.2.1")
    third, _ = visits.add(replace(GUEST, visit=VisitId("v3")), "192.0.2.2")
    with pytest.raises(Rejection, match="full"):
        visits.check_room("192.0.2.3")
    visits.remove(third)
    visits.remove(third)
    visits.check_room("192.0.2.3")


def test_an_ipv6_network_has_room_for_so_many_together() -> None:
    visits = Visits(ServerConfig(address_visits=2))
    ones = [visits.add(replace(GUEST, visit=VisitId(f"v{i}")), f"2001:db8::{i}")[0] for i in range(2)]
    with pytest.raises(Rejection, match="TRY_LATER"):
        visits.check_room("2001:db8::ffff")
    visits.check_room("2001:db8:0:1::1")
    visits.remove(ones[0])
    visits.check_room("2001:db8::ffff")


def test_a_hidden_visits_seat_stays_taken() -> None:
    visits = Visits(ServerConfig())
    visit, _ = visits.add(replace(GUEST, hall=HallId("lille")), "")
    other, _ = visits.add(replace(GUEST, visit=VisitId("v2")), "")
    assert visits.seats_kept(HallId("lille"), besides=other) == 1
    assert visits.seats_kept(HallId("hainaut"), besides=other) == 0
    assert visits.seats_kept(HallId("lille"), besides=visit) == 0, "not against itself"


def test_of_the_lines_without_an_answer_the_newest_are_remembered_once_and_where_they_were_said() -> None:
    unheard, lille, hainaut = Unheard(), HallId("lille"), HallId("hainaut")
    keys = [bytes([i]) * 16 for i in range(UNHEARD_CAP + 2)]
    for key in keys:
        unheard.put(key, lille)
    assert not unheard.take(keys[1], lille)
    assert [unheard.take(keys[2], lille), unheard.take(keys[2], lille)] == [True, False]
    assert [unheard.take(keys[3], hainaut), unheard.take(keys[3], lille)] == [False, True], "still to be heard there"


def test_what_is_done_for_many_lets_others_have_their_turn_and_leaves_out_who_went_meanwhile() -> None:
    visits = Visits(ServerConfig())
    names = [VisitId(f"v{number}") for number in range(2 * AT_A_TIME)]
    last = [visits.add(replace(GUEST, visit=name), "192.0.2.1")[0] for name in names][-1]

    async def walk() -> list[VisitId]:
        asyncio.get_running_loop().call_soon(visits.remove, last)
        return [visit.record.visit async for visit in visits.in_turns()]

    assert asyncio.run(walk()) == names[:-1]
