"""Recorded hosts: who may record, whom, who may delete it, and what is refused."""

import asyncio

import msgspec
import pytest

from halles.errors import Rejection
from halles.ids import BoothId, MediaId
from halles.world.host_replay import HostLine, HostReplay
from halles.world.movement import RUN_SPEED
from halles.world.roles import Role, StaffRole
from halles_server.announcements import HostChanged
from halles_server.cluster.local import LocalBus
from halles_server.services.actor import Actor
from halles_server.services.host_replays import HostReplays
from halles_server.storage.media import Media
from tests.support.hosts import box, hosts_of, recording
from tests.support.staff import BOOTH, OTHER, Show, guest, play, request

REPLAY = recording(box())
VOICE, LONG, FILM = (MediaId(letter * 64 + ending) for letter, ending in (("a", ".mp3"), ("b", ".m4a"), ("c", ".mp4")))


async def refused(hosts: HostReplays, actor: Actor, replay: HostReplay = REPLAY, booth: BoothId = BOOTH) -> str:
    with pytest.raises(Rejection) as refusal:
        await hosts.keep(actor, request(), booth, replay, consent=True)
    return refusal.value.code


async def sounds(show: Show, sender: Actor) -> None:
    """Puts media of known length into the database, as if somebody had sent them."""
    for media, mime, seconds in ((VOICE, "audio/mpeg", 3.5), (LONG, "audio/mp4", 181.0), (FILM, "video/mp4", 3.0)):
        await show.execute("INSERT INTO media (id, mime, width, height, size, seconds) VALUES ($1, $2, 0, 0, 9, $3)",
                           media, mime, seconds)  # fmt: skip
        await show.execute("INSERT INTO sound_senders (sound, account) VALUES ($1, $2)", media, sender.account)


def test_the_staff_are_recorded_by_themselves_once_a_key_and_a_newer_one_replaces(database_url: str) -> None:
    async def scene(show: Show) -> None:
        bus, lea = LocalBus(), await show.staff("lea", StaffRole.LEAD)
        hosts = hosts_of(show.database, bus)
        bus.listen(show.said.append)
        hans, key = await show.staff("hans", StaffRole.STAFF), request()
        number = await hosts.keep(hans, key, BOOTH, REPLAY, consent=True)
        assert await hosts.keep(hans, key, BOOTH, REPLAY, consent=True) == number
        record = await hosts.read(BOOTH)
        assert record is not None
        assert (record.name, record.number, record.replay) == ("Hans", number, REPLAY)
        assert await hosts.numbers() == {BOOTH: ("lille", number)}
        newer = await hosts.keep(lea, request(), BOOTH, recording(box(), 5), consent=True)
        record = await hosts.read(BOOTH)
        assert record is not None
        assert (record.name, record.number) == ("Lea", newer)
        assert newer != number
        assert await hosts.of_one(hans) == ()
        assert set(show.said) == {HostChanged(BOOTH)}
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'host.record'") == 2
        with pytest.raises(Rejection, match="agreed"):
            await hosts.keep(lea, request(), BOOTH, REPLAY, consent=False)

    asyncio.run(play(database_url, scene))


