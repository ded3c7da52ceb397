"""The demonstration exhibition as files, read into values.

Here stands what ``assets/demo`` may hold and how its pieces make booths: written ones (``bodies.toml``), composed ones
(``placeholders.toml`` from the pieces in ``texts.toml``), where each stands (``placement.toml``), its pictures
(``pictures.toml``) and the models on some counters (``models.toml``). Nothing is written anywhere: storing the result
is ``services/demonstration.py``.

Whatever is wrong in a file raises ``ConfigError`` with the file's name and the reason.
"""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from halles.errors import ConfigError, Rejection, RejectionCode
from halles.ids import BoothId, HallId, MediaId, SlotId
from halles.world.booth import (
    PANEL_CAP,
    PANEL_SLOTS,
    TITLE_CAP,
    BoothContent,
    OrganisationKind,
    Panel,
    check_budget,
    clean_name,
    clean_text,
)
from halles.world.text import LANGUAGES, Language, Text
from halles_server.ports.booths import PreparedBooth
from halles_server.services.demonstration_shapes import (
    Art,
    Bodies,
    ComposedBooth,
    Placeholders,
    Sha256,
    SharedPanel,
    ShownModel,
    Texts,
    Words,
    WrittenBooth,
)

_Read = TypeVar("_Read")


class PlannedPanel(msgspec.Struct, frozen=True):
    """A panel before its picture is known.

    Attributes:
        art: How the picture is drawn: ``family:waves``, ``name:waves``, ``fund:CRRAV`` …
        words: The title in all three languages, as it stands on the picture.
        title, text, alt: As visitors read them; title and text may lack languages on purpose.
    """

    slot: str
    art: str
    words: Text
    title: Text
    text: Text
    alt: Text


class PlannedBooth(msgspec.Struct, frozen=True):
    """A booth before its place and its pictures are known."""

    id: BoothId
    name: str
    organisation: str
    organisation_name: str
    region: str
    kind: OrganisationKind
    accent: int
    pitch: Text
    panels: tuple[PlannedPanel, ...]
    placeholder: bool


class Picture(msgspec.Struct, frozen=True):
    """A picture or model of the demonstration: its id (the hash that it must have) and the file that holds it."""

    media: MediaId
    file: Path


class Demonstration(msgspec.Struct, frozen=True):
    """The whole exhibition: booths in the order of the files, and every picture and model that they show."""

    booths: tuple[PreparedBooth, ...]
    pictures: tuple[Picture, ...]


def read_demonstration(folder: Path) -> Demonstration:
    """Reads the exhibition with places and pictures.

    Raises:
        ConfigError: A file is missing, malformed, or does not fit the others.
    """
    planned = read_booths(folder)
    places = _places(folder)
    hashes = _load(folder / "pictures.toml", dict[str, dict[str, Sha256]])
    if missing := [booth.id for booth in planned if booth.id not in places or booth.id not in hashes]:
        raise ConfigError(f"placement.toml or pictures.toml: nothing for {', '.join(missing)}")
    if strangers := sorted(places.keys() - {booth.id for booth in planned}):
        raise ConfigError(f"placement.toml: no booth {', '.join(strangers)}")
    models = _load(folder / "models.toml", dict[str, ShownModel])
    shown = {BoothId(booth): model for model in models.values() for booth in model.booths}
    if strangers := sorted(shown.keys() - {booth.id for booth in planned}):
        raise ConfigError(f"models.toml: no booth {', '.join(strangers)}")
    booths = tuple(_placed(booth, *places[booth.id], hashes[booth.id], shown.get(booth.id)) for booth in planned)
    pictures = {
        sha: Picture(MediaId(f"{sha}.webp"), folder / "posters" / picture_name(booth.id, panel.slot))
        for booth in planned
        for panel in booth.panels
        for sha in (hashes[booth.id].get(panel.slot),)
        if sha
    }
    files = (
        Picture(MediaId(f"{model.sha256}.glb"), folder / "models" / f"{name}.glb") for name, model in models.items()
    )
    return Demonstration(booths, (*pictures.values(), *files))


def read_booths(folder: Path) -> tuple[PlannedBooth, ...]:
    """Reads the booths alone; the pictures are drawn from this.

    Raises:
        ConfigError: As ``read_demonstration``.
    """
    art = _load(folder / "art.toml", Art)
    bodies = _load(folder / "bodies.toml", Bodies)
    texts = _load(folder / "texts.toml", Texts)
    placeholders = _load(folder / "placeholders.toml", Placeholders)
    try:
        booths = [_written(booth, bodies, art) for booth in bodies.booth]
        booths += [_composed(booth, texts, art) for booth in placeholders.booth]
    except KeyError as error:
        raise ConfigError(f"{folder.name}: no text, theme or drawing is called {error}") from None
    except Rejection as error:
        raise ConfigError(f"{folder.name}: {error.text}") from None
    ids = [booth.id for booth in booths]
    if twice := sorted({booth for booth in ids if ids.count(booth) > 1}):
        raise ConfigError(f"{folder.name}: used twice: {', '.join(twice)}")
    return tuple(booths)


def picture_name(booth: BoothId, slot: str) -> str:
    """Returns the file name of a panel's picture."""
    return f"{booth}.{slot}.webp"


