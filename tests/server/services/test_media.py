"""Media as everybody reads them: what a booth may hang up, and what is forgotten."""

import asyncio
from pathlib import Path

import pytest

from halles.errors import Rejection, RejectionCode
from halles.ids import MediaId
from halles_server.ports.media import Facts
from halles_server.services.media import BOOTH, Weight, check_weight, weight_of
from tests.support.files import pdf
from tests.support.media import joined, names


def facts(name: str, triangles: int = 0, texels: int = 0, size: int = 1) -> Facts:
    return Facts(MediaId(f"{name}.glb"), size, triangles=triangles, texels=texels)


def test_a_booth_weighs_what_hangs_there_and_what_hangs_twice_once() -> None:
    hung = [facts("a", 100, 4, 10), facts("b", 200, 8, 20), facts("a", 100, 4, 10)]
    assert weight_of(hung) == Weight(300, 12, 30)
    assert weight_of(()) == Weight()


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (Weight(80_001), "80001 triangles, at most 80000 in a booth"),
        (Weight(0, 2**24 + 1), "16777217 points of models' pictures, at most 16777216 in a booth"),
        (Weight(0, 0, 300_000_001), "300000001 bytes, at most 300000000 in a booth"),
    ],
)
def test_more_than_a_booth_may_hang_up_is_refused_with_measure_and_limit(weight: Weight, said: str) -> None:
    check_weight(BOOTH)
    with pytest.raises(Rejection) as refused:
        check_weight(weight)
    assert (refused.value.code, refused.value.text) == (RejectionCode.OVER_BUDGET, said)


def test_what_is_forgotten_goes_from_the_database_and_from_the_files(database_url: str, tmp_path: Path) -> None:
    async def play() -> None:
        async with joined(database_url, tmp_path / "media") as media:
            await media.intake.append("one", 0, pdf(1), "document")
            document = await media.intake.finish("one", "document")
            assert await media.media.forget() == 0
            async with media.database.connection() as connection:
                await connection.execute("UPDATE media SET stored = now() - interval '8 days'")
            assert await media.media.forget() == 4  # with its page, near and far
            assert names(media.folder) == []
            assert await media.media.large(document.media) is None

    asyncio.run(play())
