"""Makes the demonstration's pictures: ``assets/demo/posters``, ``pictures.toml`` and ``assets/demo/screens``.

Deterministic: a picture's chance is seeded by booth and panel, so one run after another gives the same bytes with the
same library. Run ``python -m assets.make.posters`` after a change of texts, drawings or plans; it takes about 20 s.
"""

import hashlib
from pathlib import Path
from random import Random
from typing import Final

from assets.make.pictures import facts
from assets.make.pictures.canvas import Canvas
from assets.make.pictures.layouts import Words, poster, screen
from assets.make.pictures.slides import slides
from halles.resources import assets
from halles.world.text import LANGUAGES
from halles_server.services.demonstration_files import PlannedBooth, PlannedPanel, picture_name, read_booths

NOTE: Final = "démonstration · demonstratie · demonstration"


def main() -> None:
    """Draws everything anew and removes what no booth hangs any more."""
    demo = assets() / "demo"
    folder = demo / "posters"
    folder.mkdir(exist_ok=True)
    listed, kept, size = ["# Made by assets/make/posters.py: the SHA-256 of every picture in posters/.\n"], set(), 0
    for booth in read_booths(demo):
        hashes = {}
        for panel in booth.panels:
            data = draw(booth, panel).webp()
            file = folder / picture_name(booth.id, panel.slot)
            _write(file, data)
            kept.add(file.name)
            size += len(data)
            hashes[panel.slot] = hashlib.sha256(data).hexdigest()
        listed.append(f"[{booth.id}]\n" + "".join(f'{slot} = "{sha}"\n' for slot, sha in hashes.items()))
    (demo / "pictures.toml").write_text("\n".join(listed), "utf-8")
    for file in folder.iterdir():
        if file.name not in kept:
            file.unlink()
    print(f"{len(kept)} pictures, {size / 1e6:.2f} MB")
    _draw_slides(demo / "screens")


def draw(booth: PlannedBooth, panel: PlannedPanel) -> Canvas:
    """Returns the picture of one panel."""
    rng = Random(f"{booth.id}:{panel.slot}")
    order = rng.sample(LANGUAGES, 3) if booth.placeholder else list(LANGUAGES)
    lead, *others = (panel.words.within(language) for language in order)
    words = Words(lead, tuple(others), booth.name, NOTE if booth.placeholder else "")
    kind, _, detail = panel.art.partition(":")
    on_screen = panel.slot == "screen"
    if kind == "family":
        return poster(detail, _hue(booth, panel), words, rng)
    if kind == "name":
        return screen(detail, booth.accent, words, rng)
    if kind == "list":
        return facts.numbered(booth.accent, words, panel.text, rng)
    if kind == "number":
        return facts.number(booth.accent, words, detail, rng)
    if kind == "sites":
        return facts.sites(booth.accent, words, rng)
    if kind == "joint":
        return facts.joint(booth.accent, words, rng)
    if kind == "figures":
        return (facts.figures_screen if on_screen else facts.figures_poster)(booth.accent, words, rng)
    if kind == "fund":
        return (
            facts.fund_screen(booth.accent, words, rng)
            if on_screen
            else facts.fund_poster(booth.accent, words, detail, rng)
        )
    if kind == "alliance":
        return facts.alliance(booth.accent, words, detail, rng)
    return facts.five(booth.accent, words, rng)


def _hue(booth: PlannedBooth, panel: PlannedPanel) -> int:
    """The first poster has the booth's own accent; the next ones go round, so that a wall is not of one colour."""
    return (booth.accent + 3 * (int(panel.slot.removeprefix("poster-")) - 1)) % 10


def _draw_slides(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    made = dict(slides())
    for name, canvas in made.items():
        _write(folder / name, canvas.webp())
    for file in folder.iterdir():
        if file.name not in made:
            file.unlink()
    print(f"{len(made)} slides, {sum(file.stat().st_size for file in folder.iterdir()) / 1e6:.2f} MB")


def _write(file: Path, data: bytes) -> None:
    if not file.exists() or file.read_bytes() != data:
        file.write_bytes(data)


if __name__ == "__main__":
    main()
