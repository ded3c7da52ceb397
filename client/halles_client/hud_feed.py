"""From a visit to what the HUD shows: reads a ``Visit``, changes nothing; parts that did not change are kept."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from halles.ids import BoothId, HallId, MediaId
from halles.protocol.announcement_messages import Announced
from halles.protocol.booth_messages import StaffedBooth
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import ChatLine as Line
from halles.protocol.messages import FoundItem
from halles.protocol.voice_messages import EARSHOT_M
from halles.world.host_replay import SECONDS_CAP
from halles.world.roles import Role
from halles.world.scene import Scene
from halles.world.text import Language
from halles_client.language import speak
from halles_client.live_feed import live_shown
from halles_client.net.status import Phase, Status
from halles_client.replay_feed import chapters_shown, replay_shown, watchable
from halles_client.view.hud.booth_state import (
    BoothSheet,
    Caller,
    Draft,
    NearBooth,
    OwnRing,
    RecordedHost,
    Recording,
    Satchel,
    Taken,
    Talk,
)
from halles_client.view.hud.replay_state import ReplayShown
from halles_client.view.hud.state import (
    ChatLine,
    Connection,
    Decision,
    Found,
    HudState,
    MapBooth,
    MapPlan,
    Notice,
    Person,
    Place,
    Planned,
    Progress,
    Refusal,
    Result,
)
from halles_client.view.hud.voice_state import Speaker, VoiceShown
from halles_client.visit import Trouble, Visit

ANNOUNCED_S: Final = 20.0
"""Seconds for which an announcement is shown over the world; then it stands in the chat."""

PEOPLE_EVERY_S: Final = 0.5
"""Between two looks at who is here and who welcomes where."""

PEOPLE_MOST: Final = 300
"""In the list of who is here, oneself included: the nearest."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What an opaque id of the HUD stands for: ``EnterHall``'s hall and place."""

    hall: str
    place: str

    @classmethod
    def of(cls, text: str) -> "Goal":
        """Reads what ``id`` wrote."""
        hall, _, place = text.partition("|")
        return cls(hall, place)

    @property
    def id(self) -> str:
        """The opaque id."""
        return f"{self.hall}|{self.place}"


