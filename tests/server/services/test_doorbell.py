"""Rings: stored once, answered once, missed in time, and nobody's business but the staff's and the ringer's."""

import asyncio
import dataclasses

import pytest

from halles.errors import Rejection
from halles.ids import BoothId
from halles.protocol.booth_messages import MESSAGE_CAP, RINGS_TOLD
from halles.world.roles import Role, StaffRole
from halles_server.announcements import BellChanged
from halles_server.services.doorbell import RATE_LEAST
from tests.support.staff import BOOTH, OTHER, Show, guest, play, request


def test_a_ring_waits_is_answered_once_and_every_step_is_announced(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hans, lea = await show.staff("hans", StaffRole.STAFF), await show.staff("lea", StaffRole.LEAD)
        bell, ada = show.services.doorbell, guest("Ada")
        number = (await bell.ring(ada, request(), BOOTH)).number
        assert [(ring.number, ring.state) for ring in await bell.told(BOOTH)] == [(number, "waiting")]
        key = request()
        assert (await bell.answer(hans, key, number)).ringer.name == "Ada"
        assert (await bell.answer(hans, key, number)).booth == BOOTH, "a repeat gets the first answer"
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await bell.answer(lea, request(), number)
        (ring,) = await bell.told(BOOTH)
        assert (ring.state, ring.by) == ("answered", "Hans")
        assert await bell.waiting() == frozenset()
        assert set(show.said) == {BellChanged(BOOTH)}

    asyncio.run(play(database_url, scene))


def test_two_who_answer_at_once_are_told_apart(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hans, lea = await show.staff("hans", StaffRole.STAFF), await show.staff("lea", StaffRole.LEAD)
        bell = show.services.doorbell
        number = (await bell.ring(guest("Ada"), request(), BOOTH)).number
        answers = await asyncio.gather(
            *(bell.answer(who, request(), number) for who in (hans, lea)), return_exceptions=True
        )
        assert sum(isinstance(answer, Rejection) for answer in answers) == 1

    asyncio.run(play(database_url, scene))


def test_ringing_again_while_a_ring_waits_is_the_same_ring_and_a_repeat_has_one_effect(database_url: str) -> None:
    async def scene(show: Show) -> None:
        bell, ada, key = show.services.doorbell, guest("Ada"), request()
        first = (await bell.ring(ada, key, BOOTH)).number
        assert (await bell.ring(ada, key, BOOTH)).number == first
        assert (await bell.ring(ada, request(), BOOTH)).number == first
        assert (await bell.ring(ada, request(), OTHER)).number != first
        with pytest.raises(Rejection, match="BAD_FIELD"):
            await bell.ring(ada, key, OTHER)
        assert (await bell.ring(guest("Bo"), request(), BOOTH)).number != first
        assert [ring.ringer.name for ring in await bell.told(BOOTH)] == ["Ada", "Bo"]

    asyncio.run(play(database_url, scene))


def test_bad_rings_and_answers_are_refused(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hans, olga = await show.staff("hans", StaffRole.STAFF), await show.staff("olga", StaffRole.LEAD, OTHER)
        bell, ada = show.services.doorbell, guest("Ada")
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await bell.ring(ada, request(), BoothId("none"))
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await bell.ring(await show.account("on a page"), request(), BOOTH)
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await bell.ring(dataclasses.replace(hans, visit=ada.visit), request(), BOOTH)
        number = (await bell.ring(ada, request(), BOOTH)).number
        for who in (olga, ada, await show.account("moderator", Role.MODERATOR)):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await bell.answer(who, request(), number)
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await bell.listed(who, BOOTH)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await bell.answer(hans, request(), 4_000_000_000)
        await bell.cancel(guest("Bo"), number)
        assert await bell.waiting() == {BOOTH}, "nobody takes another's ring back"

    asyncio.run(play(database_url, scene))


def test_what_waits_too_long_is_missed_also_across_a_restart_and_then_takes_a_message_once(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hans = await show.staff("hans", StaffRole.STAFF)
        bell, ada = show.services.doorbell, guest("Ada")
        number = (await bell.ring(ada, request(), BOOTH)).number
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await bell.leave_message(ada, request(), number, "too early")
        await bell.miss()
        assert await bell.waiting() == {BOOTH}
        await show.execute("UPDATE bell_rings SET rung = now() - interval '181 s'")
        await bell.miss()
        assert (await bell.told(BOOTH))[0].state == "missed"
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await bell.answer(hans, request(), number)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await bell.leave_message(guest("Bo"), request(), number, "not mine")
        for text in ("", "  ", "x" * (MESSAGE_CAP + 1), "right\u202eto left"):
            with pytest.raises(Rejection, match="INVALID_TEXT"):
                await bell.leave_message(ada, request(), number, text)
        await bell.leave_message(ada, request(), number, " Rappelez-moi,\n<b>merci</b> ")
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await bell.leave_message(ada, request(), number, "another")
        assert (await bell.listed(hans, BOOTH))[0].message == "Rappelez-moi,\n<b>merci</b>"

    asyncio.run(play(database_url, scene))


def test_whoever_leaves_takes_their_rings_back(database_url: str) -> None:
    async def scene(show: Show) -> None:
        bell, ada, bo = show.services.doorbell, guest("Ada"), guest("Bo")
        for booth in (BOOTH, OTHER):
            await bell.ring(ada, request(), booth)
        number = (await bell.ring(bo, request(), BOOTH)).number
        show.said.clear()
        assert ada.visit
        await bell.left([ada.visit])
        assert set(show.said) == {BellChanged(BOOTH), BellChanged(OTHER)}
        assert await bell.waiting() == {BOOTH}
        await bell.cancel(bo, number)
        assert await bell.waiting() == frozenset()
        assert {ring.state for ring in await bell.told(BOOTH)} == {"cancelled"}

    asyncio.run(play(database_url, scene))


def test_the_queue_is_bounded_with_the_oldest_of_those_who_wait_first(database_url: str) -> None:
    async def scene(show: Show) -> None:
        bell = show.services.doorbell
        for number in range(RINGS_TOLD + 3):
            await bell.ring(guest(f"Guest {number:02}"), request(), BOOTH)
        told = await bell.told(BOOTH)
        assert [ring.ringer.name for ring in told] == [f"Guest {number:02}" for number in range(RINGS_TOLD)]
        await show.execute("UPDATE bell_rings SET state = 'missed', decided = now() - interval '11 min' WHERE id <= 30")
        await show.execute("UPDATE bell_rings SET state = 'missed', decided = now() WHERE id BETWEEN 31 AND 33")
        assert [ring.state for ring in await bell.told(BOOTH)] == ["waiting"] * 2 + ["missed"] * 3

    asyncio.run(play(database_url, scene))


def test_the_answer_rate_is_told_only_from_enough_rings(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hans, bell = await show.staff("hans", StaffRole.STAFF), show.services.doorbell
        for number in range(RATE_LEAST):
            assert await bell.answered_of(BOOTH) is None
            await bell.answer(hans, request(), (await bell.ring(guest(f"Guest {number}"), request(), BOOTH)).number)
        assert await bell.answered_of(BOOTH) == (RATE_LEAST, RATE_LEAST)
        await bell.ring(guest("late"), request(), BOOTH)
        await show.execute("UPDATE bell_rings SET rung = now() - interval '181 s' WHERE state = 'waiting'")
        await bell.miss()
        assert await bell.answered_of(BOOTH) == (RATE_LEAST, RATE_LEAST + 1)

    asyncio.run(play(database_url, scene))
