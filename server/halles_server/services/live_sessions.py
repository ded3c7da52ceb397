"""Live sessions: who may do what in one, doing it, and telling every node that it has changed.

Belongs here: rights and texts; what an act changes is ``world.live_rules``. A host is whoever has the right in the live
session's scope, so that another one, or the organiser, can take over at any moment.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import HallId, LiveSessionId, MediaId, RequestId, VisitId
from halles.protocol.live_messages import CAPTION_CAP
from halles.world import live_acts, live_asked, live_rules
from halles.world.booth import clean_text
from halles.world.live import OPEN, SECONDS_CAP, LivePerson, LiveState, Material
from halles.world.live_acts import (
    Depart,
    GiveFloor,
    HostsGone,
    LeaveChair,
    LiveAct,
    LowerHand,
    MakePresenter,
    MoveHand,
    RaiseHand,
    Return,
    RunFilm,
    Seat,
    ServerAct,
    ShowPage,
    Silence,
    TakeChair,
    TakeFloor,
    YieldFloor,
)
from halles.world.roles import Right, Role
from halles.world.text import Language
from halles_server.announcements import LiveCaptioned, LiveChanged
from halles_server.ports.clock import Clock
from halles_server.ports.live import Caption, Deed, LiveRecord, LiveStore, Participant, Worded, key_of
from halles_server.ports.media import Facts, MediaStore
from halles_server.ports.nodes import Bus
from halles_server.ports.programme import Entry
from halles_server.ports.standing import InForce, Scope, Standing, live_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_rates import LiveRates
from halles_server.services.live_refusals import LiveRefusals

HOSTS_AWAY_S: Final = 60.0
"""Seconds without any host after which a live session pauses."""

CAPTIONS_SHOWN: Final = 24
"""Of those that were said before somebody came."""

_SERVER: Final = Participant(LivePerson("", VisitId(""), "", "fr"), None)

_SPEAKING: Final = (RaiseHand, TakeFloor, TakeChair)
"""What one asks for, or takes, to speak."""

_NAMING: Final = (LowerHand, YieldFloor, LeaveChair, GiveFloor, MoveHand, Seat, MakePresenter)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the halls when somebody acts.

    Attributes:
        stands: The hall in which they stand; None for none.
        people: Tells how many are in a hall.
        visit: Theirs there: who acts from a page is that one, and leaves with it what they took.
        elsewhere: Whether it is not known here where they stand, and another node may.
    """

    stands: HallId | None = None
    people: Callable[[HallId], int] = lambda _: 0
    visit: VisitId | None = None
    elsewhere: bool = False


NOWHERE: Final = Around(elsewhere=True)
"""As where no node is behind the door."""


