"""Whether a booth is staffed: the one word, and what is said about being back."""

import asyncio
from datetime import UTC, datetime

import pytest

from halles.errors import Rejection
from halles.ids import BoothId, HallId
from halles.protocol.booth_messages import StaffedBooth
from halles.world.at_booth import AT_BOOTH_M, at_booth
from halles.world.geometry import place
from halles.world.roles import StaffRole
from halles.world.scene import Slot
from halles_server.announcements import StaffingChanged
from halles_server.ports.staff import Seen, StaffedRecord
from halles_server.services.staffing import BACK_MOST_MIN, staffed_of
from tests.support.staff import BOOTH, OTHER, Show, guest, play, request

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SLOT = Slot("A1", "M", 10.0, -4.0, 30.0)


@pytest.mark.parametrize(
    ("here", "in_show", "back", "state"),
    [
        (True, True, None, "here"),
        (True, True, NOON, "here"),
        (False, True, NOON, "back"),
        (False, False, NOON, "back"),
        (False, True, None, "elsewhere"),
        (False, False, None, "away"),
    ],
)
def test_who_stands_there_counts_before_what_was_said_and_that_before_who_is_in_the_show(
    here: bool, in_show: bool, back: datetime | None, state: str
) -> None:
    found = staffed_of(StaffedRecord(BOOTH, HallId("lille"), here, in_show, back))
    assert found.state == state
    assert found.back_at_ms == (int(NOON.timestamp() * 1000) if state == "back" else 0)


@pytest.mark.parametrize(
    ("x", "y", "there"),
    [
        (0.0, 0.0, True),
        (2.9, 1.4, True),
        (0.0, 1.5 + AT_BOOTH_M - 0.01, True),
        (0.0, 1.5 + AT_BOOTH_M + 0.01, False),
        (3.0 + AT_BOOTH_M + 0.01, 0.0, False),
        (3.0 + 0.8 * AT_BOOTH_M, 1.5 + 0.8 * AT_BOOTH_M, False),
    ],
)
def test_somebody_is_at_a_booth_within_some_metres_of_its_edge(x: float, y: float, there: bool) -> None:
    at = place(SLOT.box, x, y)
    assert at_booth(SLOT.box, at.x, at.y) is there


def test_what_a_node_sees_is_read_by_all_and_forgotten_when_it_is_not_seen_again(database_url: str) -> None:
    async def scene(show: Show) -> None:
        lea, hans = await show.staff("lea", StaffRole.LEAD), await show.staff("hans", StaffRole.STAFF)
        assert lea.account
        assert hans.account
        staffing = show.services.staffing
        assert await staffing.of_booth(BOOTH) == StaffedBooth(BOOTH, "away")
        await staffing.note([Seen(lea.account, BOOTH, False), Seen(hans.account, BOOTH, True)], [BOOTH])
        assert show.said == [StaffingChanged(BOOTH)]
        assert await staffing.staffed() == {BOOTH: (HallId("lille"), StaffedBooth(BOOTH, "here"))}
        await staffing.note([Seen(lea.account, BOOTH, False)], [])
        assert (await staffing.of_booth(BOOTH)).state == "elsewhere"
        await show.execute("UPDATE booth_presence SET seen = now() - interval '16 s'")
        assert await staffing.staffed() == {}
        await staffing.note([Seen(lea.account, OTHER, True)], [])
        assert await staffing.staffed() == {}, "who is on no staff there is not seen there"

    asyncio.run(play(database_url, scene))


def test_the_staff_say_when_they_are_back_and_nobody_else_does(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hans = await show.staff("hans", StaffRole.STAFF)
        staffing, key = show.services.staffing, request()
        await staffing.say_back(hans, key, BOOTH, 30)
        await staffing.say_back(hans, key, BOOTH, 30)
        told = await staffing.of_booth(BOOTH)
        assert told.state == "back"
        assert 29 * 60_000 < told.back_at_ms - datetime.now(UTC).timestamp() * 1000 <= 30 * 60_000
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'booth.back'") == 1
        for who, booth, minutes in (
            (hans, OTHER, 30),
            (await show.account("visitor"), BOOTH, 30),
            (guest("Ada"), BOOTH, 30),
        ):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await staffing.say_back(who, request(), booth, minutes)
        with pytest.raises(Rejection, match="BAD_FIELD"):
            await staffing.say_back(hans, request(), BOOTH, BACK_MOST_MIN + 1)
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await staffing.say_back(hans, request(), BoothId("none"), 5)
        await show.execute("UPDATE booth_back SET back_at = now()")
        assert (await staffing.of_booth(BOOTH)).state == "away"
        await staffing.say_back(hans, request(), BOOTH, 10)
        await staffing.say_back(hans, request(), BOOTH, 0)
        assert (await staffing.of_booth(BOOTH)).state == "away"

    asyncio.run(play(database_url, scene))
