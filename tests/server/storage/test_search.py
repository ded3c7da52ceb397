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


SHOW = (
    prepared("pole-images", "A1", "Pôle Images"),
    prepared("wallimage", "A2", "Wallimage"),
    prepared("vaf", "A3", "VAF", Text("Avec le Pôle Images, à Gand."), Text()),
    *(prepared(f"ecole-{n:02}", f"B{n}", f"École {n:02}", Text("Des images"), Text()) for n in range(1, 13)),
    *(prepared(f"studio-{n:02}", f"C{n}", f"Studio {n:02}") for n in range(1, 31)),
)


@pytest.mark.parametrize(
    ("query", "named", "mentioning"),
    [
        ("pole imag", ["pole-images"], ["vaf"]),
        ("imag", ["pole-images", "wallimage"], ["vaf", *(f"ecole-{n:02}" for n in range(1, 13))]),
        ("studyo 19", ["studio-19"], []),
        ("studoi 07", ["studio-07"], []),
        ("studio 019", ["studio-19"], []),
        ("ecole 1", ["ecole-01", "ecole-10", "ecole-11", "ecole-12"], []),
        ("ecole 01", ["ecole-01"], []),
        ("ecole 12", ["ecole-12"], []),
        ("à", [], []),
        ("b7", ["ecole-07"], []),
    ],
)
def test_names_come_before_texts_and_much_less_alike_names_not_at_all(
    database_url: str, query: str, named: list[str], mentioning: list[str]
) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, SHOW)
            found = await Booths(database).find(query, 50)
        split = len(named)
        assert [one.record.booth for one in found if one.by_name] == named
        assert [one.record.booth for one in found[:split]] == named
        assert {one.record.booth for one in found[split:]} == set(mentioning)
        assert all(one.score < found[0].score for one in found[split:])

    asyncio.run(play())


@pytest.mark.parametrize("query", ["", "   ", "xqzw", "'; DROP TABLE booths; --", "!!! & | <->", "%", "\\"])
def test_search_finds_nothing_in_nonsense(database_url: str, query: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, [prepared("decathlon", "A1", "Décathlon Pôle")])
            assert await Booths(database).find(query, 5) == ()

    asyncio.run(play())


def test_of_equals_those_asked_for_come_first_and_nothing_better_comes_after_them(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            show = [prepared(f"studio-{n}", f"A{n}", f"Studio {n}") for n in range(1, 8)]
            await demonstration.put(database, [*show, prepared("stud", "B1", "Studio")])

            async def found(*first: str) -> list[str]:
                rows = await Booths(database).find("studio", 4, [BoothId(booth) for booth in first])
                return [row.record.booth for row in rows]

            assert await found() == ["stud", "studio-1", "studio-2", "studio-3"]
            assert await found("studio-7", "studio-5") == ["stud", "studio-5", "studio-7", "studio-1"]

    asyncio.run(play())
