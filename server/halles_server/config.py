"""What an operator can set, read from the environment: one frozen value, checked as a whole.

Belongs here: each setting with its meaning, default and bounds. Not here: what is done with a setting, and the page
that lists them (``settings_page.py``). A new setting is one field with a docstring; ``halles-server config`` then
writes ``docs/configuration.md`` anew.
"""

import math
import re
import socket
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from halles.errors import ConfigError
from halles.protocol import far_slice
from halles.protocol.codec import TO_CLIENT_CAP
from halles.protocol.pose_batch import NEAR
from halles.protocol.version import PATH
from halles_server.outside_urls import (
    bus_problems,
    database_problems,
    is_loopback,
    is_network,
    is_origin,
    media_problems,
)
from halles_server.secret import NO_SECRET, Secret

PREFIX: Final = "HALLES_"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})
"""Hosts that stand for all addresses of the machine."""

OTHERS: Final = ("HALLES_CLIENT_", "HALLES_TEST_")
"""Prefixes of settings that are not the server's."""

HALL_CAP: Final = 32_767
"""People in one hall at most: an avatar's number is sent in two bytes, and half of the numbers rest."""

_RANGES: Final = {
    "port": (0, 65_535),
    "metrics_port": (0, 65_535),
    "tick_hz": (1, 60),
    "hall_capacity": (1, HALL_CAP),
    "lead_days": (1, 365),
    "recording_days": (1, 1825),
    "unpublished_days": (1, 365),
}
"""Numbers with bounds of their own, both included."""

_ABSURD: Final = 10**9
"""No other number reaches this: 32 years, or a gigabyte."""

SECRET_LEAST: Final = 32
"""Characters of a key that signs: fewer can be guessed from what was signed with it."""

