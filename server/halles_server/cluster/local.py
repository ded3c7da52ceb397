"""The bus of a server that is the only node: announcements reach the listeners of this process.

The default. Listeners are called in turn and one that fails does not keep the others from hearing; like on a bus
between machines, whoever announces learns nothing of it, and the sweep of revisions repairs what was missed.
"""

from collections.abc import Callable

import structlog

from halles_server.announcements import Announcement

_log = structlog.get_logger(__name__)

Heard = Callable[[Announcement], None]


class Listeners:
    """Who hears what a bus brings."""

    def __init__(self) -> None:
        self._listeners: list[Heard] = []

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Adds a listener; the returned function removes it, and may be called again without effect."""
        self._listeners.append(heard)

        def stop() -> None:
            if heard in self._listeners:
                self._listeners.remove(heard)

        return stop

    def hear(self, news: Announcement) -> None:
        """Calls every listener."""
        for heard in tuple(self._listeners):
            try:
                heard(news)
            except Exception:  # noqa: BLE001 - a listener's fault must reach neither the announcer nor other listeners
                _log.exception("bus listener failed", event_type=type(news).__name__)


class LocalBus:
    """Implements ``ports.Bus`` within one process."""

    def __init__(self, nodes: "list[LocalBus] | None" = None) -> None:
        """Joins the nodes of this process, for tests of many; alone without any."""
        self._listeners = Listeners()
        self._nodes = [] if nodes is None else nodes
        self._nodes.append(self)

    def announce(self, news: Announcement) -> None:
        """Calls every listener of every node."""
        for node in tuple(self._nodes):
            node._listeners.hear(news)

    def tell_others(self, news: Announcement) -> None:
        """Calls every listener of the other nodes."""
        for node in tuple(self._nodes):
            if node is not self:
                node._listeners.hear(news)

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Adds a listener; the returned function removes it, and may be called again without effect."""
        return self._listeners.listen(heard)

    def trouble(self) -> str:
        """Nothing can be wrong with it."""
        return ""
