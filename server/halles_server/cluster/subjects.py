"""Where on the bus each announcement is said: the only place with subject strings.

All are under ``halles.<deployment>.``, so that several deployments may share one NATS. A node's slot ends the subjects
of what it tells of itself, so that an operator sees who says how much.
"""

from typing import Final

from halles_server.announcements import (
    Announcement,
    AnnouncementMade,
    BackstageTalked,
    BellChanged,
    BlocksChanged,
    BoothChanged,
    BoothTalked,
    ChatSaid,
    HostChanged,
    LiveCaptioned,
    LiveChanged,
    LivePointed,
    LiveReacted,
    NodeGone,
    NodeHere,
    NodeSlab,
    ProgrammeChanged,
    PublicCounted,
    QuestionsChanged,
    ReportsChanged,
    RosterChanged,
    RosterTold,
    RosterWanted,
    SanctionChanged,
    StaffingChanged,
    VisitHere,
    VoiceSaid,
)

_SUBJECTS: Final[dict[type[Announcement], str]] = {
    BoothChanged: "hall.{hall}.booths",
    NodeHere: "node.{slot}",
    NodeGone: "node.{slot}",
    NodeSlab: "hall.{hall}.slab.{slot}",
    RosterChanged: "hall.{hall}.roster.{slot}",
    RosterTold: "hall.{hall}.roster.{slot}",
    RosterWanted: "hall.{hall}.wanted",
    ChatSaid: "hall.{hall}.chat",
    VisitHere: "visits",
    StaffingChanged: "staff",
    BellChanged: "bells",
    BoothTalked: "talk",
    HostChanged: "hosts",
    VoiceSaid: "hall.{hall}.voice.{slot}",
    SanctionChanged: "standing",
    LiveChanged: "live",
    LiveCaptioned: "live",
    LivePointed: "live",
    BackstageTalked: "live",
    ProgrammeChanged: "programme",
    QuestionsChanged: "public",
    PublicCounted: "public",
    LiveReacted: "public",
    ReportsChanged: "reports",
    AnnouncementMade: "announced",
    BlocksChanged: "blocks",
}

_LATEST: Final = "hall.*.slab.*"
_IN_ORDER: Final = (
    "hall.*.booths",
    "hall.*.roster.*",
    "hall.*.wanted",
    "hall.*.chat",
    "node.*",
    "visits",
    "staff",
    "bells",
    "talk",
    "hosts",
    "hall.*.voice.*",
    "standing",
    "live",
    "programme",
    "public",
    "reports",
    "announced",
    "blocks",
)


def subject(deployment: str, news: Announcement) -> str:
    """Returns where an announcement is said."""
    form = _SUBJECTS[type(news)]
    where = form.format(hall=getattr(news, "hall", ""), slot=getattr(news, "slot", ""))
    return f"halles.{deployment}.{where}"


def latest(deployment: str) -> str:
    """Returns the pattern of what a newer one replaces."""
    return f"halles.{deployment}.{_LATEST}"


def in_order(deployment: str) -> tuple[str, ...]:
    """Returns the patterns of everything else."""
    return tuple(f"halles.{deployment}.{form}" for form in _IN_ORDER)
