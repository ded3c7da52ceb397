"""What the files of ``assets/demo`` may hold, one type for each.

Shapes only, checked when a file is read: how the pieces make booths is ``demonstration_files.py``. Unknown keys are
refused, so that a typing error is found.
"""

from typing import Annotated, Literal

import msgspec

from halles.world.booth import ACCENTS, OrganisationKind
from halles.world.text import LANGUAGES, Language, Text

BoothSlug = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Accent = Annotated[int, msgspec.Meta(ge=0, lt=len(ACCENTS))]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text with its languages by name, as the files have it; all three unless a booth says which."""

    fr: str
    nl: str
    en: str

    def text(self, languages: tuple[Language, ...] = LANGUAGES, **values: str) -> Text:
        """Returns the text in some of its languages, with ``{name}`` and the like filled in."""
        filled = {language: str(getattr(self, language)) for language in languages}
        for key, value in values.items():
            filled = {language: text.replace(f"{{{key}}}", value) for language, text in filled.items()}
        return Text(**filled)


class ShownModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model, what it is, and the booths on whose counters it stands."""

    sha256: Sha256
    title: Words
    booths: tuple[BoothSlug, ...]


class SharedPanel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A written panel without its place, so that several booths may hang it."""

    art: str
    title: Words
    text: Words


class WrittenPanel(SharedPanel, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A written panel in its place."""

    slot: str


class WrittenBooth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A real body or the Pôle; the shared panels of ``also`` take the next free posters.

    ``organisation`` is a slug; without it the booth's own id serves.
    """

    id: BoothSlug
    name: str
    kind: OrganisationKind
    accent: Accent
    pitch: Words
    panel: list[WrittenPanel]
    also: list[str] = []
    organisation: str = ""
    region: Literal["", "nord-pas-de-calais", "wallonia", "flanders"] = ""


class Bodies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``bodies.toml``; ``closing`` ends every pitch, ``organisations`` names those that hold several booths."""

    closing: Words
    organisations: dict[str, str]
    shared: dict[str, SharedPanel]
    booth: list[WrittenBooth]


class ComposedBooth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A placeholder: ids of sentences and, for each panel, a family of drawings and a theme.

    ``languages`` keeps the pitch to some languages, ``partial`` a panel: so the fallback of texts has cases to show.
    """

    id: BoothSlug
    name: str
    kind: OrganisationKind
    accent: Accent
    pitch: list[str]
    screen: tuple[str, str]
    posters: list[tuple[str, str]]
    languages: tuple[Language, ...] = LANGUAGES
    partial: dict[str, tuple[Language, ...]] = {}


class Placeholders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``placeholders.toml``."""

    booth: list[ComposedBooth]


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a poster or screen is about: its title and a sample caption."""

    title: Words
    fr: str
    nl: str
    en: str

    @property
    def caption(self) -> Words:
        """The sample caption."""
        return Words(self.fr, self.nl, self.en)


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``texts.toml``."""

    sentence: dict[str, Words]
    theme: dict[str, Theme]


class Art(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``art.toml``: what drawings show."""

    family: dict[str, Words]
    figure: dict[str, Words]
