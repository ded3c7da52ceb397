"""Recordings of hosts for tests: somebody who walks before a booth of the real plans and says two lines."""

from halles.ids import SlotId
from halles.world.geometry import Box, place
from halles.world.host_replay import HZ, HostLine, HostReplay, packed, poses_in
from halles.world.movement import Gesture, Pose
from halles_server.ports.nodes import Bus
from halles_server.services.host_replays import HostReplays, HostStores
from halles_server.services.staff import Staff
from halles_server.storage.booths import Booths
from halles_server.storage.host_replays import HostReplays as StoredHosts
from halles_server.storage.media import Media
from halles_server.storage.pool import Database
from halles_server.storage.staff import Staff as StoredStaff
from tests.support.plans import PLANS

LINES = (HostLine(500, "fr", "Bonjour à tous"), HostLine(2500, "nl", "Kom gerust binnen"))


def box(hall: str = "lille", slot: str = "A1") -> Box:
    """The box of a booth."""
    found = next(scene for name, scene in PLANS.scenes.items() if name == hall).slot(SlotId(slot))
    assert found is not None
    return found.box


def hosts_of(database: Database, bus: Bus) -> HostReplays:
    """The service on a database, with the real halls."""
    stores = HostStores(StoredHosts(database), Booths(database), Media(database))
    return HostReplays(stores, Staff(StoredStaff(database), bus), PLANS.scenes, bus)


def recording(at: Box, seconds: int = 4, lines: tuple[HostLine, ...] = LINES) -> HostReplay:
    """Walks along the booth's front in the aisle, turned towards it, talking."""
    poses = []
    for n in range(poses_in(seconds * 1000)):
        right = min(1.0, n / HZ * 0.5) - 0.5
        where = place(at, right, at.depth / 2 + 0.6)
        poses.append(Pose(where.x, where.y, 0.0, at.heading, Gesture.TALK if n % 2 else Gesture.NONE))
    return HostReplay(seconds * 1000, packed(at, poses), lines)
