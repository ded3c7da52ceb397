"""Who may do what in a studio, and that what is published is announced."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId
from halles.world.booth import BoothContent, BoothEdit, Change
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.announcements import Announcement, BoothChanged
from halles_server.cluster.local import LocalBus
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.people import Account
from halles_server.services.actor import Actor
from halles_server.services.booths import Booths as EditedInTheHall
from halles_server.services.studio import Studio, StudioStores, Wish
from halles_server.storage import demonstration, pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths
from halles_server.storage.drafts import Drafts
from halles_server.storage.media import Media

BOOTH = BoothId("atelier")
EDIT = BoothEdit((Change("name", "Autre"),))


def wish(revision: int) -> Wish:
    return Wish(RequestId(uuid.uuid4().bytes), BOOTH, revision)


@dataclass
class House:
    database: pool.Database
    studio: Studio
    heard: list[Announcement]
    lead: Actor
    staff: Actor
    stranger: Actor
    organiser: Actor


async def person(database: pool.Database, login: str, role: Role, place: str = "") -> Actor:
    account = AccountId(str(uuid.uuid4()))
    await Accounts(database).create(Account(account, login, login.title(), role, "fr", Look()), "hash")
    if place:
        await Accounts(database).set_staff(account, BOOTH, place, "test")
    return Actor(account, None, login.title(), role, "fr")


@asynccontextmanager
async def house(url: str, *, check: bool = False) -> AsyncIterator[House]:
    async with pool.opened(url) as database:
        content = BoothContent("Atelier")
        await demonstration.put(
            database,
            [PreparedBooth(BOOTH, "o", "O", "", True, HallId("lille"), SlotId("A1"), content)],
        )
        bus, heard = LocalBus(), list[Announcement]()
        bus.listen(heard.append)
        yield House(
            database,
            Studio(StudioStores(Drafts(database), Booths(database), Media(database)), bus, check=check),
            heard,
            await person(database, "lead", Role.EXHIBITOR, "lead"),
            await person(database, "staff", Role.EXHIBITOR, "staff"),
            await person(database, "stranger", Role.EXHIBITOR),
            await person(database, "organiser", Role.ORGANISER),
        )


ACTS: dict[str, Callable[[Studio, Actor], Awaitable[object]]] = {
    "open": lambda studio, actor: studio.open(actor, BOOTH),
    "newer": lambda studio, actor: studio.newer(actor, BOOTH, (0, 1)),
    "history": lambda studio, actor: studio.history(actor, BOOTH),
    "content": lambda studio, actor: studio.content_at(actor, BOOTH, 0),
    "edit": lambda studio, actor: studio.edit(actor, wish(0), EDIT),
    "undo": lambda studio, actor: studio.move(actor, wish(0), "undo"),
    "restore": lambda studio, actor: studio.restore(actor, wish(0), 0),
    "publish": lambda studio, actor: studio.publish(actor, wish(0)),
    "withdraw": lambda studio, actor: studio.withdraw(actor, wish(0)),
    "approve": lambda studio, actor: studio.approve(actor, wish(0)),
    "send back": lambda studio, actor: studio.send_back(actor, wish(0), "no"),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_lead_editor_and_house_get_in_and_nobody_else(database_url: str, act: str) -> None:
    async def play() -> None:
        async with house(database_url) as one:
            guest = Actor(None, None, "Zoë", Role.GUEST, "fr")
            for actor in (guest, one.stranger, one.staff):
                with pytest.raises(Rejection, match="FORBIDDEN"):
                    await ACTS[act](one.studio, actor)

    asyncio.run(play())


@pytest.mark.parametrize("act", ["approve", "send back"])
def test_a_lead_does_not_check_its_own_draft(database_url: str, act: str) -> None:
    async def play() -> None:
        async with house(database_url, check=True) as one:
            await one.studio.edit(one.lead, wish(0), EDIT)
            await one.studio.publish(one.lead, wish(1))
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await ACTS[act](one.studio, one.lead)
            assert await one.studio.unchecked(one.lead) == ()

    asyncio.run(play())


def test_what_is_newer_than_somebody_saw_is_the_draft_or_what_was_published(database_url: str) -> None:
    async def play() -> None:
        async with house(database_url) as one:
            assert await one.studio.newer(one.lead, BOOTH, (0, 1)) is None
            await one.studio.edit(one.lead, wish(0), EDIT)
            newer = await one.studio.newer(one.lead, BOOTH, (0, 1))
            assert newer is not None
            assert newer.content.name == "Autre"
            await one.studio.publish(one.lead, wish(1))
            assert await one.studio.newer(one.lead, BOOTH, (1, 1)) is not None
            assert await one.studio.newer(one.lead, BOOTH, (1, 2)) is None

    asyncio.run(play())


def test_publishing_is_announced_once_it_is_committed(database_url: str) -> None:
    async def play() -> None:
        async with house(database_url) as one:
            await one.studio.edit(one.lead, wish(0), EDIT)
            assert one.heard == [], "a draft is nobody else's business"
            assert await one.studio.publish(one.lead, wish(1)) == 2
            assert one.heard == [BoothChanged(HallId("lille"), BOOTH, 2)]
            assert [row.record.content.name for row in await one.studio.mine(one.lead)] == ["Autre"]

    asyncio.run(play())


def test_where_the_show_asks_for_it_an_organiser_lets_a_draft_pass(database_url: str) -> None:
    async def play() -> None:
        async with house(database_url, check=True) as one:
            await one.studio.edit(one.lead, wish(0), EDIT)
            assert await one.studio.publish(one.lead, wish(1)) == 0
            assert one.heard == []
            assert [row.record.booth for row in await one.studio.unchecked(one.organiser)] == [BOOTH]
            assert await one.studio.approve(one.organiser, wish(1)) == 2
            assert one.heard == [BoothChanged(HallId("lille"), BOOTH, 2)]

    asyncio.run(play())


def test_an_organiser_publishes_without_a_check(database_url: str) -> None:
    async def play() -> None:
        async with house(database_url, check=True) as one:
            await one.studio.edit(one.organiser, wish(0), EDIT)
            assert await one.studio.publish(one.organiser, wish(1)) == 2

    asyncio.run(play())


def test_who_sends_a_draft_back_says_why(database_url: str) -> None:
    async def play() -> None:
        async with house(database_url, check=True) as one:
            await one.studio.edit(one.lead, wish(0), EDIT)
            await one.studio.publish(one.lead, wish(1))
            for word in ("", " \n", "x" * 501):
                with pytest.raises(Rejection, match="INVALID_TEXT"):
                    await one.studio.send_back(one.organiser, wish(1), word)
            await one.studio.send_back(one.organiser, wish(1), " Plus court, svp ")
            draft = await one.studio.open(one.lead, BOOTH)
            assert (draft.word, draft.word_by, draft.pending) == ("Plus court, svp", "Organiser", None)

    asyncio.run(play())


def test_what_is_due_is_published_and_announced(database_url: str) -> None:
    async def play() -> None:
        async with house(database_url) as one:
            await one.studio.edit(one.lead, wish(0), EDIT)
            assert await one.studio.publish(one.lead, wish(1), datetime.now(UTC) + timedelta(hours=1)) == 0
            assert await one.studio.publish_due() == 0
            assert one.heard == []
            async with one.database.connection() as connection:
                await connection.execute("UPDATE booth_drafts SET due = now()")
            assert await one.studio.publish_due() == 1
            assert one.heard == [BoothChanged(HallId("lille"), BOOTH, 2)]
            assert await one.studio.publish_due() == 0

    asyncio.run(play())


@pytest.mark.parametrize("check", [True, False])
def test_an_edit_in_the_hall_does_not_go_past_the_check(database_url: str, check: bool) -> None:
    async def play() -> None:
        async with house(database_url, check=check) as one:
            booths = EditedInTheHall(one.studio._booths, LocalBus(), check=check)
            if check:
                with pytest.raises(Rejection, match="FORBIDDEN"):
                    await booths.edit(one.lead, wish(0).request, BOOTH, 1, EDIT)
            else:
                assert await booths.edit(one.lead, wish(0).request, BOOTH, 1, EDIT) == 2
            assert await booths.edit(one.organiser, wish(0).request, BOOTH, 1 if check else 2, EDIT) in {2, 3}

    asyncio.run(play())
