"""A real window in a hall with a booth nearby; prints, as lines of JSON, what its visitor does and wants.

Run by ``test_keyboard.py`` under Xvfb, as ``text_entry_window.py`` is.
"""

import json
import select
import sys
import time
from dataclasses import replace

from halles.ids import BoothId, SlotId
from halles.world.booth import BoothContent, Link, Panel
from halles.world.movement import Pose
from halles.world.text import Text
from halles_client.view.controls import Controls, Wish
from halles_client.view.hud.booth_state import BoothSheet, NearBooth
from halles_client.view.hud.events import ClosedSheet, OpenedBooth
from halles_client.view.hud.hud import Hud
from halles_client.view.hud.state import ChatLine, HudState, Place
from halles_client.view.window import open_window

BOOTH = BoothId("b")
CONTENT = BoothContent(
    "Studio", panels=(Panel("poster-1", Text("A"), Text("a")),), links=(Link(Text("Site"), "https://example.org/"),)
)
HALL = HudState(
    place=Place("Lille", "b4452f", 2),
    near=NearBooth(BOOTH, "Studio"),
    chat=(ChatLine("nearby", "Zoé", 1, "Bonjour", "failed", b"1"),),
)
VISIT = HudState(place=HALL.place, sheet=BoothSheet(BOOTH, SlotId("A1"), "Lille", CONTENT))


def tell(what: object) -> None:
    print(json.dumps(str(what)), flush=True)


def tell_wish(before: Wish, wish: Wish) -> None:
    """Says what begins to be wanted."""
    if replace(wish.intent, run=False) != replace(before.intent, run=False):
        tell(f"walks {wish.intent.forward:g} {wish.intent.right:g} {wish.intent.turn:g}")
    if wish.zoom:
        tell(f"zooms {wish.zoom}")


def main() -> None:
    window = open_window(offscreen=False, width=640, height=360, preset="low")
    hud = Hud(window, "en")
    controls = Controls(window, hud.covers)
    hud.show(HALL)
    tell("ready")
    tell("".join(window.letter(key) for key in "wasd"))
    looking, before = 0.0, controls.intent(0.0, Pose(0, 0))
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        hud.step(time.monotonic())
        window.step()
        for event in hud.events():
            tell(event)
            if isinstance(event, OpenedBooth | ClosedSheet):
                hud.show(VISIT if isinstance(event, OpenedBooth) else HALL)
        controls.suspended = hud.focused
        wish = controls.intent(0.02, Pose(0, 0))
        tell_wish(before, wish)
        if (wish.pitch - before.pitch) * looking <= 0.0 != wish.pitch - before.pitch:
            tell("looks up" if wish.pitch > before.pitch else "looks down")
        looking, before = wish.pitch - before.pitch, wish
    hud.close()
    controls.close()
    window.close()


main()
