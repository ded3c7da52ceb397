"""Recorded hosts: somebody of a booth's staff gives a recording of themselves, which is shown when nobody is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, MediaId, RequestId
from halles.world.booth import media_kind
from halles.world.host_replay import SECONDS_CAP, HostReplay, checked
from halles.world.roles import Right, StaffRole
from halles.world.scene import Scene
from halles_server.announcements import HostChanged
from halles_server.ports.booths import BoothStore
from halles_server.ports.host_replays import HostRecord, HostReplayStore
from halles_server.ports.media import MediaStore
from halles_server.ports.nodes import Bus
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.staff import Staff


@dataclass(frozen=True, slots=True)
class HostStores:
    """Where recordings, booths and sounds are kept."""

    recordings: HostReplayStore
    booths: BoothStore
    media: MediaStore


class HostReplays:
    """What people do with recordings."""

    def __init__(self, stores: HostStores, staff: Staff, scenes: Mapping[HallId, Scene], bus: Bus) -> None:
        """Takes also the halls' plans: a recording must be possible where its booth stands."""
        self._store, self._booths, self._media = stores.recordings, stores.booths, stores.media
        self._staff, self._scenes, self._bus = staff, scenes, bus

    async def keep(
        self, actor: Actor, request_id: RequestId, booth: BoothId, replay: HostReplay, *, consent: bool
    ) -> int:
        """Stores the recording of whoever asks, instead of the booth's last one; returns its number.

        Raises:
            Rejection: FORBIDDEN to who is not on the booth's staff, or has not agreed; NOT_FOUND; BAD_FIELD, TOO_LARGE
                or INVALID_TEXT for what cannot be such a recording; STORAGE_FULL.
            Unavailable: Not known whether it was stored; asking again with the same ``request_id`` is safe.
        """
        account = await self._staff.require(actor, Right.RECORD_HOST, booth)
        if not consent:
            raise Rejection(RejectionCode.FORBIDDEN, "the one recorded has not agreed")
        record = await self._booths.read(booth)
        scene = self._scenes.get(record.hall)
        slot = scene.slot(record.slot) if scene is not None else None
        if scene is None or slot is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"{booth} stands in no hall")
        clean = checked(replay, slot.box, scene.field)
        await self._check_sound(account, clean.sound)
        number = await self._store.keep(account, request_id, booth, clean)
        self._bus.announce(HostChanged(booth))
        return number

    async def attach(self, actor: Actor, booth: BoothId, number: int, sound: MediaId) -> None:
        """Gives one's own recording a voice; "" takes it away.

        Raises:
            Rejection: FORBIDDEN to guests, and to who is not on the booth's staff any more, who may take a voice away
                but gives none; NOT_FOUND for another's recording; BAD_FIELD for what is no sound that they have sent
                themselves, TOO_LARGE for one that is longer than a recording may be.
        """
        account = await self._staff.require(actor, Right.RECORD_HOST, booth) if sound else _account(actor)
        await self._check_sound(account, sound)
        await self._store.attach(account, booth, number, sound)
        self._bus.announce(HostChanged(booth))

    async def read(self, booth: BoothId) -> HostRecord | None:
        """Returns a booth's recording, which is public as the booth is."""
        return await self._store.read(booth)

    async def numbers(self) -> dict[BoothId, tuple[HallId, int]]:
        """Returns which booths have one, where they stand, and its number."""
        return await self._store.numbers()

    async def may_remove(self, actor: Actor, record: HostRecord) -> bool:
        """Tells whether somebody may delete a recording: whoever is recorded may, on the staff or not any more."""
        own = actor.account is not None and actor.account == record.account
        role: StaffRole | None = await self._staff.role_of(actor, record.booth)
        return own or policies.may(actor, Right.REMOVE_HOST, staff_role=role)

    async def remove(self, actor: Actor, booth: BoothId, number: int) -> None:
        """Deletes a recording.

        Raises:
            Rejection: FORBIDDEN; NOT_FOUND when it is not there any more.
        """
        account, record = _account(actor), await self._store.read(booth)
        if record is None or record.number != number:
            raise Rejection(RejectionCode.NOT_FOUND, "no such recording")
        if not await self.may_remove(actor, record):
            raise Rejection(RejectionCode.FORBIDDEN, "another's recording")
        await self._store.remove(account, booth, number)
        self._bus.announce(HostChanged(booth))

    async def of_one(self, actor: Actor) -> tuple[HostRecord, ...]:
        """Returns all in which somebody is recorded; ``Rejection`` FORBIDDEN for guests, of whom there is none."""
        return await self._store.of_account(_account(actor))

    async def erase(self, actor: Actor) -> None:
        """Deletes all in which somebody is recorded; ``Rejection`` FORBIDDEN for guests."""
        for booth in await self._store.erase(_account(actor)):
            self._bus.announce(HostChanged(booth))

    async def _check_sound(self, account: AccountId, sound: MediaId) -> None:
        if not sound:
            return
        if media_kind(sound) != "sound":
            raise Rejection(RejectionCode.BAD_FIELD, "no sound")
        facts = (await self._media.facts((sound,))).get(sound)
        # Another's is refused in the same words: the address of a voice can be read by all who hear it.
        if facts is None or not await self._media.sent_by(account, sound):
            raise Rejection(RejectionCode.BAD_FIELD, "no sound that you have sent; send it first")
        if facts.seconds > SECONDS_CAP:
            excess = Excess(Measure.SECONDS, (facts.seconds,), (SECONDS_CAP,))
            raise Rejection(RejectionCode.TOO_LARGE, f"{facts.seconds:.0f} s, at most {SECONDS_CAP}", excess=excess)


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests are in no recording")
    return actor.account
