"""Satchels in a real Postgres: bounded, taken once, and kept whatever the booths do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from halles.errors import Rejection
from halles.ids import BoothId, MediaId
from halles.world.booth import BoothContent, Document
from halles.world.satchel import SATCHEL_CAP
from halles.world.text import Text
from halles_server.ports.satchel import Owner
from halles_server.storage import booth_json
from halles_server.storage import satchel as storage
from halles_server.storage.media import Media
from halles_server.storage.pool import Database
from halles_server.storage.satchel import Satchels
from tests.support.booth_people import BOOTH, OTHER_BOOTH, account_of, booths_in, person, request_id

PDF, NEWER = MediaId("a" * 64 + ".pdf"), MediaId("b" * 64 + ".pdf")
CARD = MediaId("")
GUEST = Owner("browser", "f" * 64)


async def offer(database: Database, *documents: MediaId, booth: BoothId = BOOTH) -> None:
    """Lets a booth show documents, all under one title, as a publication would."""
    content = BoothContent("Studio", documents=tuple(Document(Text("Plaquette"), media) for media in documents))
    async with database.transaction() as connection:
        for media in documents:
            await connection.execute(
                "INSERT INTO media (id, mime, width, height, size, pages, stored)"
                " VALUES ($1, 'application/pdf', 0, 0, 1000, 4, now() - interval '30 days') ON CONFLICT DO NOTHING",
                media,
            )
        written = booth_json.write(content)
        await connection.execute("UPDATE booths SET content = $2, format = 3 WHERE id = $1", booth, written)


@asynccontextmanager
async def satchel_in(url: str) -> AsyncIterator[tuple[Database, Satchels, Owner]]:
    """A database with a booth that offers a document, and somebody's satchel."""
    async with booths_in(url) as database:
        await offer(database, PDF)
        yield database, Satchels(database), Owner("account", account_of(await person(database, "Ada")))


async def media_in(satchels: Satchels, owner: Owner) -> list[MediaId]:
    return [kept.media for kept in await satchels.read(owner)]


def test_what_is_taken_reads_back_with_the_booth_beside_it_newest_first(database_url: str) -> None:
    async def play() -> None:
        async with satchel_in(database_url) as (_, satchels, ada):
            await satchels.take(ada, request_id(), BOOTH, PDF)
            await satchels.take(ada, request_id(), BOOTH, CARD)
            card, document = await satchels.read(ada)
            assert (card.media, card.booth_name, card.title) == (CARD, "Studio", Text())
            assert (document.title, document.size, document.pages) == (Text("Plaquette"), 1000, 4)
            assert document.record is not None
            assert document.record.booth == BOOTH
            assert await satchels.count(ada) == 2
            assert await satchels.of_booth(ada, BOOTH) == {CARD, PDF}
            assert await satchels.of_booth(ada, OTHER_BOOTH) == frozenset()
            assert await satchels.read(GUEST) == ()

    asyncio.run(play())


def test_a_repeated_request_takes_once_and_another_finds_it_there(database_url: str) -> None:
    async def play() -> None:
        async with satchel_in(database_url) as (database, satchels, ada):
            key = request_id()
            answers = await asyncio.gather(*(satchels.take(ada, key, BOOTH, PDF) for _ in range(4)))
            assert len({item for item, _ in answers}) == 1
            assert [new for _, new in answers].count(True) == 1
            item, _ = await satchels.take(ada, request_id(), BOOTH, PDF)
            assert item == answers[0][0]
            assert await satchels.count(ada) == 1
            with pytest.raises(Rejection, match="BAD_FIELD"):
                await satchels.take(ada, key, BOOTH, CARD)
            await offer(database)
            assert (await satchels.take(ada, key, BOOTH, PDF))[0] == item, "the first answer, whatever came after"

    asyncio.run(play())


@pytest.mark.parametrize(("booth", "media"), [("none", CARD), (BOOTH, NEWER), (OTHER_BOOTH, PDF), (BOOTH, "x")])
def test_what_a_booth_does_not_offer_cannot_be_taken(database_url: str, booth: str, media: str) -> None:
    async def play() -> None:
        async with satchel_in(database_url) as (_, satchels, ada):
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await satchels.take(ada, request_id(), BoothId(booth), MediaId(media))
            assert await satchels.count(ada) == 0

    asyncio.run(play())


def test_a_full_satchel_takes_nothing_more_also_from_many_at_once(database_url: str) -> None:
    async def play() -> None:
        async with satchel_in(database_url) as (database, satchels, ada):
            async with database.transaction() as connection:
                await connection.execute(
                    "INSERT INTO satchel_items (owner, account, booth, booth_name, media)"
                    " SELECT $1, $2, $3, 'Studio', n::text FROM generate_series(2, $4) AS n",
                    ada.key,
                    ada.account,
                    BOOTH,
                    SATCHEL_CAP,
                )
            wanted = ((BOOTH, PDF), (BOOTH, CARD), (OTHER_BOOTH, CARD))
            takes = (satchels.take(ada, request_id(), booth, media) for booth, media in wanted)
            answers = await asyncio.gather(*takes, return_exceptions=True)
            assert sorted(type(answer).__name__ for answer in answers) == ["Rejection", "Rejection", "tuple"]
            assert all("SATCHEL_FULL" in str(one) for one in answers if isinstance(one, Rejection))
            assert await satchels.count(ada) == SATCHEL_CAP

    asyncio.run(play())


