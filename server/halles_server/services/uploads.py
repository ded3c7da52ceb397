"""Uploads: who may send what, how far each has come, and what became of it.

An upload is this node's, and lives in its memory: a connection that breaks is taken up where it was, a server that
ends is not. Bytes are counted as they are read, whatever was promised. How a file is looked at is ``Intake``'s.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from halles.errors import Excess, Rejection, RejectionCode, Unavailable
from halles.ids import AccountId, BoothId, MediaId
from halles.world.booth import MediaKind
from halles.world.roles import Right
from halles_server.ports.booths import BoothStore
from halles_server.ports.clock import Clock
from halles_server.ports.media import Intake, check_size
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.staff import Staff

State = Literal["receiving", "checking", "ready", "refused"]

ACCOUNT_CAP: Final = 2
"""Pieces of one account that are read at the same time."""
ALL_CAP: Final = 8
"""Pieces of everybody."""
OPEN_CAP: Final = 10
"""Uploads of one account that are not done; for the next the oldest is given up."""
NO_MEDIUM: Final = MediaId("")
NO_BOOTH: Final = BoothId("")
"""Of what is sent for a live session."""
KEPT_S: Final = 3600.0
"""Seconds after its last byte that an upload is given up, or its outcome forgotten."""

_RETRY_MS: Final = 1000
_WRITTEN_AT_ONCE: Final = 256 * 1024
"""Bytes that are collected before a thread writes them."""
_TRY_AGAIN: Final = frozenset({RejectionCode.BAD_FIELD, RejectionCode.RATE_LIMITED, RejectionCode.STORAGE_FULL})
"""Refusals of a piece, not of the file."""


@dataclass(slots=True)
class Upload:
    """One upload.

    Attributes:
        size: Bytes that were promised.
        received: Bytes that are here.
        media: What became of it, once it is ready.
        code: Why it was refused, a ``RejectionCode``.
        text: The same in English, for developers.
        excess: What was measured and the limit, where that is why.
        touched: When something happened last, by the monotonic clock.
    """

    id: str
    account: AccountId
    booth: BoothId
    kind: MediaKind
    size: int
    touched: float
    received: int = 0
    state: State = "receiving"
    media: MediaId = NO_MEDIUM
    code: str = ""
    text: str = ""
    excess: Excess | None = None
    reading: bool = False


class Uploads:
    """The uploads of one node."""

    def __init__(
        self, intake: Intake, booths: BoothStore, staff: Staff, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        """Takes where bytes go, who tells a booth's staff, the clock, and what names an upload beyond guessing."""
        self._intake = intake
        self._booths = booths
        self._staff = staff
        self._clock = clock
        self._new_id = new_id
        self._uploads: dict[str, Upload] = {}
        self._reading: Counter[AccountId] = Counter()

    async def begin(self, actor: Actor, booth: BoothId, kind: MediaKind, size: int) -> Upload:
        """Begins an upload for a booth.

        Raises:
            Rejection: FORBIDDEN for who may not send such a thing for that booth; TOO_LARGE or OVER_BUDGET when so
                much is not taken.
        """
        return await self._begun(await self.sender(actor, booth, kind), booth, kind, size)

    async def begin_material(self, actor: Actor, kind: MediaKind, size: int) -> Upload:
        """Begins an upload for a live session's screens, for whom the caller has found to have the right to that.

        Raises:
            Rejection: FORBIDDEN to guests; TOO_LARGE when so much is not taken.
        """
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests upload nothing")
        return await self._begun(actor.account, NO_BOOTH, kind, size)

    async def _begun(self, account: AccountId, booth: BoothId, kind: MediaKind, size: int) -> Upload:
        check_size(size, kind)
        await self._give_up_oldest(account)
        upload = Upload(self._new_id(), account, booth, kind, size, self._clock.monotonic())
        self._uploads[upload.id] = upload
        return upload

    def get(self, actor: Actor, upload: str) -> Upload:
        """Returns one's own upload; ``Rejection`` NOT_FOUND."""
        found = self._uploads.get(upload)
        if found is None or actor.account != found.account:
            raise Rejection(RejectionCode.NOT_FOUND, "no such upload; begin anew")
        return found

    async def append(self, actor: Actor, upload: str, offset: int, pieces: AsyncIterator[bytes]) -> Upload:
        """Takes bytes; with the last one the file is looked at, which this waits for.

        What was written before ``pieces`` broke off counts. Cancelled while the file is looked at, it is refused.

        Raises:
            Rejection: NOT_FOUND; RATE_LIMITED when too many are read at once; BAD_FIELD when ``offset`` is not where
                the upload is, or more comes than was promised. A file that is refused is no exception but a state.
        """
        found = self.get(actor, upload)
        if found.state != "receiving" or found.reading or offset != found.received:
            raise Rejection(RejectionCode.BAD_FIELD, f"the upload is {found.state}, at byte {found.received}")
        try:
            with self.turn(actor):
                found.reading = True
                await self._receive(found, pieces)
        except Rejection as refused:
            if refused.code in _TRY_AGAIN:
                raise
            await self._refuse(found, refused)
        finally:
            found.reading = False
            found.touched = self._clock.monotonic()
        if found.received == found.size and found.state == "receiving":
            await self._check(found)
        return found

    async def stop(self, actor: Actor, upload: str) -> None:
        """Gives an upload up; one that is read or looked at just now comes to its end first."""
        found = self.get(actor, upload)
        if not found.reading and found.state != "checking":
            await self._give_up(found)

    async def sweep(self) -> int:
        """Gives up what nobody has sent to for an hour, and what an ended server left; returns how much."""
        moment = self._clock.monotonic() - KEPT_S
        old = [one for one in self._uploads.values() if one.touched < moment and one.state != "checking"]
        for upload in old:
            await self._give_up(upload)
        return len(old) + await self._intake.sweep()

    async def sender(self, actor: Actor, booth: BoothId, kind: MediaKind) -> AccountId:
        """Returns who may upload for a booth: who edits it, and a voice who may be its recorded host.

        Raises:
            Rejection: FORBIDDEN for anybody else.
        """
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests upload nothing")
        if kind == "sound":
            return await self._staff.require(actor, Right.RECORD_HOST, booth)
        policies.require(actor, Right.EDIT_BOOTH, on_staff=await self._booths.may_edit(actor.account, booth))
        return actor.account

    @contextmanager
    def turn(self, actor: Actor) -> Iterator[None]:
        """Counts one body that is read; ``Rejection`` RATE_LIMITED when too many are."""
        account = actor.account or AccountId("")
        if self._reading[account] >= ACCOUNT_CAP:
            raise Rejection(RejectionCode.RATE_LIMITED, f"{ACCOUNT_CAP} uploads of yours are read already", _RETRY_MS)
        if self._reading.total() >= ALL_CAP:
            raise Rejection(RejectionCode.RATE_LIMITED, f"{ALL_CAP} uploads are read already", _RETRY_MS)
        self._reading[account] += 1
        try:
            yield
        finally:
            self._reading[account] -= 1

    async def _receive(self, upload: Upload, pieces: AsyncIterator[bytes]) -> None:
        waiting = bytearray()
        try:
            async for piece in pieces:
                waiting += piece
                if upload.received + len(waiting) > upload.size:
                    waiting.clear()
                    raise Rejection(RejectionCode.BAD_FIELD, f"more than the {upload.size} bytes that were promised")
                if len(waiting) >= _WRITTEN_AT_ONCE:
                    await self._write(upload, waiting)
        finally:
            if waiting:
                await self._write(upload, waiting)

    async def _write(self, upload: Upload, waiting: bytearray) -> None:
        data = bytes(waiting)
        waiting.clear()
        await self._intake.append(upload.id, upload.received, data, upload.kind)
        upload.received += len(data)

    async def _check(self, upload: Upload) -> None:
        upload.state = "checking"
        code, text = str(RejectionCode.UNAVAILABLE), "the server was stopped"
        try:
            facts = await self._intake.finish(upload.id, upload.kind, upload.account)
        except Rejection as refused:
            code, text, upload.excess = refused.code, refused.text, refused.excess
        except Unavailable as error:
            text = str(error)
        else:
            upload.media, upload.state, code = facts.media, "ready", ""
        finally:
            if code:
                upload.state, upload.code, upload.text = "refused", code, text
            upload.touched = self._clock.monotonic()

    async def _refuse(self, upload: Upload, refused: Rejection) -> None:
        upload.state, upload.code, upload.text, upload.excess = "refused", refused.code, refused.text, refused.excess
        await self._intake.drop(upload.id)

    async def _give_up_oldest(self, account: AccountId) -> None:
        own = [one for one in self._uploads.values() if one.account == account and one.state != "checking"]
        idle = sorted((one for one in own if not one.reading), key=lambda one: one.touched)
        for upload in idle[: max(0, len(own) - OPEN_CAP + 1)]:
            await self._give_up(upload)

    async def _give_up(self, upload: Upload) -> None:
        self._uploads.pop(upload.id, None)
        await self._intake.drop(upload.id)
