"""What axe-core finds on a page, and whether the page is wider than its window, in every look that it may have."""

from typing import Final

from playwright.sync_api import Page

from tests.support.browser import Scheme

_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

_RUN_AXE = """async only => {
    const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
    return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`));
}"""

_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

_TEXT_SIZE = "size => document.documentElement.style.setProperty('font-size', size)"

_WIDTHS: Final = (1280, 360)

_Rules = dict[str, str | list[str]]

_EVERY_RULE: Final[_Rules] = {"type": "tag", "values": _TAGS}
_OF_COLOURS: Final[_Rules] = {"type": "rule", "values": ["color-contrast"]}
_OF_ROOM: Final[_Rules] = {"type": "rule", "values": ["scrollable-region-focusable"]}

# Dark changes colours only. Larger text has less room, but is easier to see and to press.
_LOOKS: Final[tuple[tuple[Scheme, str, int, _Rules], ...]] = (
    *(("light", "100%", width, _EVERY_RULE) for width in _WIDTHS),
    ("light", "200%", min(_WIDTHS), _OF_ROOM),
    ("dark", "100%", max(_WIDTHS), _OF_COLOURS),
)

_COLOURS_CHANGED = "() => Promise.all(document.getAnimations().map(one => one.finished)).then(() => null)"


def judged(page: Page, axe: str) -> list[str]:
    """Returns what axe finds, and where the page is wider than its window; it is left dark and 1280 wide.

    Args:
        page: As it is to be judged.
        axe: The source of axe-core.
    """
    found: list[str] = []
    page.evaluate(axe)
    for scheme, size, width, rules in _LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(_TEXT_SIZE, size)
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(_COLOURS_CHANGED)
        found += [f"{scheme} {size} {width} {row}" for row in page.evaluate(_RUN_AXE, rules)]
        found += [f"{size} {width}: {wider} too wide"] if (wider := page.evaluate(_WIDER)) > 0 else []
    page.evaluate(_TEXT_SIZE, "200%")
    found += [f"200% {width}: {wider} too wide"] if (wider := page.evaluate(_WIDER)) > 0 else []
    page.evaluate(_TEXT_SIZE, "100%")
    return found