class HudFeed:
    """Makes HUD states of one visit."""

    def __init__(self, visit: Visit, language: Language, address: str) -> None:
        self._visit = visit
        self.language = language
        self._address = address
        self._kept: dict[str, tuple[Any, Any]] = {}
        self._looked_at = float("-inf")
        self._listing = False
        self._staff: dict[BoothId, tuple[str, ...]] = {}
        self._people: tuple[Person, ...] = ()

    def state(self, now: float, *, listing: bool = False) -> HudState:
        """Returns what is shown.

        Args:
            now: The clock of ``Status``.
            listing: Whether somebody reads the list of who is here; else it stays empty, and costs nothing.
        """
        visit, replica = self._visit, self._visit.replica
        lang = self.language
        if now - self._looked_at >= PEOPLE_EVERY_S or listing != self._listing:
            self._looked_at, self._listing = now, listing
            self._staff = visit.booths.staff()
            self._people = self._nearest() if listing else ()
        return HudState(
            connection=connection(visit.status, now, self._address, replica.welcome.resume_s if replica.welcome else 0),
            place=self._keep("place", (lang, replica.hall, replica.present), self._place),
            chat=self._keep("chat", (lang, replica.chat_seen, visit.own_lines.unsaid, visit.talk.booth), self._chat),
            chat_refusal=self._keep("refusal", visit.chat_trouble, self._chat_refusal),
            people=self._people,
            found=self._keep("found", (lang, visit.found), self._found),
            near=self._keep("near", visit.booths.near() if visit.booths.sheet is None else None, self._near),
            sheet=self._keep(
                "sheet",
                (lang, visit.booths.sheet, self._welcoming(), replica.staffed_seen, self._taken()),
                self._sheet,
            ),
            notices=self._keep("notices", (lang, visit.outdated, tuple(visit.trouble)), self._notices),
            map=self._keep("map", (lang, replica.entered, replica.booths_seen), self._map),
            progress=self._keep("progress", (lang, visit.travelling), self._progress),
            caller=self._caller(),
            own_ring=self._own_ring(),
            talk=self._talk(),
            satchel=self._keep("satchel", (lang, visit.satchel.told), self._satchel),
            draft=self._draft(),
            host=self._keep("host", (visit.hosts.speaking and visit.hosts.speaking.line), self._host),
            recording=self._keep("recording", visit.recorder.progress, self._recording),
            replay=self._keep("replay", self._replay_key(now), lambda: self._replay(now)),
            watchable=self._keep(
                "watchable",
                (lang, visit.replays.listed, visit.programme.now_ms(now) // 60_000),
                lambda: watchable(visit, lang, hall_names(visit, lang), now),
            ),
            live=self._keep("live", self._live_key(now), lambda: live_shown(visit, lang, now)),
            programme=self._keep(
                "programme",
                (lang, visit.programme.seen, visit.programme.now_ms(now) // 15_000),
                lambda: self._programme(now),
            ),
            voice=self._voice(),
            decision=self._keep("decision", visit.decisions.shown, self._decision),
        )

    def _keep(self, part: str, key: Any, make: Any) -> Any:
        """Makes a part again only when its key changed."""
        kept = self._kept.get(part)
        if kept is None or kept[0] != key:
            kept = self._kept[part] = (key, make())
        return kept[1]

    def _place(self) -> Place | None:
        scene = self._visit.replica.scene
        if scene is None:
            return None
        return Place(named(scene, self.language), scene.colour, self._visit.replica.present)

    def _chat(self) -> tuple[ChatLine, ...]:
        talk = self._visit.talk
        said = [
            ChatLine(row.channel, self._sender(row), row.coat, row.text)
            for row in self._visit.replica.chat
            if talk.shows(row)
        ]
        for row in self._visit.replica.announced:
            # After what had been said by then.
            at = sum(talk.shows(line) and line.time_ms <= row.said_ms for line in self._visit.replica.chat)
            said.insert(min(at, len(said)), self._called(row))
        welcome = self._visit.replica.welcome
        name, coat = (welcome.name, welcome.look.coat) if welcome else ("", 0)
        for line in self._visit.own_lines.unsaid:
            request = line.request if line.again else b""
            said.append(ChatLine(line.channel, name, coat, line.text, "failed" if line.failed else "sending", request))
        return tuple(said)

    def _sender(self, line: Line) -> str:
        """Returns who spoke and, of another booth than the one where one talks, where."""
        talk = self._visit.talk
        away = line.channel == "booth" and line.booth != talk.booth
        return f"{line.name} · {talk.name(BoothId(line.booth))}" if away else line.name

    def _talk(self) -> Talk | None:
        talk = self._visit.talk
        return Talk(talk.name(talk.booth), talk.booth, talk.duty is not None) if talk.booth is not None else None

    def _chat_refusal(self) -> Refusal | None:
        trouble = self._visit.chat_trouble
        return refusal(trouble) if trouble is not None else None

    def _nearest(self) -> tuple[Person, ...]:
        replica = self._visit.replica
        welcome, own, hall = replica.welcome, replica.own, replica.hall
        if welcome is None or own is None or hall is None:
            return ()
        works = {name: replica.booths[b].name for b, names in self._staff.items() for name in names}
        found = [Person("", welcome.name, welcome.role, welcome.look.coat, 0, me=True)]
        speaking = frozenset(self._visit.voice.speaking())
        numbers, metres = replica.timeline.nearest(own.pose.x, own.pose.y, PEOPLE_MOST - 1)
        for number, away in zip(numbers.tolist(), metres.tolist(), strict=True):
            card = replica.people[number]
            goal = Goal(hall, f"visit:{card.visit}").id
            booth, speaks = works.get(card.name, ""), number in speaking
            found.append(Person(goal, card.name, card.role, card.look.coat, round(away), booth, speaks=speaks))
        for blocked in replica.blocked:
            goal = Goal(hall, f"visit:{blocked.visit}").id
            found.append(Person(goal, blocked.name, Role.GUEST, 0, 0, blocked=True))
        return tuple(found)

    def _found(self) -> Found | None:
        answer = self._visit.found
        if answer is None:
            return None
        return Found(answer.query, tuple(self._result(item) for item in answer.items))

    def _result(self, item: FoundItem) -> Result:
        where = "" if item.kind == "hall" else self._hall_name(item.hall)
        if item.kind == "booth" and item.detail:
            where = f"{where} · {item.detail}"
        return Result(item.kind, Goal(item.hall, item.place).id, item.name.read(self.language)[0], where)

    def _near(self) -> NearBooth | None:
        card = self._visit.booths.near() if self._visit.booths.sheet is None else None
        return NearBooth(card.booth, card.name) if card is not None else None

    def _welcoming(self) -> tuple[str, ...]:
        """Returns who welcomes at the open booth."""
        sheet = self._visit.booths.sheet
        return self._staff.get(sheet.card.booth, ()) if sheet is not None else ()

    def _sheet(self) -> BoothSheet | None:
        sheet, scene = self._visit.booths.sheet, self._visit.replica.scene
        if sheet is None or scene is None:
            return None
        content = sheet.read.content if sheet.read is not None else None
        hall = named(scene, self.language)
        staffed = self._visit.replica.staffed.get(sheet.card.booth, StaffedBooth(sheet.card.booth, "away"))
        return BoothSheet(
            sheet.card.booth,
            sheet.card.slot,
            hall,
            content,
            self._welcoming(),
            sheet.pictures,
            staffed.state,
            clock(staffed.back_at_ms),
            taken=self._taken(),
            draft=sheet.draft,
        )

    def _taken(self) -> frozenset[MediaId]:
        """Returns what of the open booth lies in the satchel."""
        sheet = self._visit.booths.sheet
        return self._visit.satchel.of_booth(sheet.card.booth) if sheet is not None else frozenset()

    def _satchel(self) -> Satchel | None:
        told = self._visit.satchel.told
        if told is None:
            return None
        items = tuple(
            Taken(item.item, item.booth_name, item.media, item.title.read(self.language)[0], item.state)
            for item in told.items
        )
        return Satchel(items, told.count, told.kept)

    def _caller(self) -> Caller | None:
        found = self._visit.bells.caller
        if found is None:
            return None
        bell, ring = found
        return Caller(ring.ring, ring.name, bell.name, *self._visit.bells.counts())

    def _own_ring(self) -> OwnRing | None:
        own = self._visit.bells.own
        return OwnRing(own.name, own.state, own.by) if own is not None else None

    def _draft(self) -> Draft | None:
        replica = self._visit.replica
        shown = replica.drafted(replica.draft.booth) if replica.draft is not None else None
        return Draft(shown.content.name, shown.revision) if shown is not None else None

    def _host(self) -> RecordedHost | None:
        host = self._visit.hosts.speaking
        if host is None or host.line is None:
            return None
        card = self._visit.replica.booths.get(host.booth)
        return RecordedHost(host.name, card.name if card is not None else "", host.line.text, host.line.language)

    def _recording(self) -> Recording | None:
        shown = self._visit.recorder.progress
        if shown.booth is None:
            return None
        name = shown.booth.name
        return Recording(shown.state, name, shown.seconds, SECONDS_CAP, shown.lines, shown.replaces)

    def _live_key(self, now: float) -> object:
        """What the live session's part is made of: it is made anew at most once a second while nothing changes."""
        lives = self._visit.replica.live
        live = lives.first
        if live is None:
            return None
        film = live.state.film
        every = 250 if film is not None and film.playing else 1000  # who stops it stops it where they see it
        return self.language, lives.seen, lives.server_ms(now) // every, self._visit.part.far

    def _programme(self, now: float) -> tuple[Planned, ...]:
        return tuple(
            Planned(
                row.session,
                Result("live", Goal(row.hall, f"stage:{row.stage}").id, row.title, row.where),
                row.when,
                row.on,
                row.coming,
            )
            for row in self._visit.programme.rows(self.language, hall_names(self._visit, self.language), now)
        )

    def _voice(self) -> VoiceShown | None:
        voice, people = self._visit.voice, self._visit.replica.people
        if voice.hearing is None:
            return None
        now = frozenset(voice.speaking())
        speakers = tuple(
            Speaker(card.visit, card.name, round(voice.volume(card.visit) * 100), number in now)
            for number, card in ((number, people[number]) for number in voice.listed())
        )
        return VoiceShown(voice.hearing, EARSHOT_M, voice.on, voice.mono, voice.holding, voice.missing, speakers)

    def _replay_key(self, now: float) -> object:
        """What the replay's part is made of: it is made anew at most once a second while nothing is done."""
        replays = self._visit.replays
        if replays.about is None:
            return None
        said = replays.live.caption(self.language, now) if replays.live is not None else ()
        return self.language, replays.seen, int(replays.position_ms) // 1000, replays.waiting, replays.here, said

    def _replay(self, now: float) -> ReplayShown | None:
        key = (self.language, self._visit.replays.about)
        chapters = lambda: self._keep("chapters", key, lambda: chapters_shown(self._visit, self.language))  # noqa: E731
        return replay_shown(self._visit, self.language, now, chapters)

    def _decision(self) -> Decision | None:
        told = self._visit.decisions.shown
        return Decision(told.kind, told.reason, moment(told.until_ms), told.appealed) if told is not None else None

    def _notices(self) -> tuple[Notice, ...]:
        _ = speak(self.language)
        told = tuple(self._notice(row) for row in self._visit.trouble)
        if not self._visit.outdated:
            return told
        text = _("This hall was rebuilt: your Halles is older than the server. Please update it.")
        return (Notice(0, text=text), *told)

    def _notice(self, trouble: Trouble) -> Notice:
        _, missing = speak(self.language), trouble.missing
        if trouble.live_begins:
            text = _("A live session begins here: the recording has ended.")
            return Notice(trouble.serial, text=text)
        if trouble.sent_out is not None:
            out = trouble.sent_out
            where = {"title": out.title.read(self.language)[0], "hall": self._hall_name(out.hall)}
            text = _("“{title}” in {hall} is not for everybody: you were sent out.", **where)
            return Notice(trouble.serial, text=text, stays_s=ANNOUNCED_S)
        if trouble.announced is not None:
            who, text = self._announced(trouble.announced)
            return Notice(trouble.serial, text=f"{who} {text}", stays_s=ANNOUNCED_S)
        if trouble.reminder is not None:
            entry = trouble.reminder.entry
            words = {"title": entry.title.read(self.language)[0], "hall": self._hall_name(entry.hall)}
            text = _("In {minutes} min: “{title}”, {hall}.", minutes=trouble.reminder.minutes, **words)
            return Notice(trouble.serial, text=text)
        if trouble.report:
            number = trouble.report
            made, looked = _("Report {number} is with the moderators.", number=number), trouble.looked
            return Notice(
                trouble.serial, text=_("Your report {number} was looked at.", number=number) if looked else made
            )
        if missing is None:
            return Notice(trouble.serial, trouble.code)
        here = self._hall_name(HallId(missing.instead))
        if missing.kind == "hall":
            text = _("There is no hall “{name}” here. You are in {hall} instead.", name=missing.name, hall=here)
        else:
            text = _("There is no booth “{name}” here. You are in {hall} instead.", name=missing.name, hall=here)
        return Notice(trouble.serial, text=text)

    def _announced(self, told: Announced) -> tuple[str, str]:
        """Returns who announced something, and what, marked where it is in another language than the reader's."""
        _ = speak(self.language)
        text, language = told.text.read(self.language)
        only = {"fr": _("in French only"), "nl": _("in Dutch only"), "en": _("in English only")}[language]
        who = _("Announcement by {name}:", name=told.name) if told.name else _("Announcement:")
        return who, text if language == self.language else f"{text} ({only})"

    def _called(self, told: Announced) -> ChatLine:
        who, text = self._announced(told)
        return ChatLine("hall", who.removesuffix(":").rstrip(), None, text)

    def _map(self) -> MapPlan | None:
        scene = self._visit.replica.scene
        if scene is None:
            return None
        booths = tuple(
            MapBooth(card.slot, card.accent, card.name, Goal(scene.id, f"booth:{card.booth}").id)
            for card in self._visit.replica.booths.values()
        )
        return MapPlan(scene, booths, tuple((door.id, self._hall_name(HallId(door.to))) for door in scene.portals))

    def _progress(self) -> Progress | None:
        travelling = self._visit.travelling
        return Progress("hall", self._hall_name(HallId(travelling))) if travelling else None

    def _hall_name(self, hall: HallId) -> str:
        return hall_names(self._visit, self.language).get(hall, "")


def hall_names(visit: Visit, language: Language) -> dict[HallId, str]:
    """Returns the names of the show's halls."""
    welcome = visit.replica.welcome
    return {card.hall: card.name.read(language)[0] for card in welcome.halls} if welcome else {}


def named(scene: Scene, language: Language) -> str:
    """Returns a hall's name."""
    return scene.name.text().read(language)[0]


def clock(unix_ms: int) -> tuple[int, int]:
    """Returns hour and minute of a moment by this computer's clock."""
    moment = datetime.fromtimestamp(unix_ms / 1000.0, UTC).astimezone()
    return moment.hour, moment.minute


def moment(unix_ms: int) -> tuple[int, int, int, int]:
    """Returns day, month, hour and minute of a moment by this computer's clock."""
    at = datetime.fromtimestamp(unix_ms / 1000.0, UTC).astimezone()
    return at.day, at.month, at.hour, at.minute


def minutes_until(at: tuple[int, int], now: datetime) -> int:
    """Returns the minutes until this computer's clock shows an hour and minute next, 1 to 24 h."""
    due = now.replace(hour=at[0], minute=at[1], second=0, microsecond=0)
    if due <= now:
        due += timedelta(days=1)
    return math.ceil((due - now).total_seconds() / 60)


def subject_of(subject: str) -> str:
    """Returns what a report is about as the server names it: a visit, or a booth."""
    return Goal.of(subject).place.removeprefix("visit:") or subject


def refusal(trouble: Trouble) -> Refusal:
    """Returns a trouble as the HUD shows it at a field."""
    return Refusal(trouble.serial, trouble.code, trouble.retry_s)


def connection(status: Status, now: float, address: str, resume_s: int) -> Connection:
    """Returns how the link fares as the HUD shows it; after a break the server keeps a place for ``resume_s``."""
    if status.phase is Phase.ONLINE:
        return Connection("open", address=address)
    if status.phase is Phase.CLOSED:
        if status.code == CloseCode.REMOVED:
            ends = status.retry_after_ms
            until = moment(round(datetime.now(UTC).timestamp() * 1000) + ends) if ends else None
            return Connection("closed", close_code=status.code, address=address, said=status.text, until=until)
        return Connection("closed", close_code=status.code, address=address)
    retry = max(0, math.ceil(status.retry_at - now)) if status.retry_at else 0
    if not status.lost_at:
        return Connection("connecting", retry, close_code=status.code, address=address, failure=status.failure)
    kept = max(0, resume_s - round(now - status.lost_at))
    return Connection("reconnecting", retry, kept, status.code, address)