_MAKE_SECRET: Final = "python3 -c 'import secrets; print(secrets.token_urlsafe())' makes a good one"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Every setting of one server process; the defaults suit a laptop."""

    host: str = "127.0.0.1"
    """Address to listen on. ``0.0.0.0`` or ``::`` lets other machines in; put a TLS proxy in front of it then."""
    port: int = 8470
    """TCP port of the world and of the pages. 0 takes a free one and says which."""
    metrics_host: str = "127.0.0.1"
    """Address of the private port."""
    metrics_port: int = 8471
    """Private port with ``/livez``, ``/readyz`` and ``/metrics``. 0 takes a free one."""
    public_url: str = ""
    """How visitors reach the pages, as in ``https://halles.example``; empty: ``http://`` with host and port, and where
    other machines are let in, this machine's name. Pages asked for under any other name are refused."""
    allowed_origins: tuple[str, ...] = ()
    """Pages, beside those of ``public_url``, whose scripts may open the world, separated by commas."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of proxies whose ``X-Forwarded-For`` counts, separated by commas."""
    data: Path = Path("var")
    """Folder of the embedded database and whatever else this server keeps."""
    media: Path | None = None
    """Folder of documents and films, and of uploads on their way; empty: ``media`` in the data folder. Nodes of one
    deployment need one that all of them see."""
    media_url: Secret = NO_SECRET
    """``s3://KEY:SECRET@HOST/BUCKET?region=…`` of a bucket for documents and films in place of that folder; ``&tls=no``
    for one on this machine. Uploads on their way still are in the folder."""
    database_url: Secret = NO_SECRET
    """``postgresql://…`` of a database of one's own; empty: the embedded one in the data folder."""
    bus_url: Secret = NO_SECRET
    """``nats://…`` of the bus between several nodes, separated by commas where NATS itself runs on several machines;
    empty: this node is the only one. Nodes of one deployment share a database as well: see ``docs/operate.md``."""
    deployment: str = "halles"
    """What the nodes of one deployment have in common on the bus: small letters, digits and hyphens."""
    node: str = ""
    """This node's name in logs and in the table of nodes; empty: the machine's name and the port."""
    scenes: Path | None = None
    """Folder of the halls' plans; empty: those that come with Halles. Clients need the same plans."""
    postgres: Path | None = None
    """Folder with ``postgres`` and ``initdb`` for the embedded database; empty: those installed with Halles."""
    postgres_user: str = ""
    """Whom the embedded database runs as when the server is started by root; empty: ``postgres``, else ``nobody``."""
    secret: Secret = NO_SECRET
    """Key that signs the pages' forms, 32 random characters or more; empty: made once and kept in the data folder."""
    guests: bool = True
    """Whether people without an account may visit."""
    check_booths: bool = False
    """Whether an organiser checks each booth's changes before visitors see them."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """Logs as lines for people or as JSON; ``auto`` looks whether somebody watches."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged."""
    tick_hz: int = 20
    """Steps of the live world in a second."""
    near_cap: int = 64
    """How many avatars next to a viewer are sent in every tick; all others follow at least once a second."""
    hall_capacity: int = 2500
    """People in one hall; more are refused with HALL_FULL."""
    node_capacity: int = 5000
    """Visits on this server; more are closed with 1013."""
    address_visits: int = 256
    """Visits from one address, since a school shares one; more are closed with 1013. Wherever addresses are counted, an
    IPv6 network's /64 is one."""
    admissions_per_s: float = 10.0
    """Newcomers from one address in a second; more, after the burst, are closed with 1013. Returns do not count."""
    admissions_burst: int = 256
    """How many of these may come at once."""
    waiting_all: int = 1000
    """Connections before ``Hello``; the oldest is closed for a newer one."""
    waiting_address: int = 64
    """Connections of one address before ``Hello``; its oldest is closed for a newer one."""
    accepts_per_s: int = 500
    """New connections in a second; more are answered 503."""
    page_connections: int = 1000
    """Connections that read pages at the same time; more are answered 503."""
    page_address: int = 256
    """Of these from one address, since a school shares one; more are answered 503. A trusted proxy's do not count."""
    page_body_s: float = 10.0
    """Seconds for a page request's body after its head; then the connection is cut."""
    pages_per_s: float = 10.0
    """Pages for one address in a second; more, after the burst, are answered 429. A file counts as a tenth of one."""
    pages_burst: int = 120
    """How many of these may come at once."""
    handshake_s: float = 5.0
    """Seconds for a request's head to be complete."""
    hello_s: float = 5.0
    """Seconds from the handshake to ``Hello``; then 4401."""
    ping_s: float = 20.0
    """Seconds of silence after which the server pings."""
    silence_s: float = 40.0
    """Seconds of silence after which a connection counts as broken; its visit may come back."""
    close_s: float = 2.0
    """Seconds that a peer has for answering a close; then the connection is cut."""
    slow_s: float = 3.0
    """Seconds that a peer may leave what it was sent unread; then it gets every other pose frame for a while."""
    unread_s: float = 15.0
    """Seconds that a peer may leave what it was sent unread; then 4408. A page's connection is cut."""
    outbox_bytes: int = 256 * 1024
    """Bytes of RELIABLE messages that may wait for one peer; then 4408."""
    frames_per_s: int = 120
    """Websocket frames of any kind from one peer in a second; more, after the burst, are closed with 4429."""
    frames_burst: int = 240
    """How many of these may come at once."""
    requests_per_s: int = 10
    """Requests of one visit in a second; more, after the burst, are RATE_LIMITED."""
    requests_burst: int = 30
    """How many of these may come at once."""
    refused_per_minute: int = 200
    """Requests refused for their rate in a minute; then 4429."""
    chat_per_s: float = 1.0
    """Lines of chat of one visit in a second; more, after the burst, are RATE_LIMITED."""
    chat_burst: int = 5
    """How many of these may come at once."""
    entries_per_s: float = 1.0
    """Entries into halls of one visit in a second, since each tells it the whole hall; more, after the burst, are
    RATE_LIMITED."""
    entries_burst: int = 10
    """How many of these may come at once."""
    rings_per_s: float = 0.1
    """Rings at doorbells of one visit in a second; more, after the burst, are RATE_LIMITED."""
    rings_burst: int = 3
    """How many of these may come at once."""
    voice: bool = False
    """Whether people may talk by voice, those who want to: nearby, and from the stage to the whole hall."""
    voice_frames_per_s: int = 50
    """Frames of voice, of 20 ms, of one visit in a second; more, after the burst, are dropped."""
    voice_frames_burst: int = 50
    """How many of these may come at once."""
    ring_waits_s: float = 180.0
    """Seconds that a ring waits for an answer; then it is missed, and whoever rang may leave a message."""
    live_acts_per_s: float = 1.0
    """Acts of one person in a live session in a second, unless a host's, on the wire and by forms together; more are
    RATE_LIMITED."""
    live_acts_burst: int = 10
    """How many of these may come at once."""
    votes_per_s: float = 2.0
    """Votes of one person for questions and in polls in a second, on the wire and by forms together; more, after the
    burst, are RATE_LIMITED."""
    votes_burst: int = 20
    """How many of these may come at once."""
    captions_per_s: float = 2.0
    """Captions of one person in a live session in a second; more, after the burst, are RATE_LIMITED."""
    captions_burst: int = 10
    """How many of these may come at once."""
    reactions_per_s: float = 4.0
    """Reactions of one visit in a live session in a second; more, after the burst, are not heard."""
    reactions_burst: int = 8
    """How many of these may come at once."""
    replays_per_s: float = 3.0
    """Minutes of recorded live sessions, and lists of these, that one visit reads in a second; more, after the burst,
    are RATE_LIMITED."""
    replays_burst: int = 20
    """How many of these may come at once: whoever looks for a passage jumps."""
    invitation_days: float = 14.0
    """Days for which the code of an invitation onto a booth's staff is good."""
    corrections_per_10_s: int = 30
    """Corrections of one avatar in 10 s; then 4429."""
    request_s: float = 2.5
    """Seconds that a request may take; then it is answered UNAVAILABLE."""
    resume_s: float = 60.0
    """Seconds that a dropped visit's place is kept."""
    hide_s: float = 2.0
    """Seconds after a drop until the others no longer see the avatar."""
    keep_places_s: float = 5.0
    """Seconds between two stores of everybody's place."""
    sweep_s: float = 5.0
    """Seconds between two sweeps for booth edits whose announcement was lost."""
    forget_s: float = 12 * 3600.0
    """Seconds between two deletions of what is older than it may be kept."""
    publish_s: float = 5.0
    """Seconds between two looks for booths whose hour to be published has come."""
    count_s: float = 2.0
    """Seconds, at least, between two counts of people sent to everybody."""
    drain_s: float = 5.0
    """Seconds over which a stopping server spreads its visitors' return."""
    preview_command: tuple[str, ...] = ()
    """Program that draws a booth for its studio, and its arguments, separated by commas; empty: the client's, where it
    is installed with this server; ``off``: none, and the studio shows the booth's page alone."""
    time_zone: str = "Europe/Brussels"
    """Where the show is, as in the IANA time zone database: its days and hours are those of this zone."""
    lead_days: int = 365
    """Days that a booth holds a card that was given to stay in touch; then it is erased. One given for an answer is
    held 30 days at most."""
    recording_days: int = 365
    """Days that a published live session can be watched again after it was over, as long as other recordings and the
    names of who attended are kept; then all that happened in it is deleted."""
    unpublished_days: int = 30
    """The same for one that its hosts did not publish: no longer than chat is kept, whose lines it holds."""
    meeting_request_h: float = 48.0
    """Hours after which a request for a meeting that nobody has answered is void, and the slot free again."""

    @property
    def url(self) -> str:
        """Where visitors reach the pages, without a slash at the end."""
        host = "localhost" if self.host in _EVERYWHERE else self.host
        host = f"[{host}]" if ":" in host else host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def media_folder(self) -> Path:
        """The folder of large media."""
        return self.media or self.data / "media"

    @property
    def zone(self) -> ZoneInfo:
        """The show's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def node_name(self) -> str:
        """This node's name."""
        return self.node or f"{socket.gethostname()}:{self.port}"

    @property
    def world(self) -> str:
        """Where visitors reach the world, also those of other machines where they are let in."""
        if self.host in _EVERYWHERE and not self.public_url:
            return f"ws://{socket.gethostname()}:{self.port}{PATH}"
        return "ws" + self.url.removeprefix("http") + PATH

    @property
    def names(self) -> frozenset[str]:
        """Every host name under which pages may be asked for, beside addresses in digits.

        The machine's own, where others are let in, are none that a stranger could point elsewhere (DNS rebinding).
        """
        named = {urlsplit(url).hostname or "" for url in self.origins}
        if not (self.public_url or is_loopback(self.host)):
            name = socket.gethostname().lower()
            short = name.partition(".")[0]
            named |= {name, short, f"{short}.local"}
        return frozenset(named - {""})

    @property
    def origins(self) -> frozenset[str]:
        """Every ``Origin`` that may open the world."""
        own = {self.url} if self.public_url else {f"http://{name}:{self.port}" for name in ("localhost", "127.0.0.1")}
        return frozenset(own | {self.url} | set(self.allowed_origins))


