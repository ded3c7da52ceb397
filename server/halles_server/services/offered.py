"""Everything that the two doors may call, as one value made by ``bootstrap``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from halles.ids import HallId
from halles.world.scene import Scene
from halles_server.ports.clock import Clock
from halles_server.services.admission import Admission
from halles_server.services.announcing import Announcing
from halles_server.services.attendance import Attendance
from halles_server.services.blocks import Blocks
from halles_server.services.booth_files import BoothFiles
from halles_server.services.booths import Booths
from halles_server.services.cards import Cards
from halles_server.services.chat import Chat
from halles_server.services.conclusions import Conclusions
from halles_server.services.doorbell import Doorbell
from halles_server.services.finding import Finding
from halles_server.services.grants import Grants
from halles_server.services.groups import WorkingGroups
from halles_server.services.host_replays import HostReplays
from halles_server.services.invitations import Invitations
from halles_server.services.leads import Leads
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.media import Media
from halles_server.services.meetings import Meetings
from halles_server.services.numbers import Numbers
from halles_server.services.own_data import OwnData
from halles_server.services.polls import Polls
from halles_server.services.previews import Previews
from halles_server.services.programme import Programme
from halles_server.services.questions import Questions
from halles_server.services.recordings import Recordings
from halles_server.services.reports import Reports
from halles_server.services.sanctions import Sanctions
from halles_server.services.satchel import Satchels
from halles_server.services.staff import Staff
from halles_server.services.staffing import Staffing
from halles_server.services.studio import Studio
from halles_server.services.take_down import TakeDown
from halles_server.services.tokens import Tokens
from halles_server.services.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one running server, and the plans of its halls.

    Attributes:
        elsewhere: Returns the addresses of the other nodes' worlds.
    """

    admission: Admission
    booths: Booths
    chat: Chat
    finding: Finding
    studio: Studio
    media: Media
    uploads: Uploads
    booth_files: BoothFiles
    tokens: Tokens
    scenes: Mapping[HallId, Scene]
    invitations: Invitations
    staffing: Staffing
    doorbell: Doorbell
    clock: Clock
    staff: Staff
    cards: Cards
    leads: Leads
    meetings: Meetings
    numbers: Numbers
    own_data: OwnData
    elsewhere: Callable[[], tuple[str, ...]]
    satchels: Satchels
    previews: Previews
    host_replays: HostReplays
    sanctions: Sanctions
    grants: Grants
    live: LiveSessions
    recordings: Recordings
    programme: Programme
    groups: WorkingGroups
    questions: Questions
    polls: Polls
    attendance: Attendance
    reports: Reports
    take_down: TakeDown
    announcing: Announcing
    blocks: Blocks
    conclusions: Conclusions
