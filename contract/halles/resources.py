"""Where data files lie, in a checkout and in an installed wheel alike.

The only place that builds a path to data: an editable install does not see what the wheel force-includes.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Returns the folder ``scenes`` or ``assets``.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    for candidate in (_PACKAGE / "data" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder {name} of Halles is missing: installed incompletely")


def scenes() -> Path:
    """Returns the folder of the scene plans."""
    return folder("scenes")


def assets() -> Path:
    """Returns the folder of models, textures, fonts, locale and the demonstration."""
    return folder("assets")