def load(environment: Mapping[str, str]) -> ServerConfig:
    """Reads the configuration.

    Raises:
        ConfigError: Listing every problem, one a line: unknown names, unreadable values, values out of bounds.
    """
    known = {PREFIX + field.name.upper(): field for field in fields(ServerConfig)}
    strange = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    problems = [f"{name}: no such setting" for name in strange if not name.startswith(OTHERS)]
    kinds = typing.get_type_hints(ServerConfig)
    values: dict[str, Any] = {}
    for name, field in known.items():
        text = environment.get(name)
        if text is None:
            continue
        try:
            values[field.name] = _read(text.strip(), kinds[field.name])
        except ValueError as error:
            problems.append(f"{name}: {error}")
    config = ServerConfig(**values)
    problems += _problems(config)
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def _read(text: str, kind: Any) -> Any:
    """Turns text into a setting's type; ``ValueError`` says in words why not."""
    if isinstance(kind, type) and issubclass(kind, Secret):
        return Secret(text)
    if typing.get_origin(kind) is Literal:
        if text not in typing.get_args(kind):
            raise ValueError(f"{text!r} is none of {', '.join(typing.get_args(kind))}")
        return text
    if isinstance(kind, types.GenericAlias):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind is bool:
        choices = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if text.lower() not in choices:
            raise ValueError(f"{text!r} is neither yes nor no")
        return choices[text.lower()]
    if kind is str:
        return text
    if kind in {int, float}:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a number") from None
    return Path(text) if text or kind is Path else None


