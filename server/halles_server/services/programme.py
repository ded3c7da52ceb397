"""The programme: who writes it, what may stand in it, and who may read which entry.

Belongs here: rights, bounds, the show's clock. Not here: that no stage and no speaker is taken twice, which the
database itself refuses (``storage/migrations``).

An organiser plans: time, place, hosts, access. The lead of an entry's working group may write what it says (title,
summary, speakers, materials, language), and nothing else: there are no drafts, so what the programme shows was
decided by somebody who may decide it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, RequestId
from halles.world.booth import clean_text, media_kind
from halles.world.roles import Right, Role
from halles.world.scene import Scene
from halles.world.text import LANGUAGES, Language, Text
from halles_server.announcements import ProgrammeChanged, SanctionChanged
from halles_server.ports.clock import Clock
from halles_server.ports.meetings import Period
from halles_server.ports.nodes import Bus
from halles_server.ports.programme import (
    PLANNED_CAP,
    Access,
    Entry,
    GroupStore,
    Material,
    Mode,
    Person,
    ProgrammeStore,
    Speaker,
)
from halles_server.ports.standing import SHOW, Scope, hall_scope, live_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.finding import fold
from halles_server.services.meeting_times import moment

TITLE_CAP: Final = 80
SUMMARY_CAP: Final = 2000
SPEAKERS_CAP: Final = 16
HOSTS_CAP: Final = 8
INVITED_CAP: Final = 200
CAPACITY_CAP: Final = 2500
MINUTES: Final = (5, 720)
"""How short and how long a live session may be."""

AHEAD: Final = timedelta(days=366)
"""How far ahead it is planned."""

BEHIND: Final = timedelta(days=1)
"""How long ago one may have begun that is written down now."""

LISTED: Final = 500
"""Entries on a page, in a feed, on a board: by time, the next ones first."""

SHOWN_AFTER: Final = timedelta(hours=12)
"""How long the programme shows what is over."""

OWN_PAST: Final = timedelta(days=7)
"""How long somebody's own agenda does."""

_DESCRIBED: Final = ("title", "summary", "speakers", "materials", "language")
"""What a working group's lead may write."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry as somebody writes it: hours by the clock on the show's wall, people by their logins.

    Attributes:
        hosts_read: Who its hosts were when the form was read: only where ``hosts`` differ from them, any is granted
            or taken. None for who they are when it is stored.
    """

    title: Text
    summary: Text
    hall: HallId
    stage: str
    day: date
    start: time
    minutes: int
    language: Language
    capacity: int = CAPACITY_CAP
    access: Access = "public"
    mode: Mode = "hands"
    working_group: str = ""
    speakers: tuple[Speaker, ...] = ()
    materials: tuple[Material, ...] = ()
    hosts: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    hosts_read: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What writing came to.

    Attributes:
        meeting: The speakers who have a meeting at a booth at that time: said, not refused.
    """

    session: LiveSessionId
    meeting: tuple[str, ...] = ()


class NoSuchPeople(Rejection):
    """NOT_FOUND, with the logins that nobody has."""

    def __init__(self, logins: tuple[str, ...]) -> None:
        super().__init__(RejectionCode.NOT_FOUND, f"nobody has the login {', '.join(logins)}")
        self.logins = logins


@dataclass(frozen=True, slots=True)
class ShowClock:
    """What time it is, and which zone the clock on the show's wall has."""

    clock: Clock
    zone: ZoneInfo

    def wall(self) -> datetime:
        """Returns the time of day."""
        return self.clock.wall()


