"""A program that draws in place of the client's: quick, and in trouble where a booth's name asks for it."""

import sys
from pathlib import Path
from typing import Final

PROGRAM: Final = """
import base64, io, json, os, signal, sys
job = json.load(sys.stdin)
name, accent = job["card"][3], job["card"][5]
with open({log!r}, "a") as log:
    log.write(json.dumps([name, accent, dict(job["card"][6]), sorted(job["media"]), os.nice(0)]) + "\\n")
if "helper" in name:
    import subprocess
    with open({log!r} + ".helper", "w") as helper:
        helper.write(str(subprocess.Popen(["sleep", "60"]).pid))
if "hang" in name:
    signal.pause()
if "die" in name:
    os.kill(os.getpid(), signal.SIGKILL)
if "refuse" in name:
    sys.exit("nothing to draw with")
if "flood" in name:
    sys.stdout.buffer.write(b"RIFF0000WEBP" + bytes(10_000_000))
    sys.exit(0)
if "words" in name:
    print("not a picture")
    sys.exit(0)
from PIL import Image
Image.new("RGB", (80, 60), (accent * 20, 90, 90)).save(sys.stdout.buffer, "WEBP")
"""


class Drawer:
    """The program and what it was asked for.

    Attributes:
        command: As for ``HALLES_PREVIEW_COMMAND``.
        log: A line of JSON for each run: name, accent, pictures, media, niceness.
    """

    def __init__(self, folder: Path) -> None:
        self.log = folder / "drawn.log"
        program = folder / "drawer.py"
        program.write_text(PROGRAM.format(log=str(self.log)), encoding="utf-8")
        self.command = (sys.executable, str(program))

    @property
    def runs(self) -> list[str]:
        """Each run's line."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