def test_taking_out_can_be_undone_for_a_while_and_another_cannot_do_it(database_url: str) -> None:
    async def play() -> None:
        async with satchel_in(database_url) as (database, satchels, ada):
            item, _ = await satchels.take(ada, request_id(), BOOTH, PDF)
            await satchels.take(ada, request_id(), BOOTH, CARD)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await satchels.remove(GUEST, item)
            await satchels.remove(ada, item)
            await satchels.remove(ada, item)
            assert await media_in(satchels, ada) == [CARD]
            await satchels.empty(ada)
            assert await media_in(satchels, ada) == []
            await satchels.restore(ada)
            assert await media_in(satchels, ada) == [CARD], "only the last act is undone"
            await satchels.take(ada, request_id(), BOOTH, PDF)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await satchels.restore(ada)  # it lies there again already
            await satchels.empty(ada)
            async with database.transaction() as connection:
                await connection.execute("UPDATE satchel_items SET removed = removed - interval '1 hour'")
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await satchels.restore(ada)
            await satchels.take(ada, request_id(), BOOTH, CARD)
            await satchels.erase(ada)
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM satchel_items") == 0

    asyncio.run(play())


def test_taking_the_same_again_and_again_leaves_a_bounded_number_of_rows(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "SATCHEL_CAP", 2)

    async def play() -> None:
        async with satchel_in(database_url) as (database, satchels, ada):
            for _ in range(5):
                item, _ = await satchels.take(ada, request_id(), BOOTH, PDF)
                await satchels.remove(ada, item)
            for _ in range(5):
                await satchels.take(ada, request_id(), BOOTH, PDF)
                await satchels.empty(ada)
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM satchel_items") == 2
            await satchels.restore(ada)
            assert await media_in(satchels, ada) == [PDF], "the last one can be undone still"

    asyncio.run(play())


def test_all_browsers_together_have_a_bound_and_accounts_go_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BROWSERS_CAP", 2)

    async def play() -> None:
        async with satchel_in(database_url) as (database, satchels, ada):
            browsers = [Owner("browser", letter * 64) for letter in "abc"]
            for browser in browsers[:2]:
                await satchels.take(browser, request_id(), BOOTH, PDF)
            with pytest.raises(Rejection, match="TRY_LATER"):
                await satchels.take(browsers[2], request_id(), BOOTH, PDF)
            await satchels.take(ada, request_id(), BOOTH, PDF)
            async with database.transaction() as connection:
                await connection.execute("UPDATE satchel_items SET taken = taken - interval '25 hours'")
            assert await media_in(satchels, browsers[0]) == [], "no page shows it longer than is promised"
            await satchels.take(browsers[2], request_id(), BOOTH, PDF)
            assert await satchels.count(browsers[0]) == 0
            assert await media_in(satchels, ada) == [PDF]

    asyncio.run(play())


def test_a_guests_satchel_moves_into_an_account_as_far_as_there_is_room(database_url: str) -> None:
    async def play() -> None:
        async with satchel_in(database_url) as (database, satchels, ada):
            account = ada.account
            assert account is not None
            await satchels.take(ada, request_id(), BOOTH, CARD)
            for booth, media in ((BOOTH, CARD), (BOOTH, PDF), (OTHER_BOOTH, CARD)):
                await satchels.take(GUEST, request_id(), booth, media)
            assert await satchels.adopt(GUEST, account) == 2
            assert await satchels.count(ada) == 3
            await satchels.take(Owner("browser", "e" * 64), request_id(), OTHER_BOOTH, CARD)
            async with database.transaction() as connection:
                await connection.execute(
                    "INSERT INTO satchel_items (owner, account, booth_name, media)"
                    " SELECT $1, $2, 'Studio', n::text FROM generate_series(4, $3) AS n",
                    ada.key,
                    account,
                    SATCHEL_CAP,
                )
            assert await satchels.adopt(Owner("browser", "e" * 64), account) == 0
            assert await satchels.count(ada) == SATCHEL_CAP

    asyncio.run(play())


def test_a_document_stays_while_it_lies_in_a_satchel_also_without_its_booth(database_url: str) -> None:
    async def play() -> None:
        async with satchel_in(database_url) as (database, satchels, ada):
            await satchels.take(ada, request_id(), BOOTH, PDF)
            owner = await asyncpg.connect(database_url)
            await owner.execute("DELETE FROM booths WHERE id = $1", BOOTH)
            await owner.close()
            assert await Media(database).forget_unused() == ()
            (kept,) = await satchels.read(ada)
            assert (kept.booth_name, kept.record, kept.size) == ("Studio", None, 1000)
            await satchels.erase(ada)
            assert await Media(database).forget_unused() == (PDF,)

    asyncio.run(play())
