"""Building shaders from the files in ``shaders/``: version, switches, the shared tone, then the shader itself."""

from pathlib import Path
from typing import Any, Final

from panda3d.core import Shader

_FOLDER: Final = Path(__file__).resolve().parent / "shaders"


def shader(name: str, *switches: str) -> Any:
    """Compiles ``<name>.vert`` and ``<name>.frag`` with ``#define`` switches; both see ``tone.glsl``."""
    parts = [_text(f"{name}.vert", switches), _text(f"{name}.frag", switches)]
    return Shader.make(Shader.SL_GLSL, *parts)


def _text(file: str, switches: tuple[str, ...]) -> str:
    head = "#version 150\n" + "".join(f"#define {switch}\n" for switch in switches)
    return head + (_FOLDER / "tone.glsl").read_text() + (_FOLDER / file).read_text()