def test_only_the_booths_own_staff_are_recorded_and_only_where_it_is_possible(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hosts, hans = hosts_of(show.database, LocalBus()), await show.staff("hans", StaffRole.STAFF)
        strangers = [guest("g"), await show.account("v"), await show.staff("other", StaffRole.LEAD, OTHER)]
        strangers += [await show.account("org", Role.ORGANISER), await show.account("op", Role.OPERATOR)]
        assert {await refused(hosts, who) for who in strangers} == {"FORBIDDEN"}
        far = msgspec.structs.replace(REPLAY, poses=b"\xff\x7f" * 3 * 21)
        fast = bytearray(REPLAY.poses)
        fast[6:8] = int(100 * RUN_SPEED).to_bytes(2, "little")
        hostile = {
            "BAD_FIELD": (far, msgspec.structs.replace(REPLAY, poses=bytes(fast)),
                          msgspec.structs.replace(REPLAY, poses=REPLAY.poses[:-1]),
                          msgspec.structs.replace(REPLAY, sound=VOICE)),
            "INVALID_TEXT": (recording(box(), lines=(HostLine(0, "fr", "a\x00b"),)),),
            "TOO_LARGE": (recording(box(), lines=tuple(HostLine(n, "fr", "\U00020bb7" * 60) for n in range(40))),),
        }  # fmt: skip
        for code, replays in hostile.items():
            assert {await refused(hosts, hans, replay) for replay in replays} == {code}
        assert await hosts.read(BOOTH) is None

    asyncio.run(play(database_url, scene))


def test_the_one_recorded_the_booths_leads_and_editors_and_the_house_delete_it(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hosts, hans = hosts_of(show.database, LocalBus()), await show.staff("hans", StaffRole.STAFF)
        others = {
            "peer": (await show.staff("peer", StaffRole.STAFF), False),
            "visitor": (await show.account("visitor"), False),
            "lead elsewhere": (await show.staff("else", StaffRole.LEAD, OTHER), False),
            "editor": (await show.staff("ed", StaffRole.EDITOR), True),
            "lead": (await show.staff("lea", StaffRole.LEAD), True),
            "organiser": (await show.account("org", Role.ORGANISER), True),
            "self": (hans, True),
        }
        for name, (actor, may) in others.items():
            number = await hosts.keep(hans, request(), BOOTH, REPLAY, consent=True)
            if may:
                await hosts.remove(actor, BOOTH, number)
            else:
                with pytest.raises(Rejection, match="FORBIDDEN"):
                    await hosts.remove(actor, BOOTH, number)
            assert (await hosts.read(BOOTH) is None) is may, name
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await hosts.remove(hans, BOOTH, number)
        number = await hosts.keep(hans, request(), BOOTH, REPLAY, consent=True)
        await show.execute("DELETE FROM booth_staff WHERE account = $1", hans.account)
        await hosts.remove(hans, BOOTH, number)
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'host.remove'") == 5

    asyncio.run(play(database_url, scene))


def test_a_voice_is_given_by_the_one_recorded_alone_and_goes_with_the_recording(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hosts, hans = hosts_of(show.database, LocalBus()), await show.staff("hans", StaffRole.STAFF)
        await sounds(show, hans)
        number = await hosts.keep(hans, request(), BOOTH, REPLAY, consent=True)
        for sound, code in ((LONG, "TOO_LARGE"), (FILM, "BAD_FIELD"), (MediaId("d" * 64 + ".mp3"), "BAD_FIELD")):
            with pytest.raises(Rejection, match=code):
                await hosts.attach(hans, BOOTH, number, sound)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await hosts.attach(await show.staff("lea", StaffRole.LEAD), BOOTH, number, MediaId(""))
        await hosts.attach(hans, BOOTH, number, VOICE)
        record = await hosts.read(BOOTH)
        assert record is not None
        assert (record.replay.sound, record.sound_s) == (VOICE, 3.5)
        assert record.number != number, "who has fetched it fetches it again"
        await show.execute("UPDATE media SET stored = 'epoch' WHERE id = $1", VOICE)
        assert await Media(show.database).forget_unused() == (), "it is used"
        await hosts.erase(hans)
        assert await hosts.read(BOOTH) is None
        assert await hosts.of_one(hans) == ()
        gone = await Media(show.database).forget_unused()
        assert {VOICE, LONG} <= set(gone), "at the next clean-up, not a week later, and also what was only sent"

    asyncio.run(play(database_url, scene))


def test_nobody_speaks_with_anothers_voice_nor_gives_one_once_off_the_staff(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hosts, hans = hosts_of(show.database, LocalBus()), await show.staff("hans", StaffRole.STAFF)
        lea = await show.staff("lea", StaffRole.LEAD)
        await sounds(show, hans)
        number = await hosts.keep(lea, request(), BOOTH, REPLAY, consent=True)
        with pytest.raises(Rejection, match="BAD_FIELD"):
            await hosts.attach(lea, BOOTH, number, VOICE)
        assert await refused(hosts, lea, msgspec.structs.replace(REPLAY, sound=VOICE)) == "BAD_FIELD"
        number = await hosts.keep(hans, request(), BOOTH, msgspec.structs.replace(REPLAY, sound=VOICE), consent=True)
        await show.execute("DELETE FROM booth_staff WHERE account = $1", hans.account)
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await hosts.attach(hans, BOOTH, number, VOICE)
        await hosts.attach(hans, BOOTH, number, MediaId(""))
        record = await hosts.read(BOOTH)
        assert record is not None
        assert record.replay.sound == "", "whoever is recorded takes their voice away, on the staff or not"
        assert VOICE in await Media(show.database).forget_unused()

    asyncio.run(play(database_url, scene))


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM accounts WHERE login = 'hans'",
        "DELETE FROM host_replays WHERE recorded < now() + interval '1 day'",
        f"UPDATE host_replays SET sound = NULL WHERE booth = '{BOOTH}'",
    ],
)
def test_a_voice_goes_at_the_next_clean_up_however_its_recording_went(database_url: str, act: str) -> None:
    async def scene(show: Show) -> None:
        hosts, hans = hosts_of(show.database, LocalBus()), await show.staff("hans", StaffRole.STAFF)
        await sounds(show, hans)
        await hosts.keep(hans, request(), BOOTH, msgspec.structs.replace(REPLAY, sound=VOICE), consent=True)
        assert VOICE not in await Media(show.database).forget_unused()
        await show.execute(act)
        assert VOICE in await Media(show.database).forget_unused()

    asyncio.run(play(database_url, scene))


def test_a_recording_goes_with_the_account(database_url: str) -> None:
    async def scene(show: Show) -> None:
        hosts, hans = hosts_of(show.database, LocalBus()), await show.staff("hans", StaffRole.STAFF)
        await hosts.keep(hans, request(), BOOTH, REPLAY, consent=True)
        await show.execute("DELETE FROM accounts WHERE id = $1", hans.account)
        assert await hosts.numbers() == {}

    asyncio.run(play(database_url, scene))