class Programme:
    """What people do with the programme."""

    def __init__(
        self, store: ProgrammeStore, groups: GroupStore, scenes: Mapping[HallId, Scene], bus: Bus, clock: ShowClock
    ) -> None:
        self._store, self._groups, self._scenes, self._bus, self._clock = store, groups, scenes, bus, clock

    # --- writing --------------------------------------------------------------------------------------------

    def may_plan(self, actor: Actor) -> bool:
        """Tells whether somebody plans the whole programme."""
        return policies.may(actor, Right.PLAN, self._where(SHOW))

    async def may_describe(self, actor: Actor, entry: Entry) -> bool:
        """Tells whether somebody may change at least what an entry says."""
        return policies.may_describe(actor, self._where(_scope(entry)), await self._lead(entry.working_group))

    async def write(self, actor: Actor, request_id: RequestId, wanted: Wanted) -> Written:
        """Writes a new entry; the same request again has no second effect.

        Raises:
            Clashes: The stage or a speaker is taken then.
            Rejection: FORBIDDEN; INVALID_TEXT; BAD_FIELD for a time, place or number that cannot be; NOT_FOUND for
                people (``NoSuchPeople``), a working group or a medium; OVER_BUDGET; STORAGE_FULL.
        """
        author = self._planner(actor, hall_scope(wanted.hall))
        entry = await self._entry(_slug(wanted.title, request_id), wanted)
        if not self._clock.wall() - BEHIND < entry.during.start < self._clock.wall() + AHEAD:
            raise Rejection(RejectionCode.BAD_FIELD, "live sessions are planned for the year to come")
        return await self._announced(entry, hosts=await self._store.write(author, request_id, entry))

    def is_past(self, wanted: Wanted) -> bool:
        """Tells whether an entry would begin before now, though it can be written; ``Rejection`` BAD_FIELD."""
        now = self._clock.wall()
        return now - BEHIND < moment(wanted.day, wanted.start, self._clock.zone) <= now

    async def change(
        self, actor: Actor, request_id: RequestId, session: LiveSessionId, revision: int, wanted: Wanted
    ) -> Written:
        """Changes an entry that was read at a revision; the same request again has no second effect.

        Raises:
            Clashes: The stage or a speaker is taken then.
            Rejection: As for ``write``; STALE_REVISION when it was changed or cancelled meanwhile; NOT_NOW for another
                hall or stage once the doors have opened.
        """
        old = await self._stored(session)
        new = replace(await self._entry(session, wanted), revision=revision)
        author = self._author(actor, old, new, await self._lead(old.working_group))
        planning = policies.may(actor, Right.PLAN, self._where(_scope(old)))
        read = await self._hosts_read(wanted) if planning else frozenset(host.account for host in new.hosts)
        changed = await self._store.change(author, request_id, new, read)
        return await self._announced(new, hosts=changed)

    async def add_material(
        self, actor: Actor, request_id: RequestId, session: LiveSessionId, revision: int, material: Material
    ) -> None:
        """Adds a document or film to what an entry's screens may show; ``Rejection`` as for ``change``."""
        old, material = await self._stored(session), _material(material)
        author = self._author(actor, old, old, await self._lead(old.working_group))
        await self._store.add_material(author, request_id, session, revision, material)
        self._bus.announce(ProgrammeChanged(session))

    async def cancel(self, actor: Actor, request_id: RequestId, session: LiveSessionId, revision: int) -> None:
        """Cancels an entry for ever; ``Rejection`` FORBIDDEN, NOT_FOUND, STALE_REVISION; NOT_NOW while it is open."""
        entry = await self._stored(session)
        await self._store.cancel(self._planner(actor, _scope(entry)), request_id, session, revision)
        self._bus.announce(ProgrammeChanged(session))

    # --- reading --------------------------------------------------------------------------------------------

    async def read(self, account: AccountId | None, role: Role, session: LiveSessionId) -> Entry:
        """Returns an entry; ``Rejection`` NOT_FOUND also to whom it is not for."""
        entry = await self._stored(session)
        if not await self._knows(account, role, entry):
            raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}")
        return entry

    async def listed(self, account: AccountId | None, role: Role) -> tuple[Entry, ...]:
        """Returns what somebody may know of, by time: what is to come, and what was lately."""
        return tuple(entry for entry in await self.all() if policies.may_attend(account, role, entry))

    async def public(self) -> tuple[Entry, ...]:
        """Returns what everybody may know of, by time."""
        return await self.listed(None, Role.GUEST)

    async def all(self) -> tuple[Entry, ...]:
        """Returns all entries, for those who know whom to show which."""
        return await self._store.since(self._clock.wall() - SHOWN_AFTER, LISTED)

    async def is_cut(self) -> bool:
        """Tells whether there is more to come than ``LISTED``: the last ones are on no list yet."""
        return len(await self.all()) >= LISTED

    async def of(self, account: AccountId) -> tuple[Entry, ...]:
        """Returns what somebody speaks in, hosts or will come to, as far as it is for them still."""
        entries = await self._store.of(account, self._clock.wall() - OWN_PAST)
        role = await self._store.role(account)
        return tuple([entry for entry in entries if await self._knows(account, role, entry)])

    async def mark(self, actor: Actor, request_id: RequestId, session: LiveSessionId, *, coming: bool) -> None:
        """Keeps whether somebody will come; ``Rejection`` FORBIDDEN to guests, NOT_FOUND, OVER_BUDGET."""
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests keep no marks")
        if coming:
            await self.read(actor.account, actor.role, session)
        await self._store.mark(actor.account, request_id, session, coming)

    async def marked(self, accounts: Iterable[AccountId]) -> dict[AccountId, frozenset[LiveSessionId]]:
        """Returns what these people will come to."""
        known = list(accounts)
        return await self._store.marked(known) if known else {}

    async def erase(self, actor: Actor) -> None:
        """Forgets all that somebody said to come to."""
        if actor.account is not None:
            await self._store.erase_marks(actor.account)

    # --- inside ---------------------------------------------------------------------------------------------

    def _where(self, scope: Scope) -> policies.Where:
        return policies.Where(scope, self._clock.wall())

    def _planner(self, actor: Actor, scope: Scope) -> AccountId:
        policies.require(actor, Right.PLAN, self._where(scope))
        if actor.account is None:
            raise Rejection(RejectionCode.FORBIDDEN, "guests plan nothing")
        return actor.account

    def _author(self, actor: Actor, old: Entry, new: Entry, lead: AccountId | None) -> AccountId:
        """Returns who changes an entry; a lead who would change more than its words is refused."""
        if policies.may(actor, Right.PLAN, self._where(_scope(old))):
            return self._planner(actor, _scope(new))
        if actor.account is None or not policies.may_describe(actor, self._where(_scope(old)), lead):
            raise Rejection(RejectionCode.FORBIDDEN, "this is for who plans, or leads its working group")
        kept = {name: getattr(new, name) for name in _DESCRIBED}
        same = replace(old, **kept, revision=new.revision)
        if _planned(same) != _planned(new):
            raise Rejection(RejectionCode.FORBIDDEN, "time, place and people are planned by an organiser")
        return actor.account

    async def _lead(self, group: str) -> AccountId | None:
        found = await self._groups.read(group) if group else None
        return found.lead.account if found is not None and found.lead is not None else None

    async def _knows(self, account: AccountId | None, role: Role, entry: Entry) -> bool:
        return policies.may_attend(account, role, entry) or await self._leads(account, entry)

    async def _leads(self, account: AccountId | None, entry: Entry) -> bool:
        return account is not None and account == await self._lead(entry.working_group)

    async def _stored(self, session: LiveSessionId) -> Entry:
        entry = await self._store.read(session)
        if entry is None:
            raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}")
        return entry

    async def _announced(self, entry: Entry, *, hosts: bool) -> Written:
        self._bus.announce(ProgrammeChanged(entry.session))
        if hosts:  # what they may do has changed with it
            self._bus.announce(SanctionChanged())
        accounts = {one.account: one.name for one in entry.speakers if one.account is not None}
        busy = await self._store.met(list(accounts), entry.during) if accounts else frozenset()
        return Written(entry.session, tuple(name for account, name in accounts.items() if account in busy))

    async def _entry(self, session: LiveSessionId, wanted: Wanted) -> Entry:
        """Returns what is wanted as it may be stored; ``Rejection``."""
        self._check_place(wanted)
        _check_bounds(wanted)
        begins = moment(wanted.day, wanted.start, self._clock.zone)
        people = await self._people(wanted)
        return Entry(
            session=session,
            title=_cleaned(wanted.title, TITLE_CAP, needed=True),
            summary=_cleaned(wanted.summary, SUMMARY_CAP),
            hall=wanted.hall,
            stage=wanted.stage,
            during=Period(begins, begins + timedelta(minutes=wanted.minutes)),
            language=wanted.language,
            capacity=wanted.capacity,
            access=wanted.access,
            mode=wanted.mode,
            working_group=wanted.working_group,
            speakers=_speakers(wanted, people),
            materials=tuple(_material(one) for one in wanted.materials),
            invited=frozenset(people[login].account for login in wanted.invited),
            hosts=tuple({people[login].account: people[login] for login in wanted.hosts}.values()),
        )

    async def _hosts_read(self, wanted: Wanted) -> frozenset[AccountId] | None:
        """Returns who was read as hosts; whose account is gone since has no grant any more."""
        if wanted.hosts_read is None:
            return None
        found = await self._store.named(wanted.hosts_read) if wanted.hosts_read else {}
        return frozenset(person.account for person in found.values())

    def _check_place(self, wanted: Wanted) -> None:
        scene = self._scenes.get(wanted.hall)
        if scene is None or all(stage.id != wanted.stage for stage in scene.stages):
            raise Rejection(RejectionCode.BAD_FIELD, f"{wanted.hall} has no stage {wanted.stage}")

    async def _people(self, wanted: Wanted) -> dict[str, Person]:
        logins = [one.login for one in wanted.speakers if one.login] + [*wanted.hosts, *wanted.invited]
        found = await self._store.named(logins) if logins else {}
        if missing := tuple(dict.fromkeys(login for login in logins if login not in found)):
            raise NoSuchPeople(missing)
        return found


