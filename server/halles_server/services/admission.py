"""Admission: who comes in, by which way, and how somebody who dropped comes back.

Secrets (passwords, tickets, resume tokens, cookies) are made here, handed out once and kept only as SHA-256; none of
them is ever logged or part of a URL.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import msgspec

from halles.errors import HallesError, Rejection, RejectionCode, RemoteProtocolError
from halles.ids import AccountId, HallId, VisitId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Hello
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.ports.clock import Clock
from halles_server.ports.people import Account, AccountStore, LoginStore, Ticket, TicketStore
from halles_server.ports.sanctions import Known, SanctionStore
from halles_server.ports.standing import InForce, Standing
from halles_server.ports.visits import Place, VisitRecord, VisitStore
from halles_server.services import policies
from halles_server.services.limits import AddressBuckets, sharing
from halles_server.services.login_failures import LoginFailures
from halles_server.services.names import check_name, key_of
from halles_server.services.once_for_many import OnceForMany
from halles_server.services.passwords import Passwords
from halles_server.services.reserved_names import check_guest_name

_LATER_MS: Final = 1000
"""The least that somebody waits who may not come in yet: a bucket that fills soon is asked by many."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody is in.

    Attributes:
        record: The visit.
        resume: Its next resume token, good once.
        returned: Whether this continues a visit that had dropped.
    """

    record: VisitRecord
    resume: str
    returned: bool


@dataclass(frozen=True, slots=True)
class Stores:
    """What admission keeps its knowledge in."""

    accounts: AccountStore
    logins: LoginStore
    tickets: TicketStore
    visits: VisitStore
    sanctions: SanctionStore


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may try, and how often.

    Attributes:
        failures: Wrong passwords.
        newcomers: Visits that begin, by address; each is a row that is kept for a day.
        guests: Whether people without an account may come.
    """

    clock: Clock
    failures: LoginFailures
    newcomers: AddressBuckets
    guests: bool


class Banned(HallesError):
    """Somebody may not come in.

    Attributes:
        sanction: Why, and until when.
    """

    def __init__(self, sanction: InForce) -> None:
        super().__init__(f"banned until {sanction.until:%Y-%m-%d %H:%M}")
        self.sanction: Final = sanction