class LiveSessions:
    """What people do in live sessions.

    Attributes:
        refusals: Writes down what was refused.
    """

    def __init__(self, store: LiveStore, media: MediaStore, clock: Clock, bus: Bus, rates: LiveRates) -> None:
        self._store, self._media, self._clock, self._bus, self._rates = store, media, clock, bus, rates
        self.refusals: Final = LiveRefusals(store, rates)

    # --- reading --------------------------------------------------------------------------------------------

    async def read(self, session: LiveSessionId) -> LiveRecord:
        """Reads one; ``Rejection`` NOT_FOUND."""
        return await self._store.read(session)

    async def open(self) -> dict[LiveSessionId, tuple[int, int]]:
        """Returns the revisions of those that halls show now, each with its entry's."""
        return await self._store.open()

    async def materials(self, entry: Entry) -> tuple[Material, ...]:
        """Returns what may be shown: documents by their pages, films."""
        facts = await self._media.facts({one.media for one in entry.materials})
        return tuple(_material(one.title, one.media, facts) for one in entry.materials)

    async def caption(self, number: int) -> Caption | None:
        """Returns a caption; None when it is not kept any more."""
        return await self._store.read_caption(number)

    async def captions(self, session: LiveSessionId) -> tuple[Caption, ...]:
        """Returns what was said last in writing, in every language, oldest first."""
        return await self._store.captions(session, CAPTIONS_SHOWN)

    def is_host(self, actor: Actor, entry: Entry) -> bool:
        """Tells whether somebody conducts a live session."""
        return policies.may(actor, Right.HOST_LIVE, self._where(entry))

    async def require_host(self, actor: Actor, entry: Entry) -> None:
        """Refuses who does not conduct a live session, and writes it down; ``Rejection`` FORBIDDEN."""
        async with self.refusals.noting(participant(actor, entry.session), entry.session, "console"):
            if not self.is_host(actor, entry):
                raise Rejection(RejectionCode.FORBIDDEN, f"{entry.session} has other hosts")

    def may_speak(self, actor: Actor, entry: Entry) -> bool:
        """Tells whether no sanction keeps somebody from asking for the floor of a live session."""
        return policies.may(actor, Right.SPEAK, self._where(entry))

    def may_attend(self, actor: Actor, entry: Entry) -> bool:
        """Tells whether a live session is for somebody, and no sanction keeps them out of it."""
        meant = policies.may_attend(actor.account, actor.role, entry) or self.is_host(actor, entry)
        return meant and policies.may(actor, Right.ENTER, self._where(entry))

    async def attended(self, actor: Actor, sessions: Collection[LiveSessionId]) -> frozenset[LiveSessionId]:
        """Returns which of these are for somebody; what is not there any more is for nobody."""
        found = set()
        for session in sessions:
            with suppress(Rejection):
                if self.may_attend(actor, (await self._store.read(session)).entry):
                    found.add(session)
        return frozenset(found)

    async def where(self, actor: Actor, scope: Scope) -> policies.Where:
        """Returns a place and the time, to ask for somebody's right there where no node has asked.

        What somebody is under in a live session binds in all of the hall that shows it, at every door to the hall.
        """
        shown = await self._store.open_in(scope.hall) if policies.bound_in_live(actor) else ()
        keys = frozenset(live_scope(scope.hall, session).key for session in shown)
        return policies.Where(scope, self._clock.wall(), keys)

    # --- acting ---------------------------------------------------------------------------------------------

    async def act(
        self,
        actor: Actor,
        request_id: RequestId,
        session: LiveSessionId,
        act: LiveAct | Worded,
        around: Around = NOWHERE,
    ) -> int:
        """Does something in a live session; returns the revision reached once that is committed.

        Args:
            actor: Who acts.
            request_id: Their key.
            session: Where.
            act: What; from a form with the words that it was read from.
            around: Where they are, and how full it is: it counts while the door is locked, or nobody else has a place.

        Raises:
            Rejection: FORBIDDEN, NOT_NOW, also for giving somebody the floor who may not speak; HALL_FULL, SEAT_TAKEN,
                NOT_FOUND, OVER_BUDGET; RATE_LIMITED; STORAGE_FULL; BAD_FIELD for a used key.
            Unavailable: Not known whether it was done; asking again with the same ``request_id`` is safe.
        """
        who, words = participant(actor, session), ""
        if isinstance(act, Worded):
            words = act.words
            act = act.act
        async with self.refusals.noting(who, session, live_acts.name_of(act)):
            maybe_host = self._hosts_something(actor)
            if not maybe_host:  # before anything is read
                self._rates.act(who.person.key)
            record = await self._store.read(session)
            host = self._let_act(actor, record.entry, act)
            if maybe_host and not host:
                self._rates.act(who.person.key)
            materials = await self.materials(record.entry) if isinstance(act, ShowPage | RunFilm) else ()
            met = await self._met(record, act)
            named = met.person if met is not None else live_asked.named(record.state, getattr(act, "who", ""))
            hall, capacity = record.entry.hall, record.entry.capacity
            stands, visit = await self._stands(actor, around, act)
            inside, room = stands == hall, around.people(hall) < capacity
            if inside and actor.visit is None and visit is not None:
                who = participant(replace(actor, visit=visit), session)
            asked = live_asked.Asked(who.person, host, self._now_ms(), named, materials, inside=inside, room=room)
            if isinstance(act, GiveFloor | Seat) and host and named is not None:
                await self._require_voice(record.entry, named)
            deed = Deed(act, asked.now_ms, named.key if named else "", audited=host, met=met, words=words)
            reached = await self._decided(session, who, request_id, deed, asked)
        self._bus.announce(LiveChanged(session, reached))
        return reached

    async def _stands(self, actor: Actor, around: Around, act: LiveAct) -> tuple[HallId | None, VisitId | None]:
        """Returns the hall in which somebody stands who acts, and their visit there, with whichever node."""
        if not around.elsewhere or actor.account is None or not isinstance(act, _SPEAKING):
            return around.stands, around.visit
        return await self._store.stands(actor.account)

    def _let_act(self, actor: Actor, entry: Entry, act: LiveAct) -> bool:
        """Tells whether somebody acts as a host; ``Rejection`` FORBIDDEN to who may not act at all."""
        where = self._where(entry)
        policies.require(actor, Right.ENTER, where)
        if isinstance(act, _SPEAKING):
            policies.require(actor, Right.SPEAK, where)
        if isinstance(act, TakeChair):  # it moves one's avatar; where a host seats somebody, that is the host's act
            policies.require(actor, Right.MOVE, where)
        if not self.may_attend(actor, entry):
            raise Rejection(RejectionCode.FORBIDDEN, f"{entry.session} is not for everybody")
        return self.is_host(actor, entry)

    async def _decided(
        self, session: LiveSessionId, who: Participant, request_id: RequestId, deed: Deed, asked: live_asked.Asked
    ) -> int:
        def decide(state: LiveState) -> LiveState:
            about = live_asked.named(state, getattr(deed.act, "who", "")) or asked.about
            return live_rules.decide(state, deed.act, replace(asked, about=about))

        return await self._store.act(session, who, request_id, deed, decide)

    async def say_caption(
        self, actor: Actor, request_id: RequestId, session: LiveSessionId, language: Language, text: str
    ) -> int:
        """Says in writing what is spoken; returns the caption's number.

        Raises:
            Rejection: FORBIDDEN to who is neither host nor presenter; RATE_LIMITED; INVALID_TEXT; NOT_NOW while
                nothing is open.
        """
        who = participant(actor, session)
        async with self.refusals.noting(who, session, "caption"):
            self._rates.caption(who.person.key)
            record = await self._store.read(session)
            policies.require(actor, Right.SPEAK, self._where(record.entry))
            if not (self.is_host(actor, record.entry) or record.state.presenter == who.person.key):
                raise Rejection(RejectionCode.FORBIDDEN, "hosts and the presenter write captions")
        if record.state.phase not in OPEN:
            raise Rejection(RejectionCode.NOT_NOW, f"no captions while {record.state.phase}")
        words = clean_text(text, CAPTION_CAP, lines=False)
        if not words:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said")
        said = Caption(0, session, language, words, self._now_ms())
        number, _ = await self._store.caption(session, who, request_id, said)
        self._bus.announce(LiveCaptioned(session, number))
        return number

    # --- what the server does by itself ---------------------------------------------------------------------

    async def came_back(self, actor: Actor, session: LiveSessionId) -> None:
        """Gives somebody who came back with another visit what they had."""
        who = participant(actor, session)
        await self._by_itself(session, who, Return())

    async def over(self, visits: Collection[VisitId], resume_s: float) -> frozenset[VisitId]:
        """Returns which of these visits are over, or were dropped longer ago."""
        return await self._store.over(visits, resume_s)

    async def depart(self, record: LiveRecord, visits: Collection[VisitId]) -> None:
        """Takes hand, chair and floor from those whose visits are over."""
        for visit in visits:
            person = live_asked.named(record.state, visit)
            if person is not None:
                await self._by_itself(record.entry.session, Participant(person, None), Depart(person.key, visit))

    async def silence(self, record: LiveRecord) -> None:
        """Takes hand, floor and a fishbowl's chair from those who may not speak any more."""
        state = record.state
        chairs = state.chairs if state.mode == "fishbowl" else ()
        holding = [one.person for held in (state.hands, chairs, state.floor) for one in held]
        for person in await self._silenced(record.entry, {person.key: person for person in holding}.values()):
            await self._by_itself(record.entry.session, Participant(person, None), Silence(person.key))

    async def host_here(self, session: LiveSessionId) -> None:
        """Notes that one of its hosts is here."""
        await self._store.host_here(session)

    async def hosts_anew(self) -> None:
        """Lets everything go on for ``HOSTS_AWAY_S`` more: for a while nobody could see whether a host was here."""
        await self._store.hosts_anew()

    async def pause_without_hosts(self) -> None:
        """Pauses what goes on without any host."""
        for session in await self._store.without_hosts(HOSTS_AWAY_S):
            await self._by_itself(session, _SERVER, HostsGone())

    async def _by_itself(self, session: LiveSessionId, who: Participant, act: ServerAct) -> None:
        asked = live_asked.Asked(who.person, host=False, now_ms=self._now_ms())
        deed = Deed(act, asked.now_ms, who.person.key, audited=isinstance(act, HostsGone | Silence), itself=True)
        reached = await self._store.act(session, who, None, deed, lambda state: live_rules.decide(state, act, asked))
        self._bus.announce(LiveChanged(session, reached))

    async def _met(self, record: LiveRecord, act: LiveAct) -> Participant | None:
        """Returns whom an act names who is not in the state yet: by a visit, or by the key of who is announced."""
        if not isinstance(act, _NAMING) or not act.who or live_asked.named(record.state, act.who) is not None:
            return None
        session = record.entry.session
        for account in record.entry.everybody_named:
            if key_of(session, account, VisitId("")) == act.who:
                return await self._store.member(session, account)
        return await self._store.person(session, VisitId(act.who))

    async def _require_voice(self, entry: Entry, person: LivePerson) -> None:
        if await self._silenced(entry, (person,)):
            raise Rejection(RejectionCode.NOT_NOW, "they may not speak, as a moderator decided")

    async def _silenced(self, entry: Entry, people: Collection[LivePerson]) -> list[LivePerson]:
        """Returns those whom a sanction keeps from speaking; what it takes away, it takes from every role."""
        if not people:
            return []
        bound = await self._store.bound(entry.session, people)
        return [person for person in people if not self.may_speak(_under(person, bound.get(person.key, ())), entry)]

    def _hosts_something(self, actor: Actor) -> bool:
        """Tells whether somebody may be a host here: who is one nowhere is counted before anything is read."""
        somewhere = policies.scopes_of(actor, Right.HOST_LIVE, self._clock.wall())
        return bool(somewhere) or policies.may(actor, Right.HOST_LIVE)

    def _where(self, entry: Entry) -> policies.Where:
        return policies.Where(live_scope(entry.hall, entry.session), self._clock.wall())

    def _now_ms(self) -> int:
        return int(self._clock.wall().timestamp() * 1000)


def participant(actor: Actor, session: LiveSessionId) -> Participant:
    """Returns who somebody is in a live session; ``Rejection`` FORBIDDEN for a guest who is in no visit."""
    if actor.account is None and actor.visit is None:
        raise Rejection(RejectionCode.FORBIDDEN, "nobody takes part who is not in the show")
    visit = actor.visit or VisitId("")
    key = key_of(session, actor.account, visit, actor.devices)
    person = LivePerson(key, visit, actor.name, actor.language)
    return Participant(person, actor.account)


def _under(person: LivePerson, sanctions: tuple[InForce, ...]) -> Actor:
    return Actor(None, person.visit, person.name, Role.GUEST, person.language, Standing((), sanctions))


def _material(title: str, media: MediaId, facts: Mapping[MediaId, Facts]) -> Material:
    known = facts.get(media)
    parts = known.parts if known is not None else ()
    pages = sorted((part.number, part.media) for part in parts if part.kind == "page")
    seconds = min(int(known.seconds), SECONDS_CAP) if known is not None else 0
    return Material(title, media, tuple(page for _, page in pages), seconds)