def _check_bounds(wanted: Wanted) -> None:
    for count, cap in (
        (len(wanted.speakers), SPEAKERS_CAP),
        (len(wanted.hosts), HOSTS_CAP),
        (len(wanted.invited), INVITED_CAP),
        (len(wanted.materials), PLANNED_CAP),
    ):
        if count > cap:
            raise Rejection(RejectionCode.OVER_BUDGET, f"{count}, at most {cap}")
    if not MINUTES[0] <= wanted.minutes <= MINUTES[1] or not 1 <= wanted.capacity <= CAPACITY_CAP:
        raise Rejection(RejectionCode.BAD_FIELD, "a length or capacity that cannot be")


def _speakers(wanted: Wanted, people: Mapping[str, Person]) -> tuple[Speaker, ...]:
    """Returns the speakers by name; whoever has an account and no name given bears that of the account."""
    found = []
    for one in wanted.speakers:
        person = people.get(one.login) if one.login else None
        name = clean_text(one.name, TITLE_CAP, lines=False) or (person.name if person else "")
        if not name:
            raise Rejection(RejectionCode.INVALID_TEXT, "a speaker without a name")
        organisation = clean_text(one.organisation, TITLE_CAP, lines=False)
        found.append(Speaker(name, organisation, person.account if person else None, person.login if person else ""))
    accounts = [one.account for one in found if one.account is not None]
    if len(set(accounts)) < len(accounts):
        raise Rejection(RejectionCode.BAD_FIELD, "a speaker stands there twice")
    return tuple(found)


