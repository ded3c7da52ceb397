"""A booth's content: what it shows, in one revision, and the bounds of it.

How a content changes is in ``booth_edit.py``. Storage numbers the results (revisions); the view and the pages only
read them.
"""

import re
import unicodedata
from typing import Annotated, Final, Literal

import msgspec

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles.ids import MediaId
from halles.world.text import INVISIBLE, LANGUAGES, Text

ACCENTS: Final = ("9e4a38", "8f6420", "5f6b38", "34695c", "2f6178", "45588a", "67527f", "8a4a66", "75563f", "4d565e")
"""The ten booth accents (sRGB hex); paper-coloured text keeps a contrast of 4.6 on each."""


def accent_of(index: int) -> str:
    """Returns an accent (sRGB hex) for any index that the wire may carry: beyond the last it begins anew."""
    return ACCENTS[index % len(ACCENTS)]


NAME_CAP: Final = 40
TITLE_CAP: Final = 80
PANEL_CAP: Final = 4000
URL_CAP: Final = 500
PANEL_SLOTS: Final = ("screen", *(f"poster-{number}" for number in range(1, 13)))
"""Where panels hang, in hanging order."""

SLOT_PATTERN: Final = r"screen|poster-([1-9]|1[0-2])"
"""The same as a pattern, for the wire."""

LINKS_CAP: Final = 8
TEAM_CAP: Final = 12
DOCUMENTS_CAP: Final = 12
EDIT_CAP: Final = 32
"""Changes in one edit."""
BUDGET: Final = 128 * 1024
"""Bytes of UTF-8 in all texts of one booth: what a booth is read with must fit into one message and one outbox, and
every panel full in every language would be 310,000."""

OrganisationKind = Literal["company", "school", "laboratory", "body"]
"""``body``: none of the three others, such as an agency, a fund or a host; it claims nothing about a legal form."""

MediaKind = Literal["picture", "document", "model", "film", "sound"]
"""What a medium is shown as; its extension says which."""

EXTENSIONS: Final[dict[str, MediaKind]] = {
    "webp": "picture",
    "png": "picture",
    "jpg": "picture",
    "pdf": "document",
    "glb": "model",
    "mp4": "film",
    "webm": "film",
    "mp3": "sound",
    "m4a": "sound",
    "weba": "sound",
}
"""Every extension that a medium's id may have."""


