"""Announcements on a real database: who may make them where, how often, and what is kept of them."""

import asyncio
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.world.roles import Role, StaffRole
from halles.world.sanctions import SanctionKind
from halles.world.text import Text
from halles_server.announcements import AnnouncementMade
from halles_server.ports.standing import Grant, InForce, Standing
from halles_server.services.actor import Actor
from halles_server.services.announcing import Announcing
from halles_server.storage.announcing import IN_WINDOW, Announcements
from tests.support import live
from tests.support.live import Planned
from tests.support.plans import PLANS
from tests.support.staff import BOOTH, OTHER, Show, guest, play, request

WORDS = Text(fr="  On commence. ", en="We begin.")


def at(show: Show) -> Announcing:
    """Returns the service with a hall."""
    services = show.services
    bus = services.staff._bus
    return Announcing(Announcements(show.database), services.staff, bus, services.clock, PLANS.scenes)


async def answer(announcing: Announcing, actor: Actor, kind: str, place: str = "", text: Text = WORDS) -> str:
    """Returns "" for what was announced, else the code of the refusal."""
    try:
        await announcing.announce(actor, request(), kind, place, text)  # type: ignore[arg-type]
    except Rejection as refusal:
        return refusal.code
    return ""


def test_each_announces_where_they_may_and_is_offered_just_that(database_url: str) -> None:
    async def scene(show: Show) -> None:
        announcing = at(show)
        async with show.database.connection() as connection:
            await live.plan(connection, Planned())
        house = await show.account("house", Role.ORGANISER)
        lead, helper = await show.staff("lead", StaffRole.LEAD), await show.staff("helper", StaffRole.STAFF)
        visitor = await show.account("visitor")
        granted = replace(visitor, standing=Standing((Grant(Role.MODERATOR, "hall:lille"),)))
        host = replace(visitor, standing=Standing((Grant(Role.MODERATOR, "live:co-productions"),)))
        for actor, allowed in (
            (house, {"show", "hall:lille", f"booth:{BOOTH}", "live:co-productions"}),
            (lead, {f"booth:{BOOTH}"}),
            (helper, set()),
            (granted, {"hall:lille", f"booth:{BOOTH}", f"booth:{OTHER}", "live:co-productions"}),
            (host, {"live:co-productions"}),
            (visitor, set()),
            (guest("Ada"), set()),
        ):
            for key in ("show", "hall:lille", f"booth:{BOOTH}", "live:co-productions"):
                kind, _, place = key.partition(":")
                assert await answer(announcing, actor, kind, place) == ("" if key in allowed else "FORBIDDEN"), key
            offered = {scope.key for scope in await announcing.places(actor)}
            assert {key for key in offered if key in ("show", "hall:lille")} == allowed & {"show", "hall:lille"}
        assert [scope.key for scope in await announcing.places(host)] == ["live:co-productions"]
        assert [scope.key for scope in await announcing.places(lead)] == [f"booth:{BOOTH}"]
        assert await answer(announcing, house, "hall", "nowhere") == "NOT_FOUND"
        silenced = InForce(1, SanctionKind.SILENCE, "show", show.services.clock.wall().replace(year=2999))
        assert await answer(announcing, replace(house, standing=Standing((), (silenced,))), "show") == "FORBIDDEN"

    asyncio.run(play(database_url, scene))


def test_an_announcement_in_a_closed_live_session_is_read_by_those_alone_who_may_attend(database_url: str) -> None:
    async def scene(show: Show) -> None:
        announcing, house, visitor = at(show), await show.account("house", Role.ORGANISER), await show.account("ada")
        async with show.database.connection() as connection:
            await live.plan(connection, Planned(access="invited"))
        for kind, place in (("live", "co-productions"), ("hall", "lille")):
            assert await answer(announcing, house, kind, place) == ""
        told = [await announcing.recent_for(actor, show.services.live) for actor in (visitor, house)]
        assert [[one.scope.kind for one in made] for made in told] == [["hall"], ["live", "hall"]]

    asyncio.run(play(database_url, scene))


def test_an_announcement_is_cleaned_stored_once_and_counted_in_the_database(database_url: str) -> None:
    async def scene(show: Show) -> None:
        announcing, house = at(show), await show.account("house", Role.ORGANISER)
        assert await answer(announcing, house, "show", text=Text()) == "INVALID_TEXT"
        assert await answer(announcing, house, "show", text=Text(nl="x" * 301)) == "INVALID_TEXT"
        assert await answer(announcing, house, "show", text=Text(nl="x" * 300)) == ""
        key = request()
        number = await announcing.announce(house, key, "show", "", WORDS)
        assert await announcing.announce(house, key, "show", "", WORDS) == number
        made = (await announcing.recent())[-1]
        assert (made.number, made.text, made.name) == (number, Text(fr="On commence.", en="We begin."), "House")
        audited = "SELECT count(*) FROM audit WHERE act = 'announce' AND subject = 'show'"
        assert await show.value(audited) == 2
        assert AnnouncementMade(number) in show.said
        for _ in range(IN_WINDOW - 2):
            assert await answer(announcing, house, "show") == ""
        with pytest.raises(Rejection) as refusal:
            await announcing.announce(house, request(), "show", "", WORDS)
        assert refusal.value.code == "RATE_LIMITED"
        assert 590_000 < refusal.value.retry_after_ms <= 600_000
        other = await show.account("other", Role.MODERATOR)
        assert await answer(announcing, other, "hall", "lille") == ""
        await show.execute(
            "WITH gone AS (DELETE FROM announcements RETURNING *)"
            " INSERT INTO announcements (kind, hall, place, fr, nl, en, author, made)"
            " SELECT kind, hall, place, fr, nl, en, author, made - interval '11 minutes' FROM gone"
        )
        assert await announcing.recent() == ()
        assert await answer(announcing, house, "show") == ""

    asyncio.run(play(database_url, scene))
