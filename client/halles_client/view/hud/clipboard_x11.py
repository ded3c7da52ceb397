"""The X11 clipboard through ``libX11``: asks the owner of CLIPBOARD for its text, and answers when asked for ours.

Follows the ICCCM, section 2. One hidden window of a connection of its own; large transfers (INCR) are not taken:
a field holds 500 characters.
"""

import ctypes
import ctypes.util
import time
from typing import Any, Final

WAIT_S: Final = 0.5
"""How long another program may take to hand over its text."""

CAP: Final = 65_536
"""Bytes of a text that are taken."""

_SELECTION_CLEAR, _SELECTION_REQUEST, _SELECTION_NOTIFY = 29, 30, 31
_LONG: Final = ctypes.c_long


class _Selection(ctypes.Structure):
    """The fields that XSelectionRequestEvent, XSelectionEvent and XSelectionClearEvent begin with."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("words", ctypes.c_ulong * 6),
    )


class _Event(ctypes.Union):
    _fields_ = (("type", ctypes.c_int), ("selection", _Selection), ("pad", _LONG * 24))


class X11Clipboard:
    """Holds a hidden window; not for use by several threads."""

    def __init__(self, x: Any, display: int) -> None:
        self._x, self._display = x, ctypes.c_void_p(display)
        root = x.XDefaultRootWindow(self._display)
        self._window = x.XCreateSimpleWindow(self._display, root, 0, 0, 1, 1, 0, 0, 0)
        self._clipboard, self._utf8, self._targets, self._string, self._here = (
            x.XInternAtom(self._display, name, 0)
            for name in (b"CLIPBOARD", b"UTF8_STRING", b"TARGETS", b"STRING", b"HALLES")
        )
        self._text = ""

    def read(self) -> str:
        """Returns the clipboard's text; waits at most ``WAIT_S`` for the program that has it."""
        owner = self._x.XGetSelectionOwner(self._display, self._clipboard)
        if owner == self._window:
            return self._text
        if not owner:
            return ""
        self._x.XConvertSelection(self._display, self._clipboard, self._utf8, self._here, self._window, 0)
        self._x.XFlush(self._display)
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            for kind, words in self._pending():
                if kind == _SELECTION_NOTIFY:
                    return self._property() if words[3] else ""
            time.sleep(0.005)
        return ""

    def write(self, text: str) -> None:
        """Becomes the owner of the clipboard."""
        self._text = text
        self._x.XSetSelectionOwner(self._display, self._clipboard, self._window, 0)
        self._x.XFlush(self._display)

    def serve(self) -> None:
        """Answers whoever asked for the text since the last call."""
        for _ in self._pending():
            pass

    def close(self) -> None:
        """Gives the clipboard up."""
        self._x.XCloseDisplay(self._display)

    def _pending(self) -> list[tuple[int, tuple[int, ...]]]:
        """Takes the waiting events, answers requests, and returns what they were."""
        found: list[tuple[int, tuple[int, ...]]] = []
        event = _Event()
        while self._x.XPending(self._display):
            self._x.XNextEvent(self._display, ctypes.byref(event))
            words = tuple(int(word) for word in event.selection.words)
            if event.type == _SELECTION_REQUEST:
                self._answer(words)
            found.append((event.type, words))
        return found

    def _answer(self, words: tuple[int, ...]) -> None:
        """Hands the text over: owner, requestor, selection, target, property, time."""
        _, requestor, selection, target, place, when = words
        place = place or target
        data, kind, width = b"", self._utf8, 8
        if target == self._targets:
            offered = (_LONG * 3)(self._targets, self._utf8, self._string)
            data, kind, width = bytes(offered), 4, 32
        elif target in (self._utf8, self._string):
            encoding = "utf-8" if target == self._utf8 else "latin-1"
            data, kind = self._text.encode(encoding, "replace"), target
        else:
            place = 0
        if place:
            count = len(data) // ctypes.sizeof(_LONG) if width == 32 else len(data)
            self._x.XChangeProperty(self._display, requestor, place, kind, width, 0, data, count)
        notify = _Event()
        notify.selection.type = _SELECTION_NOTIFY
        notify.selection.display = self._display.value
        notify.selection.words[:5] = (requestor, selection, target, place, when)
        self._x.XSendEvent(self._display, requestor, 0, 0, ctypes.byref(notify))
        self._x.XFlush(self._display)

    def _property(self) -> str:
        kind, width = ctypes.c_ulong(), ctypes.c_int()
        count, rest = ctypes.c_ulong(), ctypes.c_ulong()
        data = ctypes.POINTER(ctypes.c_ubyte)()
        self._x.XGetWindowProperty(
            self._display,
            self._window,
            self._here,
            0,
            CAP // 4,
            1,
            0,
            ctypes.byref(kind),
            ctypes.byref(width),
            ctypes.byref(count),
            ctypes.byref(rest),
            ctypes.byref(data),
        )
        text = bytes(data[: count.value]) if width.value == 8 else b""
        if data:
            self._x.XFree(data)
        return text.decode("utf-8", "replace")


def open_x11() -> X11Clipboard | None:
    """Returns the clipboard of ``DISPLAY``, None when there is no X server or no library."""
    name = ctypes.util.find_library("X11") or "libX11.so.6"
    try:
        x: Any = ctypes.CDLL(name)
    except OSError:
        return None
    ulong, pointer, number = ctypes.c_ulong, ctypes.c_void_p, ctypes.c_int
    x.XOpenDisplay.restype, x.XOpenDisplay.argtypes = pointer, [ctypes.c_char_p]
    x.XDefaultRootWindow.restype, x.XDefaultRootWindow.argtypes = ulong, [pointer]
    x.XCreateSimpleWindow.restype = ulong
    x.XCreateSimpleWindow.argtypes = [pointer, ulong, *[number] * 5, ulong, ulong]
    x.XInternAtom.restype, x.XInternAtom.argtypes = ulong, [pointer, ctypes.c_char_p, number]
    x.XGetSelectionOwner.restype, x.XGetSelectionOwner.argtypes = ulong, [pointer, ulong]
    x.XConvertSelection.argtypes = [pointer, ulong, ulong, ulong, ulong, ulong]
    x.XSetSelectionOwner.argtypes = [pointer, ulong, ulong, ulong]
    x.XChangeProperty.argtypes = [pointer, ulong, ulong, ulong, number, number, ctypes.c_char_p, number]
    x.XSendEvent.argtypes = [pointer, ulong, number, _LONG, pointer]
    x.XGetWindowProperty.argtypes = [pointer, ulong, ulong, _LONG, _LONG, number, ulong, *[pointer] * 5]
    x.XPending.argtypes = x.XFlush.argtypes = x.XCloseDisplay.argtypes = x.XFree.argtypes = [pointer]
    x.XNextEvent.argtypes = [pointer, pointer]
    display = x.XOpenDisplay(None)
    return X11Clipboard(x, display) if display else None
