"""A 3D client that stands at a booth without a screen and takes a picture whenever it is asked to.

Run as a program: ``python -m tests.support.standing_client WORLD#HALL/BOOTH FOLDER``. Each line on standard input,
``REVISION FILE``, waits until the booth that it stands at has that revision and all that belongs to it is drawn; the
answer is ``SECONDS FILE``: how long ago it heard of the revision before the line was read, or how long it waited. A
process of its own since Panda3D allows one window each.
"""

import sys
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

from halles.ids import BoothId
from halles_client import config
from halles_client.app import App, Setting
from halles_client.net.link import Credentials
from halles_client.view.window import Window, open_window

FRAME_S = 0.05
GLANCE_S = 1.0
"""While nothing is asked a frame is drawn this often only: a software driver takes a tenth of a second for one."""
PATIENCE_S = 60.0


def main(address: str, folder: str) -> None:
    """Stands there until the input ends."""
    window = open_window(offscreen=True, width=960, height=540, preset="low")
    where = config.address(address)
    setting = Setting(where, config.plans(), config.Settings(), None, Path(folder) / "media")
    app = App(window, setting, Credentials("Visiteuse 1", "fr"))
    asked: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=lambda: [asked.put(line) for line in sys.stdin] and None, daemon=True).start()
    try:
        _stand(app, window, BoothId(where.booth), asked)
    finally:
        app.close()
        window.close()


def _stand(app: App, window: Window, booth: BoothId, asked: "SimpleQueue[str]") -> None:
    before, told, drawn = time.monotonic(), False, 0.0
    while True:
        glance = time.monotonic() - drawn > GLANCE_S
        before = _frame(app, before, draw=glance)
        drawn = before if glance else drawn
        if not told and app.visit is not None and booth in app.visit.replica.booths:
            told = True
            print("here", flush=True)
        try:
            revision, file = asked.get_nowait().split()
        except Empty:
            continue
        began = time.monotonic()
        while _revision(app, booth) < int(revision):
            assert time.monotonic() - began < PATIENCE_S, "the revision never came"
            before = _frame(app, before, draw=False)
        heard = time.monotonic() - began
        frames = 0
        while frames < 8 or not app.showing.settled:
            assert time.monotonic() - began < PATIENCE_S, "the hall never settled"
            before = _frame(app, before, draw=True)
            frames += 1
        window.screenshot(Path(file))
        print(f"{heard:.3f} {file}", flush=True)


def _revision(app: App, booth: BoothId) -> int:
    card = app.visit.replica.booths.get(booth) if app.visit is not None else None
    return card.revision if card is not None else 0


def _frame(app: App, before: float, *, draw: bool) -> float:
    time.sleep(max(0.0, before + FRAME_S - time.monotonic()))
    now = time.monotonic()
    app.advance(now, now - before)
    if draw:
        app.draw(now, now - before)
    return now


if __name__ == "__main__":
    main(*sys.argv[1:])