class Panel(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One content surface.

    Attributes:
        slot: Where it hangs: ``screen``, ``poster-1`` … ``poster-12``.
        title: A line, per language.
        text: Plain paragraphs, per language.
        picture: Its picture, or "" while there is none.
        alt: What the picture shows, per language, for those who do not see it.
    """

    slot: Annotated[str, msgspec.Meta(pattern=rf"^({SLOT_PATTERN})$")]
    title: Text = Text()
    text: Text = Text()
    picture: MediaId = MediaId("")
    alt: Text = Text()


class Link(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A link out of the show; https only."""

    label: Text
    url: str


class TeamMember(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody whom a booth introduces.

    Attributes:
        name: The same in every language.
        line: What they do there, per language.
    """

    name: str
    line: Text = Text()


class Document(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something to take away.

    Attributes:
        title: A line, per language.
        media: The PDF, or "" while there is none: it is not shown until then.
    """

    title: Text = Text()
    media: MediaId = MediaId("")


class BoothContent(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All that a booth shows, in one revision.

    Attributes:
        name: The organisation's name on the header; the same in every language.
        kind: What sort of organisation.
        accent: Index into ``ACCENTS``.
        pitch: Who we are in three sentences, per language.
        panels: Surfaces, at most one for each slot.
        links: Links out.
        opening: When somebody is there and what one should know before coming, per language.
        team: Who may be met.
        documents: What one may take away.
        film: What the screen plays, or "": its panel's picture stands there then.
        model: What stands on the plinth, or "".
        model_title: What that is, per language.
    """

    name: str
    kind: OrganisationKind = "company"
    accent: int = 0
    pitch: Text = Text()
    panels: tuple[Panel, ...] = ()
    links: tuple[Link, ...] = ()
    opening: Text = Text()
    team: tuple[TeamMember, ...] = ()
    documents: tuple[Document, ...] = ()
    film: MediaId = MediaId("")
    model: MediaId = MediaId("")
    model_title: Text = Text()

    def panel(self, slot: str) -> Panel | None:
        """Returns the panel in a slot, if there is one."""
        return next((panel for panel in self.panels if panel.slot == slot), None)

    def document(self, media: str) -> Document | None:
        """Returns the document with a medium, if it is offered."""
        return next((document for document in self.documents if media and document.media == media), None)


class Change(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One change of one field.

    Attributes:
        field: ``name``, ``accent``, ``pitch``, ``opening``, ``film``, ``model``, ``model_title``,
            ``panel:<slot>:title|text|alt|picture``, ``link:<n>:label|url``, ``team:<n>:name|line``,
            ``document:<n>:title|media``; n counts from 0, one past the end adds. Of a panel, link, member of the team
            or document also ``remove``, and ``up`` and ``down``, which change its place with the one before or after
            it (a poster's with the poster's).
        value: The new value; for ``accent`` the index in digits.
        language: For texts, which language; "" otherwise.
    """

    field: Annotated[str, msgspec.Meta(max_length=60)]
    value: Annotated[str, msgspec.Meta(max_length=PANEL_CAP)]
    language: Literal["", "fr", "nl", "en"] = ""


class BoothEdit(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One validated change of a booth: all its changes or none."""

    changes: Annotated[tuple[Change, ...], msgspec.Meta(min_length=1, max_length=EDIT_CAP)]


def texts_of(content: BoothContent) -> dict[str, Text]:
    """Returns all that can be written in three languages, under the field that an edit changes it by."""
    found = {"pitch": content.pitch, "opening": content.opening}
    for panel in content.panels:
        found |= {f"panel:{panel.slot}:{what}": getattr(panel, what) for what in ("title", "text", "alt")}
    found["model_title"] = content.model_title
    found |= {f"document:{n}:title": document.title for n, document in enumerate(content.documents)}
    found |= {f"team:{n}:line": member.line for n, member in enumerate(content.team)}
    return found | {f"link:{n}:label": link.label for n, link in enumerate(content.links)}


def values_of(content: BoothContent) -> dict[str, str]:
    """Returns all that is the same in every language, under the field that an edit changes it by."""
    found = {"name": content.name, "accent": str(content.accent), "film": content.film}
    found |= {f"panel:{panel.slot}:picture": panel.picture for panel in content.panels}
    found["model"] = content.model
    found |= {f"document:{n}:media": document.media for n, document in enumerate(content.documents)}
    found |= {f"team:{n}:name": member.name for n, member in enumerate(content.team)}
    return found | {f"link:{n}:url": link.url for n, link in enumerate(content.links)}


def media_of(content: BoothContent) -> frozenset[MediaId]:
    """Returns every medium that a booth refers to."""
    return frozenset(MediaId(value) for value in values_of(content).values() if media_kind(value))


def check_budget(content: BoothContent) -> None:
    """Refuses a content whose texts are too long all together.

    Raises:
        Rejection: OVER_BUDGET.
    """
    written = [content.name, *(link.url for link in content.links), *(member.name for member in content.team)]
    written += [text.within(language) for text in texts_of(content).values() for language in LANGUAGES]
    size = sum(len(text.encode()) for text in written)
    if size > BUDGET:
        text = f"{size} bytes of text, at most {BUDGET} in a booth"
        raise Rejection(RejectionCode.OVER_BUDGET, text, excess=Excess(Measure.BOOTH_TEXT, (size,), (BUDGET,)))


def media_kind(media: str) -> MediaKind | None:
    """Tells what a medium is by its id; None for what has not the form of a ``MediaId``."""
    match = _MEDIA.fullmatch(media)
    return EXTENSIONS[match.group(1)] if match else None


def is_media_id(text: str) -> bool:
    """Tells whether a text has the form of a ``MediaId``."""
    return media_kind(text) is not None


def clean_text(value: str, cap: int, *, lines: bool) -> str:
    """Returns a text in NFC without surrounding blanks.

    Args:
        value: What somebody typed.
        cap: The most characters (code points) allowed.
        lines: Whether line breaks and tabs may stand in it.

    Raises:
        Rejection: INVALID_TEXT, when it is too long or holds control, bidi-override or invisible characters.
    """
    value = unicodedata.normalize("NFC", value).strip()
    if len(value) > cap:
        excess = Excess(Measure.CHARACTERS, (len(value),), (cap,))
        raise Rejection(RejectionCode.INVALID_TEXT, f"{len(value)} characters, at most {cap}", excess=excess)
    for char in value:
        if char in "\n\t" and lines:
            continue
        if unicodedata.category(char) in _REFUSED and char not in "\u200c\u200d":
            raise Rejection(RejectionCode.INVALID_TEXT, f"character U+{ord(char):04X} is not allowed")
    return value


def clean_name(value: str) -> str:
    """Returns a name as ``clean_text`` does; nothing invisible may stand in it, the joiners of prose included.

    Raises:
        Rejection: INVALID_TEXT.
    """
    name = clean_text(value, NAME_CAP, lines=False)
    if found := INVISIBLE.search(name):
        raise Rejection(RejectionCode.INVALID_TEXT, f"character U+{ord(found[0]):04X} is not allowed in a name")
    return name


_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MEDIA: Final = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(EXTENSIONS)})")
