"""People in a live session, for tests of its questions, polls and attendance."""

from halles.ids import AccountId, LiveSessionId, RequestId, VisitId
from halles.world.live import LivePerson
from halles.world.polls import Poll
from halles.world.text import Text
from halles_server.cluster.local import LocalBus
from halles_server.ports.live import Participant
from halles_server.ports.public import Doing
from halles_server.services.attendance import Attendance
from halles_server.services.live_ground import Ground
from halles_server.services.live_rates import LiveRates, Rate
from halles_server.services.live_sessions import LiveSessions
from halles_server.storage.attendance import Attendance as StoredAttendance
from halles_server.storage.live import Live
from halles_server.storage.media import Media
from halles_server.storage.pool import Database
from tests.support.booth_people import StoppedClock
from tests.support.live import SESSION
from tests.support.wire import request_id

AGREED = Poll(
    "single",
    "hidden",
    Text("D’accord ?", "Akkoord?", "Agreed?"),
    (Text("oui", "ja", "yes"), Text("non", "nee", "no")),
)


def no_rates(clock: StoppedClock | None = None) -> LiveRates:
    """Rates that no test reaches."""
    return LiveRates(clock or StoppedClock(), acts=Rate(1.0, 100.0), votes=Rate(1.0, 100.0), captions=Rate(1.0, 100.0))


def guest_of(name: str, account: AccountId | None = None) -> Participant:
    """Somebody by a name, whose key follows from it."""
    key = f"v{name.lower()}"
    return Participant(LivePerson(key, VisitId(name.lower()), name, "fr"), account)


def doing(name: str, at_ms: int = 1_000_000, session: LiveSessionId = SESSION) -> Doing:
    """Something that somebody does now."""
    return Doing(session, guest_of(name), RequestId(request_id()), at_ms)


def attendance_of(database: Database) -> Attendance:
    """Attendance on a database, alone on its node."""
    clock, bus = StoppedClock(), LocalBus()
    rates = no_rates(clock)
    ground = Ground(LiveSessions(Live(database), Media(database), clock, bus, rates), clock, rates)
    return Attendance(StoredAttendance(database), ground, clock, bus)
