"""From what a visit knows of booths to what the HUD shows: the open one, its bell, what was taken along, hosts."""

from halles.ids import BoothId, MediaId
from halles.protocol.booth_messages import StaffedBooth
from halles.world.host_replay import SECONDS_CAP
from halles.world.text import Language
from halles_client.goals import scene_name
from halles_client.moments import clock
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
from halles_client.visit import Visit


def near(visit: Visit) -> NearBooth | None:
    """Returns the booth that E opens."""
    card = visit.booths.near() if visit.booths.sheet is None else None
    return NearBooth(card.booth, card.name) if card is not None else None


def sheet(visit: Visit, language: Language, staff: tuple[str, ...]) -> BoothSheet | None:
    """Returns the open booth, where ``staff`` welcome."""
    shown, scene = visit.booths.sheet, visit.replica.scene
    if shown is None or scene is None:
        return None
    booth = shown.card.booth
    staffed = visit.replica.staffed.get(booth, StaffedBooth(booth, "away"))
    return BoothSheet(
        booth,
        shown.card.slot,
        scene_name(scene, language),
        shown.read.content if shown.read is not None else None,
        staff,
        shown.pictures,
        staffed.state,
        clock(staffed.back_at_ms),
        taken=taken(visit),
        draft=shown.draft,
        recorded=booth in visit.replica.host_replays,
    )


def welcoming(visit: Visit, staff: dict[BoothId, tuple[str, ...]]) -> tuple[str, ...]:
    """Returns who welcomes at the open booth."""
    shown = visit.booths.sheet
    return staff.get(shown.card.booth, ()) if shown is not None else ()


def taken(visit: Visit) -> frozenset[MediaId]:
    """Returns what of the open booth lies in the satchel."""
    shown = visit.booths.sheet
    return visit.satchel.of_booth(shown.card.booth) if shown is not None else frozenset()


def satchel(visit: Visit, language: Language) -> Satchel | None:
    """Returns what was taken along, once that is known."""
    told = visit.satchel.told
    if told is None:
        return None
    items = tuple(
        Taken(item.item, item.booth_name, item.media, item.title.read(language)[0], item.state) for item in told.items
    )
    return Satchel(items, told.count, told.kept)


def talk(visit: Visit) -> Talk | None:
    """Returns the booth of the chat's third channel."""
    at = visit.talk
    return Talk(at.name(at.booth), at.booth, at.duty is not None) if at.booth is not None else None


def caller(visit: Visit) -> Caller | None:
    """Returns who rings where one is of the staff."""
    found = visit.bells.caller
    if found is None:
        return None
    bell, ring = found
    return Caller(ring.ring, ring.name, bell.name, *visit.bells.counts())


def own_ring(visit: Visit) -> OwnRing | None:
    """Returns one's own ring."""
    own = visit.bells.own
    return OwnRing(own.name, own.state, own.by) if own is not None else None


def draft(visit: Visit) -> Draft | None:
    """Returns the draft that is seen here."""
    replica = visit.replica
    shown = replica.drafted(replica.draft.booth) if replica.draft is not None else None
    return Draft(shown.content.name, shown.revision) if shown is not None else None


def host(visit: Visit) -> RecordedHost | None:
    """Returns a recorded host who says something near one."""
    speaking = visit.hosts.speaking
    if speaking is None or speaking.line is None:
        return None
    card = visit.replica.booths.get(speaking.booth)
    booth = card.name if card is not None else ""
    return RecordedHost(speaking.name, booth, speaking.line.text, speaking.line.language)


def recording(visit: Visit) -> Recording | None:
    """Returns how recording oneself goes, where one may."""
    shown = visit.recorder.progress
    if shown.booth is None:
        return None
    return Recording(shown.state, shown.booth.name, shown.seconds, SECONDS_CAP, shown.lines, shown.replaces)