def _problems(config: ServerConfig) -> list[str]:
    """Returns what types cannot express."""
    found = _out_of_bounds(config)
    if config.port and config.port == config.metrics_port:
        found.append(f"{PREFIX}METRICS_PORT: {config.port} is the public port as well")
    if config.ping_s >= config.silence_s:
        found.append(f"{PREFIX}PING_S: must be under {PREFIX}SILENCE_S")
    if (batch := _largest_batch(config)) > TO_CLIENT_CAP:
        found.append(f"{PREFIX}NEAR_CAP: poses would take {batch} bytes a tick, and a message at most {TO_CLIENT_CAP}")
    for name, urls in (("PUBLIC_URL", (config.public_url,)), ("ALLOWED_ORIGINS", config.allowed_origins)):
        found += [f"{PREFIX}{name}: {url!r} is not http(s)://host[:port]" for url in urls if not is_origin(url)]
    strange = [proxy for proxy in config.trusted_proxies if not is_network(proxy)]
    found += [f"{PREFIX}TRUSTED_PROXIES: {proxy!r} is not an address" for proxy in strange]
    if not re.fullmatch("[a-z0-9-]{1,40}", config.deployment):
        found.append(f"{PREFIX}DEPLOYMENT: {config.deployment!r} is not up to 40 small letters, digits and hyphens")
    if config.secret and len(config.secret.reveal()) < SECRET_LEAST:
        found.append(f"{PREFIX}SECRET: shorter than {SECRET_LEAST} characters; {_MAKE_SECRET}")
    if not _is_zone(config.time_zone):
        found.append(f"{PREFIX}TIME_ZONE: {config.time_zone!r} is no time zone, as Europe/Brussels is one")
    if len(config.node) > 80 or not config.node.isprintable():
        found.append(f"{PREFIX}NODE: longer than 80 characters, or not printable")
    if config.bus_url and not config.database_url:
        found.append(f"{PREFIX}BUS_URL: several nodes share a database: set {PREFIX}DATABASE_URL as well")
    found += media_problems(f"{PREFIX}MEDIA_URL", config.media_url.reveal())
    found += database_problems(f"{PREFIX}DATABASE_URL", config.database_url.reveal())
    return found + bus_problems(f"{PREFIX}BUS_URL", config.bus_url.reveal())


def _out_of_bounds(config: ServerConfig) -> list[str]:
    """Returns a sentence for each number that is too small, too large, or none at all."""
    found = []
    for field in fields(ServerConfig):
        value = getattr(config, field.name)
        name = PREFIX + field.name.upper()
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if field.name in _RANGES:
            least, most = _RANGES[field.name]
            if not least <= value <= most:
                found.append(f"{name}: {value} is not in {least} … {most}")
        elif not 0 < value < _ABSURD:
            found.append(f"{name}: {value} is not above 0 and under {_ABSURD:,}")
    return found


def _largest_batch(config: ServerConfig) -> int:
    """Returns how many bytes a ``PoseBatch`` may take: the near, and the slice of the hall that has its turn."""
    near, turn = min(config.near_cap, config.hall_capacity), math.ceil(config.hall_capacity / max(config.tick_hz, 1))
    return 64 + NEAR.itemsize * near + far_slice.size(turn, 65_536 // max(config.tick_hz, 1))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)
