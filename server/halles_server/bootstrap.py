"""The composition root: from a configuration to a running server, and back in the opposite order.

The only place that knows every part. Sockets are bound first, so that a port in use is said before a database starts.
"""

import asyncio
import hashlib
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from halles import resources
from halles.errors import ConfigError, HallesError, SceneError, Unavailable
from halles.ids import CROSSROADS, BoothId, HallId
from halles.world.roles import Role, StaffRole
from halles.world.scene import Scene, parse_show
from halles.world.text import Language
from halles_server.assembly import offered
from halles_server.cluster import bus as nats_bus
from halles_server.cluster.local import LocalBus
from halles_server.config import ServerConfig
from halles_server.database import Progress, opened_database
from halles_server.gateway.dispatch import Dispatch
from halles_server.gateway.listener import Listener, bind
from halles_server.gateway.pages import PageLimits, Pages
from halles_server.gateway.world import World
from halles_server.observability import Check, Health, MediaWatch, Metrics
from halles_server.ports.nodes import Bus
from halles_server.ports.people import Account
from halles_server.secret import Secret
from halles_server.services.demonstration import import_demonstration
from halles_server.services.demonstration_programme import import_programme
from halles_server.services.membership import OtherNodes, joined
from halles_server.services.offered import Services
from halles_server.services.passwords import Passwords
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths as StoredBooths
from halles_server.storage.demonstration import PreparedBooths
from halles_server.storage.demonstration_programme import PreparedProgramme
from halles_server.storage.nodes import Nodes
from halles_server.storage.pool import Database
from halles_server.upkeep import again, kept_up
from halles_server.web import app as web

_LATE_S: Final = 0.5
"""A hall whose last tick began this late is not ready for newcomers."""

UPLOADS_SWEEP_S: Final = 600.0
"""Seconds between two looks for uploads that nobody goes on with; they may lie for an hour."""

_WATCHERS: Final = 20
"""Connections to the private port."""

_PAGES_END_S: Final = 2.0
_FAREWELL_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        config: With the ports that are really used.
    """

    config: ServerConfig
    world: World
    listener: Listener
    metrics: Metrics
    health: Health
    services: Services


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as an operator asks for it, with the booths that it may edit."""

    login: str
    name: str
    role: Role
    password: Secret
    language: Language
    booths: tuple[BoothId, ...]


@asynccontextmanager
async def opened(
    config: ServerConfig,
    *,
    demo: bool = False,
    progress: Progress = lambda said: None,
    alarm: Callable[[], None] = lambda: None,
) -> AsyncIterator[Server]:
    """Runs a server; leaving drains it: nobody is cut off without a word, and nothing acknowledged is lost.

    Args:
        config: The configuration.
        demo: Whether to bring the demonstration into the database first.
        progress: Told what goes on.
        alarm: Called when a part has failed without which the server must not go on: leave then.

    Raises:
        ConfigError: A port or the data folder is in use, or the database or a scene cannot be used.
        SceneError: A plan is broken.
        Unavailable: The database does not answer.
    """
    async with AsyncExitStack() as stack:
        public = stack.enter_context(bind(config.host, config.port, "--port or HALLES_PORT"))
        private = stack.enter_context(bind(config.metrics_host, config.metrics_port, "HALLES_METRICS_PORT"))
        config = replace(config, port=public.getsockname()[1], metrics_port=private.getsockname()[1])
        scenes, digests = read_scenes(config.scenes)
        metrics = Metrics()
        bus = await stack.enter_async_context(opened_bus(config, metrics))
        database = await stack.enter_async_context(opened_database(config, progress, metrics.pool_wait.observe))
        if demo:
            progress(await demonstrate(database))
        config = with_secret(config)
        passwords = Passwords()
        stack.callback(passwords.close)
        nodes = await stack.enter_async_context(joined_nodes(config, database, bus))
        services = offered(config, database, nodes, passwords, scenes, MediaWatch(metrics))
        world = World(config, metrics, services, nodes, digests)
        await stack.enter_async_context(world.running())
        server, pages = put_together(config, database, bus, world)
        beside = again_and_again(services, config)
        await stack.enter_async_context(kept_up(server.listener, database, config.forget_s, alarm, beside))
        async with _accepting(server, pages, public, private):
            yield server


