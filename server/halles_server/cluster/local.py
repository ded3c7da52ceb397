"""The bus of a server that is the only node: announcements reach the listeners of this process.

The default. Listeners are called in turn and one that fails does not keep the others from hearing; like on a bus
between machines, whoever announces learns nothing of it, and the sweep of revisions repairs what was missed.
"""

from collections.abc import Awaitable, Callable

import structlog

from halles_server.ports import BoothChanged

_log = structlog.get_logger(__name__)

Heard = Callable[[BoothChanged], Awaitable[None]]


class LocalBus:
    """Implements ``ports.Bus`` within one process."""

    def __init__(self) -> None:
        self._listeners: list[Heard] = []

    async def announce(self, event: BoothChanged) -> None:
        """Calls every listener; cancelling leaves the remaining ones uncalled."""
        for heard in tuple(self._listeners):
            try:
                await heard(event)
            except Exception:  # noqa: BLE001 - a listener's fault must reach neither the announcer nor other listeners
                _log.exception("bus listener failed", event_type=type(event).__name__)

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Adds a listener; the returned function removes it, and may be called again without effect."""
        self._listeners.append(heard)

        def stop() -> None:
            if heard in self._listeners:
                self._listeners.remove(heard)

        return stop
