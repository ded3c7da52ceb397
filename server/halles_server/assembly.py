"""Services joined with what they keep their knowledge in: the stores of Postgres, media, the bus, the machine's clocks.

The composition root opens those; here is who gets which.
"""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from halles.ids import HallId
from halles.world.scene import Scene
from halles_server.config import ServerConfig
from halles_server.media import painter
from halles_server.media.bucket import Bucket
from halles_server.media.folder import Folder
from halles_server.media.intake import Uploads as Intake
from halles_server.media.worker import Worker
from halles_server.ports.media import FileStore, Watch
from halles_server.services.admission import Admission, Gate, Stores
from halles_server.services.announcing import Announcing
from halles_server.services.attendance import Attendance
from halles_server.services.backstage import Backstage
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
from halles_server.services.host_replays import HostReplays, HostStores
from halles_server.services.invitations import Codes, Invitations
from halles_server.services.leads import Leads
from halles_server.services.limits import AddressBuckets
from halles_server.services.live_ground import Ground
from halles_server.services.live_rates import LiveRates, Rate
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.login_failures import LoginFailures
from halles_server.services.media import Media
from halles_server.services.meetings import MeetingRules, Meetings
from halles_server.services.membership import OtherNodes
from halles_server.services.moderating import Moderating
from halles_server.services.numbers import Numbers
from halles_server.services.offered import Services
from halles_server.services.own_data import Marks, OwnData, Traces
from halles_server.services.passwords import Passwords
from halles_server.services.polls import Polls
from halles_server.services.previews import Previews
from halles_server.services.programme import Programme, ShowClock
from halles_server.services.questions import Questions
from halles_server.services.recordings import Recordings
from halles_server.services.reports import Reports
from halles_server.services.sanctions import Sanctions
from halles_server.services.satchel import Satchels
from halles_server.services.staff import Staff
from halles_server.services.staffing import Staffing
from halles_server.services.studio import Studio, StudioStores
from halles_server.services.take_back import TakeBack
from halles_server.services.take_down import TakeDown
from halles_server.services.tokens import Tokens
from halles_server.services.uploads import Uploads
from halles_server.storage.accounts import Accounts, Logins
from halles_server.storage.announcing import Announcements
from halles_server.storage.attendance import Attendance as StoredAttendance
from halles_server.storage.backstage import Backstage as StoredBackstage
from halles_server.storage.blocks import Blocks as StoredBlocks
from halles_server.storage.booths import Booths as StoredBooths
from halles_server.storage.cards import Cards as StoredCards
from halles_server.storage.chat import Chat as StoredChat
from halles_server.storage.conclusions import Conclusions as StoredConclusions
from halles_server.storage.doorbell import Doorbell as StoredBells
from halles_server.storage.drafts import Drafts
from halles_server.storage.grants import Grants as StoredGrants
from halles_server.storage.groups import Groups as StoredGroups
from halles_server.storage.host_replays import HostReplays as StoredHosts
from halles_server.storage.invitations import Invitations as StoredInvitations
from halles_server.storage.leads import Leads as StoredLeads
from halles_server.storage.live import Live
from halles_server.storage.media import Media as StoredMedia
from halles_server.storage.meetings import Meetings as StoredMeetings
from halles_server.storage.moderating import Moderating as StoredModerating
from halles_server.storage.numbers import Numbers as StoredNumbers
from halles_server.storage.own_records import Records as OwnRecords
from halles_server.storage.polls import Polls as StoredPolls
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme as StoredProgramme
from halles_server.storage.questions import Questions as StoredQuestions
from halles_server.storage.recordings import Recordings as StoredRecordings
from halles_server.storage.reports import Reports as StoredReports
from halles_server.storage.sanctions import Sanctions as StoredSanctions
from halles_server.storage.satchel import Satchels as StoredSatchels
from halles_server.storage.staff import Staff as StoredStaff
from halles_server.storage.staffing import Staffing as StoredStaffing
from halles_server.storage.take_back import TakeBack as StoredTakeBack
from halles_server.storage.take_down import TakeDown as StoredTakeDown
from halles_server.storage.tickets import Tickets
from halles_server.storage.tokens import Tokens as StoredTokens
from halles_server.storage.visits import Visits

_UNSEEN_SWEEPS: Final = 3
"""Sweeps after which somebody of a booth's staff whom no node has seen again is not in the show any more."""