def put_together(config: ServerConfig, database: Database, bus: Bus, world: World) -> tuple[Server, Pages]:
    """Returns a server around a world that runs, with its pages; its ports are not open yet."""
    metrics, services = world.metrics, world.services
    door = web.build(services, config, world.reports, world.live.around)
    pages = Pages(door, page_limits(config), config.trusted_proxies, refusals(metrics))
    listener = Listener(config, metrics, Dispatch(world), pages, services.elsewhere)
    health = Health(metrics, checks(database, world, listener), {"bus": _asking(bus.trouble)}, config.port)
    return Server(config, world, listener, metrics, health, services), pages


def again_and_again(services: Services, config: ServerConfig) -> dict[str, Callable[[], Awaitable[None]]]:
    """Returns what is done all the time beside what ``upkeep`` always does."""
    days = config.recording_days, config.unpublished_days
    return {
        "publish": again("publish", services.studio.publish_due, config.publish_s),
        "uploads": again("uploads", services.uploads.sweep, UPLOADS_SWEEP_S, at_once=True),
        "media": again("media", services.media.forget, config.forget_s),
        "recordings": again("recordings", partial(services.recordings.forget, *days), config.forget_s),
    }


@asynccontextmanager
async def opened_bus(config: ServerConfig, metrics: Metrics) -> AsyncIterator[Bus]:
    """Opens the bus to the other nodes, whether or not it answers yet; within this process where none is configured."""
    if config.bus_url:
        async with nats_bus.opened(config, metrics) as bus:
            yield bus
    else:
        yield LocalBus()


@asynccontextmanager
async def joined_nodes(config: ServerConfig, database: Database, bus: Bus) -> AsyncIterator[OtherNodes]:
    """Takes a place among the nodes and gives it back at the end; without a bus there is no other.

    Raises:
        ConfigError: There are too many.
    """
    if not config.bus_url:
        yield OtherNodes(bus)
        return
    membership = await joined(Nodes(database), time.monotonic, config.node_name, config.world)
    try:
        yield OtherNodes(bus, membership)
    finally:
        with suppress(HallesError):
            await membership.leave()


async def demonstrate(database: Database) -> str:
    """Brings the demonstration into a database; returns a sentence about what was done."""
    folder = resources.assets() / "demo"
    booths = await import_demonstration(PreparedBooths(database), folder)
    programme = await import_programme(PreparedProgramme(database), folder / "programme.toml", datetime.now(UTC))
    return f"{booths} {programme}"


async def add_account(config: ServerConfig, database: Database, newcomer: NewAccount) -> Account:
    """Adds an account and puts it on its booths' staff as editor.

    Raises:
        Rejection: NAME_TAKEN, INVALID_TEXT; NOT_FOUND for a booth. No account was added then.
    """
    for booth in newcomer.booths:
        await StoredBooths(database).read(booth)
    passwords = Passwords()
    try:
        admission = offered(config, database, OtherNodes(LocalBus()), passwords, {}).admission
        account = await admission.create_account(
            newcomer.login, newcomer.name, newcomer.role, newcomer.password.reveal(), newcomer.language
        )
        for booth in newcomer.booths:
            await Accounts(database).set_staff(account.account, booth, "editor", "operator")
    finally:
        passwords.close()
    return account


async def invite(config: ServerConfig, database: Database, booth: BoothId, role: StaffRole) -> str:
    """Returns the code of a new invitation onto a booth's staff; ``Rejection`` NOT_FOUND."""
    passwords = Passwords()
    try:
        services = offered(config, database, OtherNodes(LocalBus()), passwords, {})
        return await services.invitations.invite_as_operator(booth, role)
    finally:
        passwords.close()


