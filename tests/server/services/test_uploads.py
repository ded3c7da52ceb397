"""Uploads: whose, how many, how far, and what becomes of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, SlotId
from halles.world.booth import BoothContent
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.cluster.local import LocalBus
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.people import Account
from halles_server.services.actor import Actor
from halles_server.services.staff import Staff
from halles_server.services.uploads import ACCOUNT_CAP, ALL_CAP, KEPT_S, OPEN_CAP, Upload, Uploads
from halles_server.storage import demonstration
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths
from halles_server.storage.staff import Staff as StoredStaff
from tests.support.files import film, pdf, photograph, sound
from tests.support.media import Stored, joined, names, pieces
from tests.support.models import png

BOOTH = BoothId("studio")


class HandClock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    uploads: Uploads
    media: Stored
    clock: HandClock
    editor: Actor
    other: Actor
    organiser: Actor


def actor(role: Role = Role.EXHIBITOR, account: str = "") -> Actor:
    return Actor(AccountId(account or str(uuid4())), None, "Somebody", role, "fr")


def play(database_url: str, folder: Path, scene: Callable[[Scene], Awaitable[None]], *, wall_s: float = 60.0) -> None:
    """Plays a scene with one booth, which ``editor`` may edit."""

    async def run() -> None:
        async with joined(database_url, folder / "media", wall_s=wall_s) as media:
            content = BoothContent("Studio", "company")
            booth = PreparedBooth(BOOTH, "studio", "Studio", "", False, HallId("lille"), SlotId("A1"), content)
            await demonstration.put(media.database, [booth])
            editor, accounts = actor(), Accounts(media.database)
            await accounts.create(
                Account(editor.account or AccountId(""), "zoe", "Zoé", Role.EXHIBITOR, "fr", Look()), "hash"
            )
            await accounts.set_staff(editor.account or AccountId(""), BOOTH, "editor", "a test")
            numbers, clock, staff = count(1), HandClock(), Staff(StoredStaff(media.database), LocalBus())
            uploads = Uploads(media.intake, Booths(media.database), staff, clock, lambda: f"upload-{next(numbers)}")
            await scene(Scene(uploads, media, clock, editor, actor(), actor(Role.ORGANISER)))

    asyncio.run(run())


async def refused(act: Awaitable[object]) -> Rejection:
    with pytest.raises(Rejection) as found:
        await act
    return found.value


async def endless(gate: asyncio.Event, data: bytes) -> AsyncIterator[bytes]:
    yield data
    await gate.wait()


def test_a_file_comes_in_pieces_and_becomes_a_medium(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        data = photograph()
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", len(data))
        half = await on.uploads.append(on.editor, upload.id, 0, pieces(data[:5000]))
        assert (half.state, half.received) == ("receiving", 5000)
        done = await on.uploads.append(on.editor, upload.id, 5000, pieces(data[5000:], 700))
        assert (done.state, done.received, done.code) == ("ready", len(data), "")
        assert await on.media.media.read(done.media) is not None
        assert on.uploads.get(on.editor, upload.id).media == done.media

    play(database_url, tmp_path, scene)


def test_only_who_edits_the_booth_uploads_for_it(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        guest = Actor(None, None, "Guest", Role.GUEST, "fr")
        for somebody in (on.other, guest, actor(Role.MODERATOR)):
            assert (await refused(on.uploads.begin(somebody, BOOTH, "picture", 10))).code == RejectionCode.FORBIDDEN
        assert (await refused(on.uploads.begin(on.editor, BoothId("none"), "picture", 10))).code == "FORBIDDEN"
        assert (await on.uploads.begin(on.organiser, BOOTH, "picture", 10)).state == "receiving"

    play(database_url, tmp_path, scene)


def test_nobody_sees_or_goes_on_with_another_s_upload(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", 10)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            on.uploads.get(on.organiser, upload.id)
        for act in (on.uploads.append(on.other, upload.id, 0, pieces(b"x")), on.uploads.stop(on.other, upload.id)):
            assert (await refused(act)).code == RejectionCode.NOT_FOUND

    play(database_url, tmp_path, scene)


def test_what_is_too_large_is_refused_before_it_is_sent_and_more_than_was_promised_while_it_is(
    database_url: str, tmp_path: Path
) -> None:
    async def scene(on: Scene) -> None:
        found = await refused(on.uploads.begin(on.editor, BOOTH, "film", 200_000_001))
        assert (found.code, found.text) == ("TOO_LARGE", "200000001 bytes, at most 200000000 for a film")
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", 100)
        found = await refused(on.uploads.append(on.editor, upload.id, 0, pieces(photograph(), 60)))
        assert found.text == "more than the 100 bytes that were promised"
        assert on.uploads.get(on.editor, upload.id).received <= 100

    play(database_url, tmp_path, scene)


def test_a_piece_goes_where_the_upload_is(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        data = photograph()
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", len(data))
        assert (await refused(on.uploads.append(on.editor, upload.id, 7, pieces(data)))).code == "BAD_FIELD"
        await on.uploads.append(on.editor, upload.id, 0, pieces(data[:100]))
        assert "at byte 100" in (await refused(on.uploads.append(on.editor, upload.id, 0, pieces(data)))).text

    play(database_url, tmp_path, scene)


def test_a_line_that_breaks_is_taken_up_where_it_was(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        data = photograph()

        async def broken() -> AsyncIterator[bytes]:
            yield data[:3000]
            raise ConnectionResetError

        upload = await on.uploads.begin(on.editor, BOOTH, "picture", len(data))
        with pytest.raises(ConnectionResetError):
            await on.uploads.append(on.editor, upload.id, 0, broken())
        assert on.uploads.get(on.editor, upload.id).received == 3000
        assert (await on.uploads.append(on.editor, upload.id, 3000, pieces(data[3000:]))).state == "ready"

    play(database_url, tmp_path, scene)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" * 9, "UNREADABLE"),
        (b"<!doctype html><script>alert(1)</script>", "UNREADABLE"),
        (pdf(), "UNREADABLE"),
        (png(60_000, 60_000), "TOO_LARGE"),
        (photograph()[:4000], "UNREADABLE"),
        (png() + b"exit", "UNREADABLE"),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing(data: bytes, code: str, database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", len(data))
        done = await on.uploads.append(on.editor, upload.id, 0, pieces(data))
        assert (done.state, done.code, done.media) == ("refused", code, "")
        assert done.text
        assert names(on.media.folder) == []
        assert "is refused" in (await refused(on.uploads.append(on.editor, upload.id, 0, pieces(data)))).text

    play(database_url, tmp_path, scene)


def test_one_account_sends_two_at_once_and_all_together_eight(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        gate, tasks = asyncio.Event(), []

        async def start(somebody: Actor) -> Upload:
            upload = await on.uploads.begin(somebody, BOOTH, "picture", 1000)
            tasks.append(
                asyncio.ensure_future(on.uploads.append(somebody, upload.id, 0, endless(gate, photograph()[:500])))
            )
            await asyncio.sleep(0)
            return await on.uploads.begin(somebody, BOOTH, "picture", 1000)

        for _ in range(ACCOUNT_CAP):
            third = await start(on.editor)
        found = await refused(on.uploads.append(on.editor, third.id, 0, pieces(b"x")))
        assert (found.code, found.retry_after_ms) == (RejectionCode.RATE_LIMITED, 1000)
        assert on.uploads.get(on.editor, third.id).state == "receiving", "a full server is no fault of the file"
        for _ in range(ALL_CAP - ACCOUNT_CAP):
            last = await start(organiser := actor(Role.ORGANISER))
        assert (await refused(on.uploads.append(organiser, last.id, 0, pieces(b"x")))).text == (
            "8 uploads are read already"
        )
        gate.set()
        await asyncio.gather(*tasks)
        assert (await on.uploads.append(on.editor, third.id, 0, pieces(photograph()[:50]))).received == 50

    play(database_url, tmp_path, scene)


def test_uploads_that_are_never_finished_do_not_pile_up(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        begun = []
        for _ in range(OPEN_CAP + 1):
            on.clock.now += 1
            upload = await on.uploads.begin(on.editor, BOOTH, "picture", 1000)
            await on.uploads.append(on.editor, upload.id, 0, pieces(photograph()[:100]))
            begun.append(upload.id)
        assert len(names(on.media.folder)) == OPEN_CAP
        with pytest.raises(Rejection, match="NOT_FOUND"):
            on.uploads.get(on.editor, begun[0])
        on.clock.now += KEPT_S + 1
        assert await on.uploads.sweep() == OPEN_CAP
        assert names(on.media.folder) == []

    play(database_url, tmp_path, scene)


def test_stopped_nothing_is_left(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", 1000)
        await on.uploads.append(on.editor, upload.id, 0, pieces(photograph()[:100]))
        await on.uploads.stop(on.editor, upload.id)
        assert names(on.media.folder) == []
        with pytest.raises(Rejection, match="NOT_FOUND"):
            on.uploads.get(on.editor, upload.id)

    play(database_url, tmp_path, scene)


def test_a_worker_that_hangs_is_told_as_unreadable_and_the_next_file_is_looked_at(
    database_url: str, tmp_path: Path
) -> None:
    async def scene(on: Scene) -> None:
        data = png() + b"hang"
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", len(data))
        done = await on.uploads.append(on.editor, upload.id, 0, pieces(data))
        assert (done.state, done.code, done.text) == ("refused", "UNREADABLE", "not looked at within 1 s")
        on.media.worker.wall_s = 60.0
        upload = await on.uploads.begin(on.editor, BOOTH, "picture", len(png()))
        assert (await on.uploads.append(on.editor, upload.id, 0, pieces(png()))).state == "ready"

    play(database_url, tmp_path, scene, wall_s=1.0)


def test_a_voice_is_sent_by_whoever_may_be_the_recorded_host_and_looked_at(database_url: str, tmp_path: Path) -> None:
    async def scene(on: Scene) -> None:
        data = sound(tmp_path, "ogg")
        upload = await on.uploads.begin(on.editor, BOOTH, "sound", len(data))
        done = await on.uploads.append(on.editor, upload.id, 0, pieces(data))
        assert (done.state, done.media.partition(".")[2]) == ("ready", "weba")
        facts = (await on.media.media.facts([done.media]))[done.media]
        assert facts.seconds == pytest.approx(1.0, abs=0.1)
        assert await on.media.stored.sent_by(on.editor.account or AccountId(""), done.media)
        assert not await on.media.stored.sent_by(on.other.account or AccountId(""), done.media)
        for who in (on.other, on.organiser):
            assert (await refused(on.uploads.begin(who, BOOTH, "sound", 9))).code == "FORBIDDEN"
        film_data = film(tmp_path)
        upload = await on.uploads.begin(on.editor, BOOTH, "sound", len(film_data))
        posing = await on.uploads.append(on.editor, upload.id, 0, pieces(film_data))
        assert (posing.state, posing.code) == ("refused", "UNREADABLE")
        assert posing.text == "a film, and a sound is wanted here"

    play(database_url, tmp_path, scene)
