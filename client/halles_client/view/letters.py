"""Makes the system hand over every letter that is typed, whatever locale the program was started in.

X11's input method gives letters in the encoding of the process's locale: in ``C`` (a bare server, a desktop whose
locale is not installed, ``LC_ALL=C`` from a script) é, œ and dead keys are dropped without a word. Panda3D reads the
locale from the environment when it opens the display, so this comes before the window.
"""

import locale
import os
import sys
from typing import Final

_UTF8: Final = "C.UTF-8"


def take_every_letter() -> None:
    """Changes the process's character type to UTF-8 where it is something else; nothing on Windows and macOS."""
    if not sys.platform.startswith("linux") or _is_utf8():
        return
    os.environ["LC_ALL" if os.environ.get("LC_ALL") else "LC_CTYPE"] = _UTF8
    _is_utf8()


def _is_utf8() -> bool:
    """Takes the character type from the environment and tells whether it is UTF-8."""
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        return False
    return locale.nl_langinfo(locale.CODESET).upper().replace("-", "") == "UTF8"
