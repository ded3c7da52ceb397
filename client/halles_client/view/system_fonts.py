"""Fonts of this computer for letters that Inter has not: names in Arabic, Chinese, Japanese, Korean and other scripts.

Only files that are known to be sans-serif text faces are taken, in this order, so that two computers of one kind show
the same. What cannot be opened is left out. Nothing is downloaded; where none has a letter, ``fonts.py`` draws a box.
"""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

from halles_client.view.font_letters import letters

FILES: Final = (
    # Linux: Noto where it is installed, else what desktops bring
    *("NotoSans-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf"),
    *("NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf", "NotoSansCJK-Regular.ttc"),
    *("NotoSansCJKjp-Regular.otf", "DejaVuSans.ttf", "FreeSans.ttf"),
    *("DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "wqy-microhei.ttc", "wqy-zenhei.ttc"),
    # Windows
    *("segoeui.ttf", "msyh.ttc", "YuGothM.ttc", "meiryo.ttc", "malgun.ttf", "Nirmala.ttf", "Nirmala.ttc"),
    *("LeelawUI.ttf", "arial.ttf"),
    # macOS
    *("GeezaPro.ttc", "ArialHB.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc"),
    *("Thonburi.ttc", "Kohinoor.ttc", "Arial Unicode.ttf"),
)
"""By file name, the better ones first."""


@cache
def system_fonts() -> tuple[Path, ...]:
    """Returns the known files that are here and can be opened; looks through the folders once."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for path, _, names in os.walk(folder):
            for name in names:
                if name in FILES:
                    found.setdefault(name, Path(path) / name)
    return tuple(found[name] for name in FILES if name in found and _opens(found[name]))


def _opens(file: Path) -> bool:
    """Tells whether a file is a font: a broken one would raise when somebody's name is drawn."""
    try:
        letters(file)
        ImageFont.truetype(file, 32)
    except OSError:
        return False
    return True


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", local / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    return [Path(folder) / "fonts" for folder in (own, *shared.split(":"))]
