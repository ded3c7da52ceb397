"""From a visit to what the HUD shows: reads a ``Visit``, changes nothing; parts that did not change are kept."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from halles.ids import BoothId, HallId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import REPLAY, FoundItem
from halles.world.roles import Role
from halles.world.text import Language
from halles_client import booth_feed, safety_feed, talk_feed
from halles_client.goals import Goal, hall_name, hall_names, scene_name
from halles_client.language import speak
from halles_client.live_feed import live_shown
from halles_client.moments import moment
from halles_client.net.status import Phase, Status
from halles_client.replay_feed import chapters_shown, replay_shown, watchable
from halles_client.view.hud.booth_state import BoothSheet
from halles_client.view.hud.replay_state import ReplayShown, Watchable
from halles_client.view.hud.state import (
    Connection,
    Found,
    HudState,
    MapBooth,
    MapPlan,
    Person,
    Place,
    Planned,
    Progress,
    Result,
)
from halles_client.visit import Visit

T = TypeVar("T")

PEOPLE_EVERY_S: Final = 0.5
"""Between two looks at who is here and who welcomes where."""

PEOPLE_MOST: Final = 300
"""In the list of who is here, oneself included: the nearest."""


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
        if now - self._looked_at >= PEOPLE_EVERY_S or listing != self._listing:
            self._looked_at, self._listing = now, listing
            self._staff = self._visit.booths.staff()
            self._people = self._nearest() if listing else ()
        visit, lang, keep = self._visit, self.language, self._keep
        return HudState(
            connection=self._connection(now),
            place=keep("place", (lang, visit.replica.hall, visit.replica.present), self._place),
            chat=keep("chat", (lang, *self._chat_key()), lambda: talk_feed.chat(visit, lang)),
            chat_refusal=keep("refusal", (lang, visit.news.chat), lambda: talk_feed.chat_refusal(visit, lang)),
            people=self._people,
            found=keep("found", (lang, visit.found), self._found),
            near=booth_feed.near(visit),
            sheet=self._sheet(),
            notices=keep(
                "notices", (lang, visit.outdated, tuple(visit.trouble)), lambda: talk_feed.notices(visit, lang)
            ),
            map=keep("map", (lang, visit.replica.entered, visit.replica.booths_seen), self._map),
            progress=keep("progress", (lang, visit.travelling), self._progress),
            caller=booth_feed.caller(visit),
            own_ring=booth_feed.own_ring(visit),
            talk=booth_feed.talk(visit),
            satchel=keep("satchel", (lang, visit.satchel.told), lambda: booth_feed.satchel(visit, lang)),
            draft=booth_feed.draft(visit),
            host=booth_feed.host(visit),
            recording=booth_feed.recording(visit),
            replay=keep("replay", self._replay_key(now), lambda: self._replay(now)),
            watchable=self._watchable(now),
            live=keep("live", self._live_key(now), lambda: live_shown(visit, lang, now)),
            programme=self._programme(now),
            voice=talk_feed.voice(visit),
            decision=safety_feed.decision(visit, lang),
            moderating=safety_feed.moderating(visit, lang),
        )

    def _keep(self, part: str, key: object, make: Callable[[], T]) -> T:
        """Makes a part again only when its key changed."""
        kept = self._kept.get(part)
        if kept is None or kept[0] != key:
            kept = self._kept[part] = (key, make())
        made: T = kept[1]
        return made

    def _place(self) -> Place | None:
        scene = self._visit.replica.scene
        if scene is None:
            return None
        return Place(scene_name(scene, self.language), scene.colour, self._visit.replica.present)

    def _connection(self, now: float) -> Connection:
        welcome = self._visit.replica.welcome
        return connection(self._visit.status, now, self._address, welcome.resume_s if welcome else 0)

    def _chat_key(self) -> tuple[object, ...]:
        return self._visit.replica.chat_seen, self._visit.own_lines.unsaid, self._visit.talk.booth

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
        if item.place.startswith(REPLAY):
            where = f"{where} · {speak(self.language)('To watch again')}"
        return Result(item.kind, Goal(item.hall, item.place).id, item.name.read(self.language)[0], where)

    def _sheet(self) -> BoothSheet | None:
        visit, staff = self._visit, booth_feed.welcoming(self._visit, self._staff)
        key = (self.language, visit.booths.sheet, staff, visit.replica.staffed_seen, booth_feed.taken(visit))
        return self._keep("sheet", key, lambda: booth_feed.sheet(visit, self.language, staff))

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
        programme = self._visit.programme
        key = (self.language, programme.seen, programme.now_ms(now) // 15_000)
        return self._keep("programme", key, lambda: self._planned(now))

    def _planned(self, now: float) -> tuple[Planned, ...]:
        halls = hall_names(self._visit.replica, self.language)
        return tuple(
            Planned(
                row.session,
                Result("live", Goal(row.hall, f"stage:{row.stage}").id, row.title, row.where),
                row.when,
                row.on,
                row.coming,
            )
            for row in self._visit.programme.rows(self.language, halls, now)
        )

    def _watchable(self, now: float) -> tuple[Watchable, ...]:
        visit, lang = self._visit, self.language
        key = (lang, visit.replays.listed, visit.programme.now_ms(now) // 60_000)
        return self._keep("watchable", key, lambda: watchable(visit, lang, hall_names(visit.replica, lang), now))

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
        return hall_name(self._visit.replica, self.language, hall)


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
