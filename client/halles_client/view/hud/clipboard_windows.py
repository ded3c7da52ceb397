"""The Windows clipboard through ``user32`` and ``kernel32``: Unicode text only."""

import ctypes
from typing import Any, Final

_UNICODE: Final = 13
_MOVEABLE: Final = 2


class WindowsClipboard:
    """Opens the clipboard for each act and closes it again, as Windows asks."""

    def __init__(self) -> None:
        self._user: Any = getattr(ctypes, "windll").user32  # noqa: B009  (absent from other systems' types)
        self._kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009
        pointer = ctypes.c_void_p
        self._user.GetClipboardData.restype = pointer
        self._user.SetClipboardData.argtypes = [ctypes.c_uint, pointer]
        self._kernel.GlobalAlloc.restype = self._kernel.GlobalLock.restype = pointer
        self._kernel.GlobalAlloc.argtypes = [ctypes.c_uint, ctypes.c_size_t]
        self._kernel.GlobalLock.argtypes = self._kernel.GlobalUnlock.argtypes = [pointer]

    def read(self) -> str:
        """Returns the text, "" when there is none or another program holds the clipboard."""
        if not self._user.OpenClipboard(None):
            return ""
        try:
            handle = self._user.GetClipboardData(_UNICODE)
            place = self._kernel.GlobalLock(handle) if handle else None
            if not place:
                return ""
            text = ctypes.wstring_at(place)
            self._kernel.GlobalUnlock(handle)
            return text
        finally:
            self._user.CloseClipboard()

    def write(self, text: str) -> None:
        """Puts a text there, unless another program holds the clipboard."""
        data = ctypes.create_unicode_buffer(text)
        if not self._user.OpenClipboard(None):
            return
        try:
            self._user.EmptyClipboard()
            handle = self._kernel.GlobalAlloc(_MOVEABLE, ctypes.sizeof(data))
            place = self._kernel.GlobalLock(handle)
            ctypes.memmove(place, data, ctypes.sizeof(data))
            self._kernel.GlobalUnlock(handle)
            self._user.SetClipboardData(_UNICODE, handle)
        finally:
            self._user.CloseClipboard()

    def serve(self) -> None:
        """Windows keeps the text itself."""

    def close(self) -> None:
        """Nothing is held."""
