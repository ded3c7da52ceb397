"""Importing the demonstration exhibition: as often as one likes, with the same result.

What people have changed stays theirs: the store keeps a booth whose newest revision an import did not make. All booths
and pictures arrive in one transaction, so that a show is never half imported.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from halles.errors import ConfigError
from halles.ids import BoothId, MediaId
from halles.world.booth import media_kind
from halles_server.ports.booths import Outcome, PreparedBoothStore
from halles_server.ports.media import MIMES, Medium, ending
from halles_server.services.demonstration_files import read_demonstration


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, booth by booth."""

    outcomes: dict[BoothId, Outcome]

    def __str__(self) -> str:
        """Says it in a sentence, for the operator."""
        counts = Counter(self.outcomes.values())
        said = [f"{counts[outcome]} {words}" for outcome, words in _SAID.items() if counts[outcome]]
        return f"Demonstration: {len(self.outcomes)} booths, {', '.join(said) or 'none'}."


_SAID: dict[Outcome, str] = {
    "added": "added",
    "changed": "brought up to date",
    "same": "as before",
    "kept": "kept as their exhibitors left them",
}


async def import_demonstration(store: PreparedBoothStore, folder: Path) -> ImportReport:
    """Brings the exhibition of a folder into the show.

    Args:
        store: Where prepared booths go.
        folder: The files, as in ``assets/demo``.

    Raises:
        ConfigError: A file is missing, malformed or does not fit the others, or two booths want one slot.
        Rejection: STORAGE_FULL.
        Unavailable: The database does not answer; nothing was imported.
    """
    show = read_demonstration(folder)
    files = {picture.media: picture.file for picture in show.pictures}
    outcomes = await store.put(show.booths, tuple(files), lambda media: _load(media, files[media]))
    return ImportReport(outcomes)


def _load(media: MediaId, file: Path) -> Medium:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file.name}: {error.strerror}") from None
    if hashlib.sha256(data).hexdigest() != media.partition(".")[0]:
        raise ConfigError(f"{file.name}: not what is listed; run assets.make.posters and assets.make.models")
    if media_kind(media) == "model":
        return Medium(media, MIMES[ending(media)], 0, 0, data)
    with Image.open(BytesIO(data)) as image:
        width, height = image.size
    return Medium(media, MIMES[ending(media)], width, height, data)
