"""Working groups: who leads one, who takes part, and what it is for.

An organiser makes a group and sets its lead. Members (those with a role above visitor) join and leave as they like.
"""

import re
from dataclasses import replace
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, RequestId
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles.world.text import LANGUAGES, Text
from halles_server.ports.programme import GroupStore, ProgrammeStore, WorkingGroup
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.finding import fold

NAME_CAP: Final = 80
PURPOSE_CAP: Final = 1000

_NONE_READ: Final = -1
"""The revision of a change that names none: it fits no group."""


class WorkingGroups:
    """What people do with working groups."""

    def __init__(self, store: GroupStore, programme: ProgrammeStore) -> None:
        self._store, self._programme = store, programme

    async def all(self) -> tuple[WorkingGroup, ...]:
        """Returns all, by name; everybody may read them."""
        return await self._store.all()

    async def read(self, group: str) -> WorkingGroup:
        """Returns one with its members; ``Rejection`` NOT_FOUND."""
        found = await self._store.read(group)
        if found is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no working group {group}")
        return found

    def may_join(self, actor: Actor) -> bool:
        """Tells whether somebody may take part in working groups."""
        return policies.may(actor, Right.JOIN_GROUP)

    async def make(self, actor: Actor, request_id: RequestId, name: Text, purpose: Text, lead: str) -> str:
        """Makes a group; returns its id, the same for the same request.

        Raises:
            Rejection: FORBIDDEN; INVALID_TEXT; NOT_FOUND for a lead whom nobody knows; OVER_BUDGET.
        """
        words = re.sub(r"[^a-z0-9]+", "-", fold(name.read("fr")[0])).strip("-")
        group = f"{words[:48].strip('-') or 'group'}-{bytes(request_id).hex()[:6]}"
        await self._put(actor, request_id, WorkingGroup(group, name, purpose), lead)
        return group

    async def change(self, actor: Actor, request_id: RequestId, group: WorkingGroup, lead: str) -> None:
        """Changes a group's words and lead, by its login; ``group.revision`` is the one that was read.

        Raises:
            Rejection: As for ``make``, and STALE_REVISION when it was changed meanwhile.
        """
        await self._put(actor, request_id, replace(group, revision=group.revision or _NONE_READ), lead)

    async def join(self, actor: Actor, request_id: RequestId, group: str) -> None:
        """Takes part; ``Rejection`` FORBIDDEN, NOT_FOUND, OVER_BUDGET."""
        policies.require(actor, Right.JOIN_GROUP)
        await self._store.join(_account(actor), request_id, group)

    async def leave(self, actor: Actor, request_id: RequestId, group: str) -> None:
        """Takes part no more; a lead who leaves leads no more."""
        await self._store.leave(_account(actor), request_id, group)

    async def joined(self, actor: Actor) -> tuple[str, ...]:
        """Returns which groups somebody is in."""
        return await self._store.of(actor.account) if actor.account is not None else ()

    async def erase(self, actor: Actor) -> None:
        """Takes part nowhere any more."""
        if actor.account is not None:
            await self._store.leave_all(actor.account)

    async def _put(self, actor: Actor, request_id: RequestId, group: WorkingGroup, lead: str) -> None:
        policies.require(actor, Right.PLAN)
        people = await self._programme.named([lead]) if lead else {}
        if lead and lead not in people:
            raise Rejection(RejectionCode.NOT_FOUND, f"nobody has the login {lead}")
        names = Text(*(clean_text(group.name.within(code), NAME_CAP, lines=False) for code in LANGUAGES))
        if names == Text():
            raise Rejection(RejectionCode.INVALID_TEXT, "a name is needed in one language at least")
        texts = (group.purpose.within(code).replace("\r\n", "\n") for code in LANGUAGES)
        purposes = Text(*(clean_text(text, PURPOSE_CAP, lines=True) for text in texts))
        cleaned = WorkingGroup(group.group, names, purposes, people.get(lead), revision=group.revision)
        await self._store.put(_account(actor), request_id, cleaned)


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests are in no working group")
    return actor.account