class Admission:
    """Lets people in through both doors."""

    def __init__(
        self,
        stores: Stores,
        passwords: Passwords,
        gate: Gate,
        new_secret: Callable[[], str],
        new_id: Callable[[], UUID],
    ) -> None:
        """Takes also sources of secrets (256 random bits as URL-safe text) and of ids."""
        self._stores = stores
        self._passwords = passwords
        self._gate = gate
        self._new_secret = new_secret
        self._new_id = new_id
        self._taken = OnceForMany(self._read_taken)

    async def admit(self, hello: Hello, address: str) -> Admitted:
        """Admits whoever says ``hello`` from ``address``.

        Raises:
            RemoteProtocolError: NOT_ADMITTED, the ticket, token or password is not good.
            Banned: Not before its end.
            Rejection: NAME_TAKEN or INVALID_TEXT for a guest's name, RATE_LIMITED after failed logins, TRY_LATER
                when too many come from an address or log in, FORBIDDEN where guests may not come or when the code
                of conduct was not accepted.
            Unavailable: The database did not answer.
        """
        if hello.way == "resume":
            return await self._resume(hello.secret, address)
        if not hello.conduct:
            raise Rejection(RejectionCode.FORBIDDEN, "accept the code of conduct first")
        gate = self._gate
        if wait_ms := gate.newcomers.take(gate.clock.monotonic(), address):
            text = "too many arrive from this address"
            raise Rejection(RejectionCode.TRY_LATER, text, max(wait_ms, _LATER_MS))
        record = await self._bound(replace(await self._newcomer(hello, address), network=sharing(address)))
        resume = self._new_secret()
        epoch = await self._stores.visits.open(record, digest(resume))
        return Admitted(replace(record, epoch=epoch), resume, returned=False)

    async def dropped(self, epochs: Mapping[VisitId, int]) -> None:
        """Notes that visits' connections broke: their resume tokens are good for ``Welcomed.resume_s`` from now.

        Each comes with its epoch then; once it has returned, which raises it, nothing ages any more.
        """
        await self._stores.visits.dropped(epochs)

    async def ended(self, visits: Collection[VisitId]) -> None:
        """Notes that visits are over."""
        await self._stores.visits.end(visits)

    async def keep_places(self, places: Mapping[VisitId, Place | None]) -> frozenset[VisitId]:
        """Stores that visits are here, and where those stand that stand somewhere; returns those that are not here."""
        return await self._stores.visits.keep_places(places)

    async def open_login(self, login: str, password: str, address: str) -> tuple[str, Account]:
        """Opens a web login; returns the cookie's secret and whose it is.

        Raises:
            Rejection: FORBIDDEN when name or password is wrong, RATE_LIMITED after too many such, TRY_LATER.
        """
        account = await self._check_password(login, password, address)
        token = self._new_secret()
        await self._stores.logins.open(digest(token), account.account)
        return token, account

    async def who(self, token: str) -> Account | None:
        """Returns whose live web login a cookie is."""
        return await self._stores.logins.account_of(digest(token), policies.SOON_IDLE) if token else None

    async def close_login(self, token: str) -> None:
        """Ends a web login."""
        await self._stores.logins.close(digest(token))

    async def issue_ticket(self, ticket: Ticket) -> str:
        """Returns the secret of a new ticket, good once within ``TICKET_S``.

        Raises:
            Rejection: INVALID_TEXT or NAME_TAKEN for a guest's name; FORBIDDEN where guests may not come.
        """
        if ticket.account is None:
            ticket = replace(ticket, name=await self._guest_name(ticket.name))
        secret = self._new_secret()
        await self._stores.tickets.issue(digest(secret), ticket)
        return secret

    async def create_account(self, login: str, name: str, role: Role, password: str, language: Language) -> Account:
        """Creates an account; ``Rejection`` NAME_TAKEN or INVALID_TEXT."""
        shown = check_name(name, ())
        account = Account(AccountId(str(self._new_id())), check_name(login, ()), shown, role, language, Look())
        await self._stores.accounts.create(account, await self._passwords.hash(password))
        return account

    async def new_exhibitor(self, login: str, name: str, password: str, language: Language) -> tuple[Account, str]:
        """Returns an account that an invitation is to make, and its password's hash; nothing is stored yet.

        Raises:
            Rejection: INVALID_TEXT; NAME_TAKEN where the name looks like one of the show's; TRY_LATER.
        """
        shown = check_name(name, await self._taken.get())
        account = Account(
            AccountId(str(self._new_id())), check_name(login, ()), shown, Role.EXHIBITOR, language, Look()
        )
        return account, await self._passwords.hash(password)

    async def set_password(self, login: str, password: str, actor: str) -> Account:
        """Gives an account another password and ends its web logins; ``Rejection`` NOT_FOUND or INVALID_TEXT.

        Args:
            login: Whose.
            password: The new one.
            actor: Who does it, for the audit.
        """
        found = await self._stores.accounts.by_login(login)
        if found is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no account has the login {login}")
        await self._stores.accounts.set_password(found[0].account, await self._passwords.hash(password), actor)
        return found[0]

    async def _newcomer(self, hello: Hello, address: str) -> VisitRecord:
        match hello.way:
            case "guest":
                return self._visit(hello, None, await self._guest_name(hello.name), Role.GUEST)
            case "account":
                try:
                    account = await self._check_password(hello.name, hello.secret, address)
                except Rejection as refusal:
                    if refusal.code == RejectionCode.FORBIDDEN:
                        raise _not_admitted("name or password is wrong") from None
                    raise
                return self._visit(hello, account.account, account.name, account.role)
            case _:
                return await self._with_ticket(hello)

    async def _with_ticket(self, hello: Hello) -> VisitRecord:
        ticket = await self._stores.tickets.take(digest(hello.secret))
        if ticket is None:
            raise _not_admitted("the ticket is unknown, used or too old")
        # With a ticket nobody is asked at the client's door: the page's language counts, and the account's look.
        wished = msgspec.structs.replace(hello, language=ticket.language, look=ticket.look)
        if ticket.account is None:
            record = self._visit(wished, None, ticket.name, Role.GUEST)
            return replace(record, devices=(*record.devices, *((ticket.device,) if ticket.device else ())))
        account = await self._stores.accounts.read(ticket.account)
        if account is None:
            raise _not_admitted("the ticket's account is gone")
        return self._visit(wished, account.account, account.name, account.role)

    async def _resume(self, token: str, address: str) -> Admitted:
        following = self._new_secret()
        record = await self._stores.visits.resume(digest(token), digest(following), sharing(address))
        if record is None:
            raise _not_admitted("the resume token is unknown, used or too old")
        try:
            return Admitted(await self._bound(record), following, returned=True)
        except Banned:
            await self._stores.visits.end([record.visit])
            raise

    async def _bound(self, record: VisitRecord) -> VisitRecord:
        """Returns a visit with what counts for or against it now; ``Banned`` who may not come in.

        A guest who is silenced keeps the name that was theirs then: a new one would be words that all can read.
        """
        sanctions = await self._stores.sanctions.of(known_of(record))
        now = self._gate.clock.wall()
        for sanction in sanctions:
            if policies.keeps_out(sanction, now):
                raise Banned(sanction)
        kept = next((one.name for one in sanctions if policies.keeps_name(one, now)), record.name)
        grants = (await self._stores.sanctions.ranks([record.account]))[record.account][1] if record.account else ()
        name = record.name if record.account else kept
        return replace(record, name=name, standing=Standing(grants, sanctions))

    async def _guest_name(self, name: str) -> str:
        if not self._gate.guests:
            raise Rejection(RejectionCode.FORBIDDEN, "guests may not come in here")
        return check_guest_name(name, await self._taken.get())

    async def _read_taken(self) -> frozenset[str]:
        names = await self._stores.accounts.guarded_names(policies.GUARDED_NAMES)
        return frozenset(key_of(taken) for taken in names)

    async def _check_password(self, login: str, password: str, address: str) -> Account:
        self._gate.failures.begin(login, address)
        failed = False
        try:
            found = await self._stores.accounts.by_login(login)
            failed = not await self._passwords.fits(password, found[1] if found else None)
        finally:
            # What was cancelled or not looked at told nothing, so that it was no guess.
            self._gate.failures.end(login, address, failed=failed)
        if failed or found is None:
            raise Rejection(RejectionCode.FORBIDDEN, "name or password is wrong")
        return found[0]

    def _visit(self, hello: Hello, account: AccountId | None, name: str, role: Role) -> VisitRecord:
        return VisitRecord(
            visit=VisitId(self._new_secret()[:22]),
            account=account,
            epoch=0,
            name=name,
            role=role,
            language=hello.language,
            look=hello.look,
            bot=hello.kind == "bot",
            hall=HallId(""),
            x=0.0,
            y=0.0,
            z=0.0,
            heading=0.0,
            devices=(digest(hello.device),) if hello.device else (),
        )


def known_of(record: VisitRecord) -> Known:
    """Returns by what a visit is recognised."""
    return Known(record.account, record.visit, record.devices, record.network)


def digest(secret: str) -> bytes:
    """Returns the SHA-256 under which a secret is stored."""
    return hashlib.sha256(secret.encode()).digest()


def _not_admitted(text: str) -> RemoteProtocolError:
    return RemoteProtocolError(CloseCode.NOT_ADMITTED, text)
