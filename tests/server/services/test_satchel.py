"""The satchel's service: what became of what was taken, whose satchel it is, and whose taking counts."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from halles.errors import Rejection
from halles.ids import HallId, MediaId, SlotId, VisitId
from halles.world.booth import BoothContent, Document
from halles.world.roles import Role
from halles.world.satchel import ItemState
from halles.world.text import Text
from halles_server.cluster.local import LocalBus
from halles_server.ports.booths import BoothRecord
from halles_server.ports.satchel import Kept, Owner
from halles_server.services.actor import Actor
from halles_server.services.numbers import Numbers
from halles_server.services.satchel import CARD, Satchels, Wanted, browser, owner_of, state_of
from halles_server.services.staff import Staff
from halles_server.storage.numbers import Numbers as StoredNumbers
from halles_server.storage.pool import Database
from halles_server.storage.satchel import Satchels as StoredSatchels
from halles_server.storage.staff import Staff as StoredStaff
from tests.support.booth_people import BOOTH, OTHER_BOOTH, StoppedClock, booths_in, person, request_id

PDF, NEWER = MediaId("a" * 64 + ".pdf"), MediaId("b" * 64 + ".pdf")
HOME = "192.0.2.1"


def numbers_of(database: Database) -> Numbers:
    staff = Staff(StoredStaff(database), LocalBus())
    return Numbers(StoredNumbers(database), staff, StoppedClock(), ZoneInfo("UTC"), uuid4)


def satchels_of(database: Database, numbers: Numbers | None = None) -> Satchels:
    staff = Staff(StoredStaff(database), LocalBus())
    return Satchels(StoredSatchels(database), numbers or numbers_of(database), staff)


def kept(media: MediaId, documents: tuple[Document, ...] | None, size: int = 1000) -> Kept:
    """Something taken under a French title, at a booth that offers documents today, or has left the show."""
    record = None
    if documents is not None:
        record = BoothRecord(BOOTH, HallId("lille"), SlotId("A1"), 2, BoothContent("Studio", documents=documents))
    title = Text("Plaquette") if media else Text()
    return Kept(1, "Studio", media, title, datetime.now(UTC), size, 4, record)


@pytest.mark.parametrize(
    ("taken", "state"),
    [
        (kept(PDF, (Document(Text("Tout autre titre"), PDF),)), "offered"),
        (kept(PDF, (Document(Text("Plaquette", "Folder"), NEWER),)), "replaced"),
        (kept(PDF, (Document(Text("Plaquette")),)), "withdrawn"),
        (kept(PDF, (Document(Text("Autre"), NEWER), Document(Text(), NEWER))), "withdrawn"),
        (kept(PDF, None), "left"),
        (kept(PDF, (Document(Text("Plaquette"), PDF),), size=0), "lost"),
        (kept(CARD, (), size=0), "offered"),
        (kept(CARD, None, size=0), "left"),
    ],
)
def test_it_is_said_what_the_booth_offers_of_it_today(taken: Kept, state: ItemState) -> None:
    assert state_of(taken) == state


def test_an_account_has_one_satchel_behind_every_door_and_a_guest_one_for_each_visit() -> None:
    visit = VisitId("visit-1")
    guest = Actor(None, visit, "Guest", Role.GUEST, "fr")
    assert owner_of(guest) == Owner("visit", visit)
    with pytest.raises(Rejection, match="FORBIDDEN"):
        owner_of(Actor(None, None, "Guest", Role.GUEST, "fr"))
    assert browser("secret") == browser("secret") != browser("other")
    assert "secret" not in browser("secret").key


def test_taking_counts_once_for_each_person_and_never_for_the_booths_own_staff(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            numbers = numbers_of(database)
            satchels = satchels_of(database, numbers)
            host, ada = await person(database, "Host", staff_of=BOOTH), await person(database, "Ada", language="nl")
            key = request_id()
            for _ in range(2):
                item = await satchels.take(ada, owner_of(ada), key, Wanted(BOOTH), address=HOME)
            await satchels.remove(owner_of(ada), item)
            await satchels.take(ada, owner_of(ada), request_id(), Wanted(BOOTH), address=HOME)
            program = await person(database, "Program")
            await satchels.take(program, owner_of(program), request_id(), Wanted(BOOTH))
            for booth in (BOOTH, OTHER_BOOTH):
                await satchels.take(host, owner_of(host), request_id(), Wanted(booth), address=HOME)
            await numbers.store()
            stored = StoredNumbers(database)
            (of_booth,), (of_other,) = await stored.days(BOOTH, "UTC"), await stored.days(OTHER_BOOTH, "UTC")
            assert (of_booth.kind, of_booth.count, of_booth.language) == ("took", 1, "nl")
            assert (of_other.kind, of_other.count) == ("took", 1)

    asyncio.run(play())
