"""A booth's content and the one way it changes.

``apply_edit`` is pure: it takes a content and an edit and returns the next content, or refuses. Storage numbers
the results (revisions); the view and the pages only read them.
"""

import re
import unicodedata
from typing import Annotated, Final, Literal

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import MediaId
from halles.world.text import INVISIBLE, LANGUAGES, Language, Text

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

_SLOT: Final = r"screen|poster-([1-9]|1[0-2])"
"""The same as a pattern, for the wire."""

LINKS_CAP: Final = 8
EDIT_CAP: Final = 32
"""Changes in one edit."""
BUDGET: Final = 128 * 1024
"""Bytes of UTF-8 in all texts of one booth: what a booth is read with must fit into one message and one outbox, and
every panel full in every language would be 310,000."""

OrganisationKind = Literal["company", "school", "laboratory", "body"]
"""``body``: none of the three others, such as an agency, a fund or a host; it claims nothing about a legal form."""


class Panel(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One content surface.

    Attributes:
        slot: Where it hangs: ``screen``, ``poster-1`` … ``poster-12``.
        title: A line, per language.
        text: Plain paragraphs, per language.
        picture: Its picture, or "" while there is none.
        alt: What the picture shows, per language, for those who do not see it.
    """

    slot: Annotated[str, msgspec.Meta(pattern=rf"^({_SLOT})$")]
    title: Text = Text()
    text: Text = Text()
    picture: MediaId = MediaId("")
    alt: Text = Text()


class Link(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A link out of the show; https only."""

    label: Text
    url: str


class BoothContent(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All that a booth shows, in one revision.

    Attributes:
        name: The organisation's name on the header; the same in every language.
        kind: What sort of organisation.
        accent: Index into ``ACCENTS``.
        pitch: Who we are in three sentences, per language.
        panels: Surfaces, at most one for each slot.
        links: Links out.
    """

    name: str
    kind: OrganisationKind = "company"
    accent: int = 0
    pitch: Text = Text()
    panels: tuple[Panel, ...] = ()
    links: tuple[Link, ...] = ()

    def panel(self, slot: str) -> Panel | None:
        """Returns the panel in a slot, if there is one."""
        return next((panel for panel in self.panels if panel.slot == slot), None)


class Change(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One change of one field.

    Attributes:
        field: ``name``, ``accent``, ``pitch``, ``panel:<slot>:title|text|alt|picture``, ``panel:<slot>:remove``,
            ``link:<n>:label|url``, ``link:<n>:remove``; n counts from 0, one past the end adds.
        value: The new value; for ``accent`` the index in digits.
        language: For texts, which language; "" otherwise.
    """

    field: Annotated[str, msgspec.Meta(max_length=60)]
    value: Annotated[str, msgspec.Meta(max_length=PANEL_CAP)]
    language: Literal["", "fr", "nl", "en"] = ""


class BoothEdit(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One validated change of a booth: all its changes or none."""

    changes: Annotated[tuple[Change, ...], msgspec.Meta(min_length=1, max_length=EDIT_CAP)]


def apply_edit(content: BoothContent, edit: BoothEdit) -> BoothContent:
    """Returns the content after an edit.

    Raises:
        Rejection: INVALID_TEXT for a text that may not stand there, BAD_FIELD for a field that does not exist,
            OVER_BUDGET for too many links or, in all, too much text.
    """
    for change in edit.changes:
        content = _apply(content, change)
    if any(not link.url for link in content.links):
        raise Rejection(RejectionCode.BAD_FIELD, "a link needs an address")
    check_budget(content)
    return content


def check_budget(content: BoothContent) -> None:
    """Refuses a content whose texts are too long all together.

    Raises:
        Rejection: OVER_BUDGET.
    """
    texts = [content.pitch, *(link.label for link in content.links)]
    texts += [text for panel in content.panels for text in (panel.title, panel.text, panel.alt)]
    written = [content.name, *(link.url for link in content.links)]
    written += [text.within(language) for text in texts for language in LANGUAGES]
    size = sum(len(text.encode()) for text in written)
    if size > BUDGET:
        raise Rejection(RejectionCode.OVER_BUDGET, f"{size} bytes of text, at most {BUDGET} in a booth")


def is_media_id(text: str) -> bool:
    """Tells whether a text has the form of a ``MediaId``."""
    return bool(_MEDIA.fullmatch(text))


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
        raise Rejection(RejectionCode.INVALID_TEXT, f"{len(value)} characters, at most {cap}")
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
_PANEL_FIELD: Final = re.compile(rf"panel:(?P<slot>{_SLOT}):(?P<what>title|text|alt|picture|remove)")
_LINK_FIELD: Final = re.compile(r"link:([0-9]{1,2}):(label|url|remove)")
_MEDIA: Final = re.compile(r"[0-9a-f]{64}\.(webp|png|jpg)")


def _apply(content: BoothContent, change: Change) -> BoothContent:
    if change.field == "name":
        name = clean_name(change.value)
        if not name:
            raise Rejection(RejectionCode.INVALID_TEXT, "a booth needs a name")
        return msgspec.structs.replace(content, name=name)
    if change.field == "accent":
        if change.value not in {str(i) for i in range(len(ACCENTS))}:
            raise Rejection(RejectionCode.BAD_FIELD, f"accent is 0 to {len(ACCENTS) - 1}")
        return msgspec.structs.replace(content, accent=int(change.value))
    if change.field == "pitch":
        return msgspec.structs.replace(content, pitch=_text(content.pitch, change, PANEL_CAP, lines=True))
    if match := _PANEL_FIELD.fullmatch(change.field):
        return _apply_to_panel(content, match["slot"], match["what"], change)
    if match := _LINK_FIELD.fullmatch(change.field):
        return _apply_to_link(content, int(match.group(1)), match.group(2), change)
    raise Rejection(RejectionCode.BAD_FIELD, f"no field {change.field!r}")


def _apply_to_panel(content: BoothContent, slot: str, what: str, change: Change) -> BoothContent:
    others = tuple(panel for panel in content.panels if panel.slot != slot)
    if what == "remove":
        return msgspec.structs.replace(content, panels=others)
    panel = content.panel(slot) or Panel(slot)
    if what == "picture":
        if change.value and not is_media_id(change.value):
            raise Rejection(RejectionCode.BAD_FIELD, "not the id of a picture")
        panel = msgspec.structs.replace(panel, picture=MediaId(change.value))
    else:
        cap = PANEL_CAP if what == "text" else TITLE_CAP if what == "title" else URL_CAP
        panel = msgspec.structs.replace(panel, **{what: _text(getattr(panel, what), change, cap, lines=what == "text")})
    hung = sorted((*others, panel), key=lambda panel: PANEL_SLOTS.index(panel.slot))
    return msgspec.structs.replace(content, panels=tuple(hung))


def _apply_to_link(content: BoothContent, index: int, what: str, change: Change) -> BoothContent:
    links = list(content.links)
    if index >= LINKS_CAP:
        raise Rejection(RejectionCode.OVER_BUDGET, f"at most {LINKS_CAP} links")
    if index > len(links) or (what == "remove" and index == len(links)):
        raise Rejection(RejectionCode.BAD_FIELD, f"no link {index}")
    if what == "remove":
        del links[index]
        return msgspec.structs.replace(content, links=tuple(links))
    if index == len(links):
        links.append(Link(Text(), ""))
    if what == "url":
        url = clean_text(change.value, URL_CAP, lines=False)
        if not re.fullmatch(r"https://[^\s/@\\]+(/[^\s\\]*)?", url):
            raise Rejection(RejectionCode.BAD_FIELD, "a link begins with https:// and names a host")
        links[index] = msgspec.structs.replace(links[index], url=url)
    else:
        links[index] = msgspec.structs.replace(
            links[index], label=_text(links[index].label, change, TITLE_CAP, lines=False)
        )
    return msgspec.structs.replace(content, links=tuple(links))


def _text(text: Text, change: Change, cap: int, *, lines: bool) -> Text:
    language: Language | None = next((known for known in LANGUAGES if known == change.language), None)
    if language is None:
        raise Rejection(RejectionCode.BAD_FIELD, f"{change.field} needs a language")
    return text.having(language, clean_text(change.value, cap, lines=lines))