def _material(one: Material) -> Material:
    if media_kind(one.media) not in {"document", "film"}:
        raise Rejection(RejectionCode.BAD_FIELD, "screens show documents and films")
    return Material(one.media, clean_text(one.title, TITLE_CAP, lines=False))


def _cleaned(text: Text, cap: int, *, needed: bool = False) -> Text:
    made = Text(
        *(clean_text(text.within(code).replace("\r\n", "\n"), cap, lines=cap == SUMMARY_CAP) for code in LANGUAGES)
    )
    if needed and made == Text():
        raise Rejection(RejectionCode.INVALID_TEXT, "a title is needed in one language at least")
    return made


def _planned(entry: Entry) -> Entry:
    """Returns an entry without what storing adds to it and with its people by account alone, to compare two."""
    hosts = tuple(sorted((Person(host.account, "") for host in entry.hosts), key=lambda one: one.account))
    return replace(entry, hosts=hosts, uid="", sequence=0, changed=None, guests=())


def _scope(entry: Entry) -> Scope:
    return live_scope(entry.hall, entry.session)


def _slug(title: Text, request_id: RequestId) -> LiveSessionId:
    """Returns a new entry's name: of its title, and of the request, so that a repeat names the same."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(title.read("fr")[0])).strip("-")
    return LiveSessionId(f"{words[:48].strip('-') or 'live'}-{bytes(request_id).hex()[:8]}")
