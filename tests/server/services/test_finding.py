import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from halles import resources
from halles.errors import Rejection
from halles.ids import BoothId, HallId, SlotId, VisitId
from halles.world.booth import BoothContent
from halles.world.roles import Role
from halles.world.scene import parse
from halles.world.text import Text
from halles_server.cluster.local import LocalBus
from halles_server.services.booths import Booths
from halles_server.services.finding import PER_KIND, Finding, PersonHere, fitness, fold
from halles_server.storage import demonstration, pool
from halles_server.storage.booths import Booths as StoredBooths

PLANS = sorted(resources.scenes().glob("*.toml"))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("ecole", "École 03"),
        ("ECOLE 3", "École 03"),
        ("wallim", "Wallimage"),
        ("walimage", "Wallimage"),
        ("digport", "Digiport"),
        ("frsnoy", "Le Fresnoy"),
        ("hainaut", "Porte du Hainaut"),
        ("ô", "Ô"),
    ],
)
def test_accents_beginnings_and_typing_errors_find_the_name(query: str, name: str) -> None:
    assert fitness(fold(query), fold(name)) >= 0.55


@pytest.mark.parametrize(
    ("query", "name"), [("xyz", "Wallimage"), ("", "Wallimage"), ("q", "Digiport"), ("vaf", "Lille")]
)
def test_what_does_not_fit_is_left_out(query: str, name: str) -> None:
    assert fitness(fold(query), fold(name)) < 0.55


def test_an_exact_name_beats_a_beginning_and_a_beginning_a_likeness() -> None:
    wanted = fold("studio 1")
    assert fitness(wanted, fold("Studio 1")) > fitness(wanted, fold("Studio 12")) > fitness(wanted, fold("Studio 02"))


@asynccontextmanager
async def search(url: str) -> AsyncIterator[Finding]:
    scenes = {scene.id: scene for scene in (parse(file.read_text("utf-8"), file.name) for file in PLANS)}
    async with pool.opened(url) as database:
        yield Finding(scenes, Booths(StoredBooths(database), LocalBus()))


def somebody(name: str) -> PersonHere:
    return PersonHere(VisitId(name), name, Role.GUEST, HallId("lille"))


def test_people_are_found_best_first_and_no_more_than_fit_on_a_card(database_url: str) -> None:
    people = [somebody(f"Visiteuse {n}") for n in range(600)] + [somebody("Élodie"), somebody("Elodia")]

    async def ask(query: str) -> list[str]:
        async with search(database_url) as finding:
            return [item.name.fr for item in await finding.find(query, people) if item.kind == "person"]

    assert asyncio.run(ask("elodie")) == ["Élodie", "Elodia"]
    assert len(asyncio.run(ask("visiteuse"))) == PER_KIND


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("visitor", ["person", "booth"]),
        ("lille", ["hall", "booth", "person"]),
        ("lab", ["booth", "person"]),
        ("lab 3", ["booth", "person"]),
    ],
)
def test_the_kind_with_the_best_name_comes_first(database_url: str, query: str, kinds: list[str]) -> None:
    """A name that begins so, then a word of a name, then a likeness, then words of a booth's texts."""
    people = [somebody(name) for name in ("Visitor 12", "Anne Lille", "Lablé", "Lab 33")]
    booths = [
        prepared("guides", "A1", "Guides", Text("", "", "For every visitor")),
        prepared("lille-tech", "A2", "Lille Tech", Text()),
        prepared("lab", "A3", "Lab 3", Text()),
    ]

    async def ask() -> list[str]:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, booths)
        async with search(database_url) as finding:
            return [item.kind for item in await finding.find(query, people)]

    assert list(dict.fromkeys(asyncio.run(ask()))) == kinds


def test_a_booth_found_by_its_name_is_not_mixed_with_those_that_mention_it(database_url: str) -> None:
    booths = [
        prepared("pole-images", "A1", "Pôle Images", Text()),
        prepared("vaf", "A2", "VAF", Text("Avec le Pôle Images, pour la Flandre")),
    ]

    async def ask(query: str) -> list[str]:
        async with search(database_url) as finding:
            return [item.name.fr for item in await finding.find(query, ()) if item.kind == "booth"]

    async def play() -> list[list[str]]:
        async with pool.opened(database_url) as database:
            await demonstration.put(database, booths)
        return [await ask("pole imag"), await ask("flandre")]

    assert asyncio.run(play()) == [["Pôle Images"], ["VAF"]]


def prepared(booth: str, slot: str, name: str, pitch: Text) -> demonstration.PreparedBooth:
    content = BoothContent(name, pitch=pitch)
    return demonstration.PreparedBooth(BoothId(booth), booth, name, "", True, HallId("lille"), SlotId(slot), content)


def test_a_search_among_2500_people_lets_the_halls_have_their_turn(database_url: str) -> None:
    people = [somebody(f"Marie-Christine Vandenbroucke {n}") for n in range(2500)]

    async def turns() -> int:
        async with search(database_url) as finding:
            asked = asyncio.ensure_future(finding.find("wandenbroukke christina", people))
            count = 0
            while not asked.done():
                await asyncio.sleep(0)
                count += 1
            return count

    assert asyncio.run(turns()) > 2500 // 200


def test_a_text_that_postgres_cannot_hold_is_a_rejection(database_url: str) -> None:
    async def ask() -> None:
        async with search(database_url) as finding:
            await finding.find("a\0b", ())

    with pytest.raises(Rejection, match="INVALID_TEXT"):
        asyncio.run(ask())
