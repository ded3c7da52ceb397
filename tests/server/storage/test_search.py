"""Finding booths by name, slot and word."""

import asyncio

import pytest

from halles.ids import BoothId, HallId, SlotId
from halles.world.booth import BoothContent, Panel
from halles.world.text import Text
from halles_server.storage import demonstration, pool
from halles_server.storage.booths import Booths

TEXTS = (
    Text("Nous recrutons des élèves ingénieurs.\nVenez !", "Wij werven studenten aan", "We hire students"),
    Text("Le vélo", "De fiets", "The bicycle"),
)


def prepared(booth: str, slot: str, name: str, *texts: Text) -> demonstration.PreparedBooth:
    pitch, title = texts or (Text(), Text())
    content = BoothContent(name, pitch=pitch, panels=(Panel("screen", title),))
    return demonstration.PreparedBooth(BoothId(booth), booth, name, "", True, HallId("lille"), SlotId(slot), content)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Décathlon", "decathlon"),
        ("decatlon", "decathlon"),
        ("DECATHLON POLE", "decathlon"),
        ("zebr", "zebra"),
        ("oeuvre", "oeuvre"),
        ("A2", "zebra"),
        ("ingénieur", "decathlon"),
        ("ingenieurs", "decathlon"),
        ("werven", "decathlon"),
        ("bicycles", "decathlon"),
    ],
)
def test_search_forgives_accents_case_and_typing_errors(database_url: str, query: str, first: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await demonstration.put(
                database,
                [
                    prepared("decathlon", "A1", "Décathlon Pôle", *TEXTS),
                    prepared("zebra", "A2", "Zèbre & fils"),
                    prepared("oeuvre", "A3", "L'Œuvre commune"),
                ],
            )
            found = await Booths(database).find(query, 5)
            assert found
            assert found[0].record.booth == first
            assert all(0 < one.score <= 1 for one in found)

    asyncio.run(play())


@pytest.mark.parametrize("query", ["", "   ", "xqzw", "'; DROP TABLE booths; --", "!!! & | <->", "%", "\\"])
def test_search_finds_nothing_in_nonsense(database_url: str, query: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, [prepared("decathlon", "A1", "Décathlon Pôle")])
            assert await Booths(database).find(query, 5) == ()

    asyncio.run(play())
