"""Invitations: a code that brings somebody onto a booth's staff, with a new account or their own.

A code is good once and for some days, and stored as SHA-256 only. Guesses are counted like failed logins. One that is
unknown, too old or used by somebody else gets one and the same answer; whoever used it themselves is led on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId
from halles.world.roles import StaffRole
from halles.world.text import Language
from halles_server.announcements import StaffingChanged
from halles_server.ports.nodes import Bus
from halles_server.ports.people import Account
from halles_server.ports.staff import Invitation, InvitationId, InvitationStore, Newcomer
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.admission import Admission, digest
from halles_server.services.invitation_codes import CODE_BYTES, plain, spelled
from halles_server.services.login_failures import LoginFailures
from halles_server.services.staff import Staff

LISTED: Final = 100
"""Invitations on a page."""

OPERATOR: Final = "operator"
"""Who makes an invitation on the command line, for the audit."""

_GUESS: Final = "an invitation's code"
"""Under what wrong codes of an address are counted together, whatever was typed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account as somebody with a code asks for it."""

    login: str
    name: str
    password: str
    language: Language


@dataclass(frozen=True, slots=True)
class Codes:
    """How codes are made and guarded.

    Attributes:
        guesses: Counts wrong ones.
        lasts: For how long one is good.
        new_bytes: A source of random bytes.
    """

    guesses: LoginFailures
    lasts: timedelta
    new_bytes: Callable[[int], bytes]


class Invitations:
    """What people do with invitations."""

    def __init__(self, store: InvitationStore, admission: Admission, staff: Staff, bus: Bus, codes: Codes) -> None:
        self._store, self._admission, self._staff, self._bus, self._codes = store, admission, staff, bus, codes

    async def invite(self, actor: Actor, booth: BoothId, role: StaffRole) -> str:
        """Returns the code of a new invitation; ``Rejection`` FORBIDDEN or NOT_FOUND."""
        mine = await self._staff.role_of(actor, booth)
        if actor.account is None or not policies.may_invite_as(actor, role, mine):
            await self._staff.note_refused(actor, "booth.invite", booth)
            raise Rejection(RejectionCode.FORBIDDEN, f"may not invite somebody as {role}")
        return await self._make(booth, role, actor.account)

    async def invite_as_operator(self, booth: BoothId, role: StaffRole) -> str:
        """Returns the code of a new invitation, made on the command line; ``Rejection`` NOT_FOUND."""
        return await self._make(booth, role, OPERATOR)

    async def made(self, actor: Actor, booth: BoothId | None) -> tuple[Invitation, ...]:
        """Returns the newest invitations, of one booth or of all; ``Rejection`` FORBIDDEN."""
        mine = await self._staff.role_of(actor, booth) if booth is not None else None
        if not policies.may_invite_as(actor, StaffRole.STAFF, mine):
            raise Rejection(RejectionCode.FORBIDDEN, "may not invite")
        return await self._store.made(booth, LISTED)

    async def withdraw(self, actor: Actor, invitation: InvitationId) -> None:
        """Takes back an invitation that nobody has used: its code is as unknown as one that never was.

        Raises:
            Rejection: FORBIDDEN for who could not have made it; NOT_FOUND for one that was used, or is none.
        """
        made_for = await self._store.unused(invitation)
        if made_for is None:
            raise Rejection(RejectionCode.NOT_FOUND, "this invitation was used, or withdrawn before")
        booth, role = made_for
        if actor.account is None or not policies.may_invite_as(actor, role, await self._staff.role_of(actor, booth)):
            await self._staff.note_refused(actor, "booth.uninvite", booth)
            raise Rejection(RejectionCode.FORBIDDEN, f"may not withdraw an invitation as {role}")
        await self._store.withdraw(invitation, actor.account)

    async def look(self, code: str, address: str) -> tuple[BoothId, StaffRole]:
        """Returns what a code is good for, before it is used.

        Raises:
            Rejection: NOT_FOUND; RATE_LIMITED after too many wrong ones from an address.
        """
        self._codes.guesses.begin(_GUESS, address)
        failed = False
        try:
            found = await self._store.find(_hash(code))
            failed = found is None
        finally:
            self._codes.guesses.end(_GUESS, address, failed=failed)
        if found is None:
            raise _unknown()
        return found

    async def join(self, code: str, account: Account, address: str) -> BoothId:
        """Puts an account on the staff of the booth that a code names.

        Raises:
            Rejection: NOT_FOUND; RATE_LIMITED after too many wrong ones from an address.
        """
        self._codes.guesses.begin(_GUESS, address)
        failed = False
        try:
            booth = await self._store.take(_hash(code), account.account)
        except Rejection as refusal:
            failed = refusal.code == RejectionCode.NOT_FOUND
            raise
        finally:
            self._codes.guesses.end(_GUESS, address, failed=failed)
        self._bus.announce(StaffingChanged(booth))
        return booth

    async def join_as_newcomer(self, code: str, wanted: Wanted, address: str) -> BoothId:
        """Makes an account and puts it on the staff, or does neither.

        Raises:
            Rejection: NOT_FOUND, RATE_LIMITED; INVALID_TEXT or NAME_TAKEN for login, name or password.
        """
        await self.look(code, address)  # first, so that nobody without a code has passwords hashed
        account, password_hash = await self._admission.new_exhibitor(
            wanted.login, wanted.name, wanted.password, wanted.language
        )
        booth = await self._store.take(_hash(code), Newcomer(account, password_hash))
        self._bus.announce(StaffingChanged(booth))
        return booth

    async def _make(self, booth: BoothId, role: StaffRole, actor: str) -> str:
        code = spelled(self._codes.new_bytes(CODE_BYTES))
        await self._store.make(_hash(code), booth, role, actor, self._codes.lasts)
        return code


def _hash(code: str) -> bytes:
    return digest(plain(code))


def _unknown() -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, "this invitation is not known")