async def set_password(config: ServerConfig, database: Database, login: str, password: Secret) -> Account:
    """Gives an account another password; ``Rejection`` NOT_FOUND or INVALID_TEXT."""
    passwords = Passwords()
    try:
        admission = offered(config, database, OtherNodes(LocalBus()), passwords, {}).admission
        return await admission.set_password(login, password.reveal(), "operator")
    finally:
        passwords.close()


def read_scenes(folder: Path | None = None) -> tuple[dict[HallId, Scene], dict[HallId, str]]:
    """Reads every hall's plan and its file's SHA-256; the crossroads come first.

    Raises:
        SceneError: Listing what is wrong with every plan.
    """
    folder = folder or resources.scenes()
    if not folder.is_dir():
        raise SceneError(f"there are no halls: {folder} is no folder; HALLES_SCENES names one with plans")
    paths = sorted(folder.glob("*.toml"), key=lambda path: (path.stem != CROSSROADS, path))
    try:
        files = {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise SceneError(f"{error.filename} cannot be read: {error.strerror}") from None
    if not files:
        raise SceneError(
            f"there are no halls: {folder} holds no plan (*.toml); HALLES_SCENES names a folder with plans"
        )
    scenes = parse_show(files)
    for scene in scenes.values():
        _ = scene.field  # made now, so that no first step into a hall holds up its tick
    return scenes, {hall: hashlib.sha256(files[f"{hall}.toml"]).hexdigest() for hall in scenes}


def page_limits(config: ServerConfig) -> PageLimits:
    """Returns what peers of the pages may take."""
    return PageLimits(
        connections=config.page_connections,
        address=config.page_address,
        head_s=config.handshake_s,
        body_s=config.page_body_s,
        unread_s=config.unread_s,
    )


def refusals(metrics: Metrics) -> Callable[[str], None]:
    """Returns what counts the connections that are refused, by reason."""
    return lambda reason: metrics.refused.labels(reason).inc()


def with_secret(config: ServerConfig) -> ServerConfig:
    """Returns the configuration with a key for forms: the configured one, else the data folder's, made if needed."""
    if config.secret:
        return config
    file = config.data / "secret"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_urlsafe(32))
        return replace(config, secret=Secret(file.read_text().strip()))
    except OSError as error:
        raise ConfigError(f"the data folder {config.data} cannot be used: {error.strerror}") from None


def checks(database: Database, world: World, listener: Listener) -> dict[str, Check]:
    """Returns what ``/readyz`` asks."""

    async def database_answers() -> str:
        try:
            await database.ping()
        except Unavailable as error:
            return str(error)
        return ""

    def halls_tick() -> str:
        late = [runner.id for runner in world.runners.values() if runner.lag > _LATE_S]
        return f"late ticks in {', '.join(late)}" if late else ""

    def has_lease() -> str:
        lost = world.neighbours is not None and world.neighbours.membership.lost
        return "the lease was lost; registering anew" if lost else ""

    return {
        "database": database_answers,
        "halls": _asking(halls_tick),
        "newcomers": _asking(lambda: "refused: the server is overloaded" if world.overloaded else ""),
        "node": _asking(has_lease),
        "server": _asking(lambda: "stopping" if listener.draining else ""),
    }


def _asking(trouble: Callable[[], str]) -> Check:
    async def check() -> str:
        return trouble()

    return check


@asynccontextmanager
async def _accepting(
    server: Server, pages: Pages, public: socket.socket, private: socket.socket
) -> AsyncIterator[None]:
    """Opens both ports; leaving closes the public one, sends everybody home, and then the private one."""
    listener = server.listener
    limits = replace(page_limits(server.config), connections=_WATCHERS, address=_WATCHERS)
    health = Pages(server.health, limits, refused=refusals(server.metrics))
    loop = asyncio.get_running_loop()
    await pages.start()
    await health.start()
    watching = await loop.create_server(health.protocol, sock=private)
    await listener.open(public)
    try:
        yield
    finally:
        try:
            listener.stop_accepting()
            await server.world.drain()
            await listener.empty(_FAREWELL_S)
        finally:  # also when the farewell is cut short
            await pages.stop(_PAGES_END_S)
            watching.close()
            await health.stop(0.1)
