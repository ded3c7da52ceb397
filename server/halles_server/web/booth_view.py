"""A booth as one reader sees it on a page: pure."""

from dataclasses import dataclass
from typing import Final

from halles.ids import MediaId
from halles.world.booth import BoothContent, Panel, texts_of
from halles.world.text import LANGUAGES, Language, Text
from halles_server.services.completeness import Meter, meter_of
from halles_server.web.language import Said, Tongue

SCREEN: Final = "screen"


@dataclass(frozen=True, slots=True)
class PanelView:
    """One panel in the reader's language, or marked as in another.

    Attributes:
        elsewhere: The language of the panel when neither title nor text is in the reader's own, else None.
    """

    slot: str
    title: Said
    text: Said
    picture: MediaId
    alt: Said
    elsewhere: Language | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link out, with the host that it leads to."""

    label: Said
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody of the team."""

    name: str
    line: Said


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Something to take away."""

    title: Said
    media: MediaId


@dataclass(frozen=True, slots=True)
class BoothView:
    """All that a booth's page says.

    Attributes:
        meter: How much of it is written in each language.
        missing: How many texts are not in the reader's language.
    """

    pitch: Said
    opening: Said
    screen: PanelView | None
    posters: tuple[PanelView, ...]
    team: tuple[MemberView, ...]
    documents: tuple[DocumentView, ...]
    links: tuple[LinkView, ...]
    meter: Meter
    missing: int

    def pictured(self, slot: str) -> PanelView | None:
        """Returns the panel of a slot if it has a picture."""
        panels = (self.screen, *self.posters)
        return next((panel for panel in panels if panel and panel.slot == slot and panel.picture), None)


def view_of(content: BoothContent, tongue: Tongue) -> BoothView:
    """Returns a booth's content for readers of one language."""
    panels = {panel.slot: _panel(panel, tongue) for panel in content.panels}
    meter = meter_of(texts_of(content))
    return BoothView(
        pitch=tongue.say(content.pitch),
        opening=tongue.say(content.opening),
        screen=panels.pop(SCREEN, None),
        posters=tuple(panels.values()),
        team=tuple(MemberView(member.name, tongue.say(member.line)) for member in content.team),
        documents=tuple(DocumentView(tongue.say(one.title), one.media) for one in content.documents if one.media),
        links=tuple(_link(link.label, link.url, tongue) for link in content.links),
        meter=meter,
        missing=len(meter.missing[tongue.code]),
    )


def languages_of(content: BoothContent) -> list[Language]:
    """Returns the languages in which a visitor can read who this is: those of the pitch."""
    return [code for code in LANGUAGES if content.pitch.within(code)]


def _panel(panel: Panel, tongue: Tongue) -> PanelView:
    title, text = tongue.say(panel.title), tongue.say(panel.text)
    shown = [said for said in (title, text) if said.text]
    elsewhere = shown[0].language if shown and all(said.elsewhere for said in shown) else None
    return PanelView(panel.slot, title, text, panel.picture, tongue.say(panel.alt), elsewhere)


def _link(label: Text, url: str, tongue: Tongue) -> LinkView:
    host = url.removeprefix("https://").split("/")[0]
    said = tongue.say(label)
    return LinkView(said if said.text else Said(host, tongue.code, elsewhere=False), url, host)
