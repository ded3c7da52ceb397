"""What a debate came to: written by those who led it, once it is over, for all who may read of it.

Nothing is summed up here that nobody wrote: the draft of the minutes has a place for it, and takes these words.
"""

from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId
from halles.world.booth import clean_text
from halles.world.live import Phase
from halles.world.text import LANGUAGES, Text
from halles_server.ports.conclusions import Conclusion, ConclusionStore
from halles_server.ports.programme import Entry
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.programme import Programme

WORDS_CAP: Final = 4000
"""Characters in each language, as a panel of a booth."""

_OVER: Final[tuple[Phase, ...]] = ("closing", "ended", "published")


class Conclusions:
    """What is done with conclusions. Whoever could read an entry may read what it came to."""

    def __init__(self, store: ConclusionStore, live: LiveSessions, programme: Programme) -> None:
        self._store, self._live, self._programme = store, live, programme

    async def read(self, entry: Entry) -> Conclusion:
        """Returns what was written; an empty one of revision 0 where nothing was."""
        return await self._store.read(entry.session)

    async def may_write(self, actor: Actor, entry: Entry) -> bool:
        """Tells whether somebody hosts it, leads its working group or plans, and it is over."""
        return await self._leads(actor, entry) and await self._over(entry)

    async def require(self, actor: Actor, entry: Entry) -> None:
        """Refuses who may not write it; ``Rejection`` FORBIDDEN, or NOT_NOW while it is not over."""
        if not await self._leads(actor, entry):
            raise Rejection(RejectionCode.FORBIDDEN, f"{entry.session} is led by others")
        if not await self._over(entry):
            raise Rejection(RejectionCode.NOT_NOW, f"{entry.session} is not over")

    async def write(self, actor: Actor, request_id: RequestId, entry: Entry, revision: int, words: Text) -> int:
        """Writes it in the place of the revision that was read; returns the new one.

        Raises:
            Rejection: FORBIDDEN; NOT_NOW before it is over; INVALID_TEXT; STALE_REVISION when somebody wrote meanwhile;
                STORAGE_FULL.
        """
        await self.require(actor, entry)
        texts = (words.within(code).replace("\r\n", "\n") for code in LANGUAGES)
        cleaned = Text(*(clean_text(text, WORDS_CAP, lines=True) for text in texts))
        return await self._store.write(_account(actor), request_id, entry.session, revision, cleaned)

    async def _leads(self, actor: Actor, entry: Entry) -> bool:
        return self._live.is_host(actor, entry) or await self._programme.may_describe(actor, entry)

    async def _over(self, entry: Entry) -> bool:
        return (await self._live.read(entry.session)).state.phase in _OVER


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests lead nothing")
    return actor.account