class SystemClock:
    """Implements ``ports.Clock`` with the machine's clocks."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)


def offered(
    config: ServerConfig,
    database: Database,
    nodes: OtherNodes,
    passwords: Passwords,
    scenes: dict[HallId, Scene],
    watch: Watch | None = None,
) -> Services:
    """Joins services and stores; ``watch`` is told what goes on where files are looked at."""
    clock, membership = SystemClock(), nodes.membership
    stored_booths = StoredBooths(database)
    media, intake = joined_media(config, database, watch)

    node = (lambda: membership.me.incarnation) if membership is not None else lambda: 0
    booths = Booths(stored_booths, nodes.bus, check=config.check_booths)
    staff = Staff(StoredStaff(database), nodes.bus)
    cards = Cards(StoredCards(database), clock, config.lead_days)
    rules = MeetingRules(config.zone, timedelta(hours=config.meeting_request_h))
    meetings = Meetings(StoredMeetings(database), staff, clock, rules, new_secret)
    drafts = StudioStores(Drafts(database), stored_booths, StoredMedia(database))
    studio = Studio(drafts, nodes.bus, check=config.check_booths)
    admission = _admission(config, database, passwords, clock, node)
    codes = Codes(LoginFailures(clock), timedelta(days=config.invitation_days), secrets.token_bytes)
    numbers = Numbers(StoredNumbers(database), staff, clock, config.zone, uuid4)
    satchels = Satchels(StoredSatchels(database), numbers, staff)
    staffing = StoredStaffing(database, unseen_s=_UNSEEN_SWEEPS * config.sweep_s, node=node)
    hosts = HostReplays(HostStores(StoredHosts(database), stored_booths, drafts.media), staff, scenes, nodes.bus)
    rates = _live_rates(config, clock)
    live = LiveSessions(Live(database), drafts.media, clock, nodes.bus, rates)
    entries, stored_groups = StoredProgramme(database), StoredGroups(database)
    programme = Programme(entries, stored_groups, scenes, nodes.bus, ShowClock(clock, config.zone))
    groups = WorkingGroups(stored_groups, entries)
    ground = Ground(live, clock, rates)
    judged = Sanctions(StoredSanctions(database), nodes.bus, clock, scenes)
    attendance = Attendance(StoredAttendance(database), ground, clock, nodes.bus)
    recordings = Recordings(StoredRecordings(database, node), live)
    blocks = Blocks(StoredBlocks(database), nodes.bus, clock)
    traces = Traces(recordings, blocks, OwnRecords(database))
    return Services(
        admission=admission,
        booths=booths,
        chat=Chat(StoredChat(database), clock, staff, nodes.bus, live),
        finding=Finding(scenes, booths),
        studio=studio,
        media=media,
        booth_files=BoothFiles(studio, media, intake, new_secret),
        uploads=Uploads(intake, stored_booths, staff, clock, new_secret),
        tokens=Tokens(StoredTokens(database), new_secret),
        scenes=scenes,
        staff=staff,
        invitations=Invitations(StoredInvitations(database), admission, staff, nodes.bus, codes),
        staffing=Staffing(staffing, staff, nodes.bus),
        doorbell=Doorbell(StoredBells(database), staff, nodes.bus, live, config.ring_waits_s),
        clock=clock,
        cards=cards,
        leads=Leads(StoredLeads(database), staff),
        meetings=meetings,
        numbers=numbers,
        own_data=OwnData(cards, meetings, satchels, hosts, Marks(programme, groups, attendance, traces)),
        satchels=satchels,
        elsewhere=membership.elsewhere if membership is not None else tuple,
        previews=Previews(media, _painter(config), clock),
        host_replays=hosts,
        sanctions=judged,
        grants=Grants(StoredGrants(database), nodes.bus, clock),
        live=live,
        recordings=recordings,
        backstage=Backstage(StoredBackstage(database), live, clock, nodes.bus),
        programme=programme,
        groups=groups,
        questions=Questions(StoredQuestions(database), ground, nodes.bus),
        polls=Polls(StoredPolls(database), ground, nodes.bus),
        attendance=attendance,
        reports=Reports(StoredReports(database), clock, nodes.bus),
        take_back=TakeBack(StoredTakeBack(database), live, clock),
        take_down=TakeDown(StoredTakeDown(database), booths, staff, clock, nodes.bus),
        blocks=blocks,
        conclusions=Conclusions(StoredConclusions(database), live, programme),
        announcing=Announcing(Announcements(database), staff, nodes.bus, clock, scenes),
        moderating=Moderating(StoredModerating(database), judged, live, clock, scenes),
    )


def new_secret() -> str:
    """Returns 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def _admission(
    config: ServerConfig, database: Database, passwords: Passwords, clock: SystemClock, node: Callable[[], int]
) -> Admission:
    # The second is what a crash may have cost: who was connected then has all of the first all the same. Places are
    # stored again that long after the last store, which itself may take as long as a request.
    visits = Visits(database, resume_s=config.resume_s, unseen_s=config.keep_places_s + config.request_s, node=node)
    stores = Stores(Accounts(database), Logins(database), Tickets(database), visits, StoredSanctions(database))
    newcomers = AddressBuckets(config.admissions_per_s, config.admissions_burst)
    gate = Gate(clock, LoginFailures(clock), newcomers, guests=config.guests)
    return Admission(stores, passwords, gate, new_secret, uuid4)


def _live_rates(config: ServerConfig, clock: SystemClock) -> LiveRates:
    return LiveRates(
        clock,
        acts=Rate(config.live_acts_per_s, config.live_acts_burst),
        votes=Rate(config.votes_per_s, config.votes_burst),
        captions=Rate(config.captions_per_s, config.captions_burst),
    )


def _painter(config: ServerConfig) -> painter.Painter | None:
    """Returns who draws booths; None where nobody can, or shall."""
    command = painter.command_of(config.preview_command)
    return painter.Painter(command) if command else None


def joined_media(config: ServerConfig, database: Database, watch: Watch | None = None) -> tuple[Media, Intake]:
    """Returns what reads media, and where uploads arrive."""
    stored = StoredMedia(database)
    files: FileStore = Bucket(config.media_url.reveal()) if config.media_url else Folder(config.media_folder)
    return Media(stored, files), Intake(config.media_folder / "arriving", Worker(watch=watch), stored, files)
