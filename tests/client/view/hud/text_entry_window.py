"""A real window with the door in it; prints each name that is entered as a line of JSON, until its input ends.

Run by ``test_keyboard.py`` under Xvfb: Panda3D allows one window a process, and the tests' own is offscreen.
"""

import json
import select
import sys
import time

from halles_client.view.hud.events import EnteredAtDoor
from halles_client.view.hud.hud import Hud
from halles_client.view.hud.state import Door, HudState
from halles_client.view.window import open_window


def main() -> None:
    window = open_window(offscreen=False, width=640, height=360, preset="low")
    hud = Hud(window, "en")
    hud.show(HudState(door=Door()))
    print(json.dumps("ready"), flush=True)
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        hud.step(time.monotonic())
        window.step()
        for event in hud.events():
            if isinstance(event, EnteredAtDoor):
                hud.show(HudState())
                hud.show(HudState(door=Door()))
                print(json.dumps(event.name), flush=True)
    hud.close()
    window.close()


main()
