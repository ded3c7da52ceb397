"""Everything that the two doors may call, as one value made by ``bootstrap``."""

from collections.abc import Mapping
from dataclasses import dataclass

from halles.ids import HallId
from halles.world.scene import Scene
from halles_server.services.admission import Admission
from halles_server.services.booths import Booths
from halles_server.services.chat import Chat
from halles_server.services.finding import Finding
from halles_server.services.media import Media
from halles_server.services.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one running server, and the plans of its halls."""

    admission: Admission
    booths: Booths
    chat: Chat
    finding: Finding
    media: Media
    uploads: Uploads
    scenes: Mapping[HallId, Scene]