def _load(file: Path, kind: type[_Read]) -> _Read:
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), kind)
    except OSError as error:
        raise ConfigError(f"{file.name}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{file.name}: {error}") from None


def _places(folder: Path) -> dict[BoothId, tuple[HallId, SlotId]]:
    """Reads ``[hall] slot = "booth"`` the other way round."""
    places: dict[BoothId, tuple[HallId, SlotId]] = {}
    for hall, slots in _load(folder / "placement.toml", dict[str, dict[str, str]]).items():
        for slot, booth in slots.items():
            if booth in places:
                raise ConfigError(f"placement.toml: {booth} stands in two places")
            places[BoothId(booth)] = (HallId(hall), SlotId(slot))
    return places


def _placed(
    booth: PlannedBooth, hall: HallId, slot: SlotId, hashes: dict[str, str], model: ShownModel | None
) -> PreparedBooth:
    panels = tuple(
        Panel(panel.slot, panel.title, panel.text, _media(hashes.get(panel.slot)), panel.alt) for panel in booth.panels
    )
    content = BoothContent(booth.name, booth.kind, booth.accent, booth.pitch, panels)
    if model is not None:
        media, title = MediaId(f"{model.sha256}.glb"), _clean(model.title.text(), TITLE_CAP)
        content = msgspec.structs.replace(content, model=media, model_title=title)
    check_budget(content)
    return PreparedBooth(
        booth=booth.id,
        organisation=booth.organisation,
        organisation_name=booth.organisation_name,
        region=booth.region,
        demonstration=booth.placeholder,
        hall=hall,
        slot=slot,
        content=content,
    )


def _media(sha: str | None) -> MediaId:
    return MediaId(f"{sha}.webp" if sha else "")


def _written(booth: WrittenBooth, bodies: Bodies, art: Art) -> PlannedBooth:
    hung: dict[str, SharedPanel] = {panel.slot: panel for panel in booth.panel}
    free = (slot for slot in PANEL_SLOTS[1:] if slot not in {panel.slot for panel in booth.panel})
    hung |= {next(free): bodies.shared[name] for name in booth.also}
    panels = [
        _panel(slot, hung[slot].art, (hung[slot].title, hung[slot].text), LANGUAGES, art)
        for slot in sorted(hung, key=_hanging)
    ]
    return PlannedBooth(
        BoothId(booth.id),
        clean_name(booth.name),
        booth.organisation or booth.id,
        bodies.organisations.get(booth.organisation, booth.name),
        booth.region,
        booth.kind,
        booth.accent,
        _clean(_joined([booth.pitch.text(), bodies.closing.text()]), PANEL_CAP),
        tuple(panels),
        placeholder=False,
    )


def _hanging(slot: str) -> int:
    if slot not in PANEL_SLOTS:
        raise Rejection(RejectionCode.BAD_FIELD, f"no panel slot {slot}")
    return PANEL_SLOTS.index(slot)


def _composed(booth: ComposedBooth, texts: Texts, art: Art) -> PlannedBooth:
    hung = {"screen": booth.screen} | {f"poster-{i}": poster for i, poster in enumerate(booth.posters, 1)}
    panels = []
    for slot, (family, theme) in hung.items():
        words = texts.theme[theme]
        drawn = f"{'name' if slot == 'screen' else 'family'}:{family}"
        panels.append(_panel(slot, drawn, (words.title, words.caption), booth.partial.get(slot, LANGUAGES), art))
    pitch = [texts.sentence[piece].text(booth.languages, name=booth.name) for piece in booth.pitch]
    return PlannedBooth(
        BoothId(booth.id),
        clean_name(booth.name),
        booth.id,
        booth.name,
        "",
        booth.kind,
        booth.accent,
        _clean(_joined(pitch), PANEL_CAP),
        tuple(panels),
        placeholder=True,
    )


def _panel(
    slot: str, art: str, written: tuple[Words, Words], languages: tuple[Language, ...], kinds: Art
) -> PlannedPanel:
    title, text = written
    return PlannedPanel(
        slot,
        art,
        words=_clean(title.text(), TITLE_CAP),
        title=_clean(title.text(languages), TITLE_CAP),
        text=_clean(text.text(languages), PANEL_CAP),
        alt=_alt(art, title, kinds),
    )


def _alt(art: str, title: Words, kinds: Art) -> Text:
    """Says in each language what the drawing shows and which words stand on it."""
    kind, _, detail = art.partition(":")
    if kind in {"family", "name"}:
        shown = kinds.family[detail].text()
    else:
        shown = kinds.figure["fund-share" if kind == "fund" and detail else kind].text(detail=detail)
    return Text(
        f"{shown.fr}. Texte\u202f: {title.fr}.", f"{shown.nl}. Tekst: {title.nl}.", f"{shown.en}. Text: {title.en}."
    )


def _joined(texts: list[Text]) -> Text:
    return Text(*(" ".join(text.within(language) for text in texts).strip() for language in LANGUAGES))


def _clean(text: Text, cap: int) -> Text:
    return Text(*(clean_text(text.within(language), cap, lines=True) for language in LANGUAGES))
