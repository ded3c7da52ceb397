"""The programme: live sessions as they are announced."""

from dataclasses import dataclass, field
from typing import Literal

from halles.ids import AccountId, HallId, LiveSessionId, MediaId
from halles.world.text import Language, Text
from halles_server.ports.meetings import Period

Access = Literal["public", "members", "invited"]
"""Whom a live session is for: everybody, those with a role above visitor, or those who are invited."""

Mode = Literal["open", "hands", "stage-only", "fishbowl", "screening"]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks, with or without an account."""

    name: str
    organisation: str = ""
    account: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What may be shown on the screens: a document by its pages, or a film."""

    media: MediaId
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the programme.

    Attributes:
        language: What is spoken.
        mode: How it begins; its host may change that.
        working_group: Who leads it; "" for none.
        uid: Names it in calendars, for ever.
        sequence: Counts its changes (RFC 5545, 3.8.7.4).
    """

    session: LiveSessionId
    title: Text
    summary: Text
    hall: HallId
    stage: str
    during: Period
    language: Language
    capacity: int = 2500
    access: Access = "public"
    mode: Mode = "hands"
    working_group: str = ""
    speakers: tuple[Speaker, ...] = ()
    materials: tuple[Material, ...] = ()
    invited: frozenset[AccountId] = field(default_factory=frozenset)
    revision: int = 1
    uid: str = ""
    sequence: int = 0
    cancelled: bool = False
