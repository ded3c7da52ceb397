"""A booth as one reader sees it on a page: pure."""

from dataclasses import dataclass
from typing import Final

from halles.ids import MediaId
from halles.world.booth import BoothContent, Panel
from halles.world.text import LANGUAGES, Language, Text
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
class BoothView:
    """All that a booth's page says.

    Attributes:
        written: How many of the booth's texts exist in each language.
        texts: How many texts there are in any language.
        missing: How many are not in the reader's language.
    """

    pitch: Said
    screen: PanelView | None
    posters: tuple[PanelView, ...]
    links: tuple[LinkView, ...]
    written: dict[Language, int]
    texts: int
    missing: int

    def pictured(self, slot: str) -> PanelView | None:
        """Returns the panel of a slot if it has a picture."""
        panels = (self.screen, *self.posters)
        return next((panel for panel in panels if panel and panel.slot == slot and panel.picture), None)


def view_of(content: BoothContent, tongue: Tongue) -> BoothView:
    """Returns a booth's content for readers of one language."""
    panels = {panel.slot: _panel(panel, tongue) for panel in content.panels}
    written = written_in(content)
    texts = sum(any(text.within(code) for code in LANGUAGES) for text in texts_of(content))
    return BoothView(
        pitch=tongue.say(content.pitch),
        screen=panels.pop(SCREEN, None),
        posters=tuple(panels.values()),
        links=tuple(_link(link.label, link.url, tongue) for link in content.links),
        written=written,
        texts=texts,
        missing=texts - written[tongue.code],
    )


def texts_of(content: BoothContent) -> list[Text]:
    """Returns all that can be written in three languages."""
    found = [content.pitch, *(link.label for link in content.links)]
    for panel in content.panels:
        found += [panel.title, panel.text, panel.alt]
    return found


def written_in(content: BoothContent) -> dict[Language, int]:
    """Counts the texts that exist in each language."""
    texts = texts_of(content)
    return {code: sum(bool(text.within(code)) for text in texts) for code in LANGUAGES}


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
