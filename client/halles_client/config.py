"""What the client knows before it starts: the halls' plans, addresses, folders, and what was remembered last time.

Settings are a small JSON file in the user's configuration folder; a broken one is as good as none.
"""

import hashlib
import json
import os
import re
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec

from halles import resources
from halles.errors import ConfigError
from halles.ids import HallId
from halles.protocol.version import PATH
from halles.world.look import Look
from halles.world.scene import Scene, parse_show
from halles.world.text import Language

DEFAULT_PORT: Final = 8470
DEFAULT_URL: Final = f"ws://127.0.0.1:{DEFAULT_PORT}{PATH}"
SETTINGS_CAP: Final = 64 * 1024

_PLACE: Final = re.compile(r"^([a-z][a-z0-9-]{0,39})?(?:/(stage:)?([A-Za-z0-9-]{1,64})(/draft)?)?$")
_REPLAY: Final = re.compile(r"^replay:([a-z0-9][a-z0-9-]{0,63})$")


@dataclass(frozen=True, slots=True)
class Plans:
    """All halls' plans and the SHA-256 of each file, to be compared with the server's."""

    scenes: dict[HallId, Scene]
    digests: dict[HallId, str]


def plans(folder: Path | None = None) -> Plans:
    """Reads every plan.

    Raises:
        SceneError: One cannot be used.
    """
    files = {path.name: path.read_bytes() for path in sorted((folder or resources.scenes()).glob("*.toml"))}
    scenes = parse_show(files)
    return Plans(scenes, {hall: hashlib.sha256(files[f"{hall}.toml"]).hexdigest() for hall in scenes})


@dataclass(frozen=True, slots=True)
class Address:
    """Where to go.

    Attributes:
        url: The server's websocket.
        hall: The hall meant by the link, "" for wherever visits begin.
        booth: The booth meant by the link, "" for none.
        draft: Whether the booth's draft is to be seen there, which only those who work on it may.
        replay: The live session that is to be watched again, "" for none.
        stage: The stage meant by the link, "" for none.
    """

    url: str
    hall: str = ""
    booth: str = ""
    draft: bool = False
    replay: str = ""
    stage: str = ""

    @property
    def place(self) -> str:
        """The place meant by the link, as in ``EnterHall``."""
        if self.stage:
            return f"stage:{self.stage}"
        return f"booth:{self.booth}" if self.booth else ""


def address(text: str) -> Address:
    """Reads ``ws://host:port/world#hall/booth/draft``, ``…#hall/stage:name`` or ``…#replay:session``.

    What is left out is this machine's own server.

    Raises:
        ConfigError: It is no such address.
    """
    base, _, place = text.partition("#")
    match, replay = _PLACE.match(place), _REPLAY.match(place)
    if match is None and replay is None:
        raise ConfigError(f"#{place} is not a place: write #hall, #hall/booth, #hall/stage:name or #replay:session")
    if base and "://" not in base:
        base = f"ws://{base}"
    try:
        parts = urlsplit(base or DEFAULT_URL)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"{base} is not an address: {error}") from None
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in ("ws", "wss") or not parts.hostname:
        raise ConfigError(f"{base} is not an address: write ws://host:port{PATH}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path if parts.path not in ("", "/") else PATH
    url = f"{scheme}://{host}{f':{port}' if port else ''}{path}"
    if match is None:
        return Address(url, replay=replay.group(1) if replay is not None else "")
    hall, stage, name, draft = match.groups(default="")
    if stage:
        return Address(url, hall, stage=name)
    return Address(url, hall, name, draft != "")


def page(address: Address) -> str:
    """Returns where the same show is read as pages."""
    parts = urlsplit(address.url)
    return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}/"


class Settings(msgspec.Struct, frozen=True):
    """What is remembered between visits.

    Attributes:
        name: The name given at the door.
        language: The language of texts; None follows the system.
        look: The avatar chosen at the door.
        ui_scale: Size of text, 1 to 2.
        reduced_motion: Cuts instead of movements.
        preset: The level of quality, None for what suits the driver.
        voice: Whether one talks and hears by voice, where a show has it.
        mono: Whether both ears hear the same.
        device: What this computer is known by to a show, at random; "" before the first visit.
    """

    name: str = ""
    language: Language | None = None
    look: Look | None = None
    ui_scale: Annotated[float, msgspec.Meta(ge=1.0, le=2.0)] = 1.0
    reduced_motion: bool = False
    preset: Literal["low", "medium", "high"] | None = None
    voice: bool = False
    mono: bool = False
    device: str = ""


def settings_file() -> Path:
    """Returns where settings are kept (XDG base directories; the local equivalents elsewhere)."""
    return _folder("XDG_CONFIG_HOME", ".config", "APPDATA") / "halles" / "settings.json"


def cache_folder() -> Path:
    """Returns where fetched pictures are kept."""
    return _folder("XDG_CACHE_HOME", ".cache", "LOCALAPPDATA") / "halles" / "media"


def load_settings(path: Path) -> Settings:
    """Reads settings; a missing, broken or foreign file gives the defaults."""
    with suppress(OSError, ValueError, RecursionError):  # msgspec lets those of UTF-8 and of depth through
        if path.stat().st_size <= SETTINGS_CAP:
            return msgspec.json.decode(path.read_bytes(), type=Settings)
    return Settings()


def save_settings(settings: Settings, path: Path) -> None:
    """Writes settings in one piece; a full or read-only disk only means forgetting."""
    part = path.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(msgspec.to_builtins(settings), indent=2, ensure_ascii=False), encoding="utf-8")
        part.replace(path)


def with_device(settings: Settings, path: Path) -> Settings:
    """Returns settings that have a device key; a new one is remembered at once."""
    if settings.device:
        return settings
    made = changed(settings, device=secrets.token_urlsafe(32))
    save_settings(changed(load_settings(path), device=made.device), path)
    return made


def changed(settings: Settings, **changes: object) -> Settings:
    """Returns settings with some fields replaced."""
    return msgspec.structs.replace(settings, **changes)


def locale_name() -> str:
    """Returns the system's name of its language, "" when it has none."""
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")


def _folder(variable: str, beneath_home: str, windows: str) -> Path:
    given = os.environ.get(windows if sys.platform == "win32" else variable, "")
    return Path(given) if given and Path(given).is_absolute() else Path.home() / beneath_home
