"""What the server hands to the client's program that draws one booth: a bounded job, as bytes through a pipe.

No part of the wire between visitors and servers: both ends are processes of one machine. The booth is described as
everybody in a hall is told of it, so that a draft is drawn by what draws published booths.
"""

from typing import Final

import msgspec

from halles.ids import HallId, MediaId
from halles.protocol.messages import BoothCard

JOB_CAP: Final = 32 * 1024 * 1024
"""Bytes of a whole job, as it is written."""

PICTURE_CAP: Final = 512 * 1024
"""Bytes of the picture that comes back."""


class PreviewJob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One booth to be drawn, where it stands.

    Attributes:
        hall: In which hall.
        card: What is seen of it from the aisle.
        media: The bytes of the pictures and the model that the card names; one that is missing is drawn as such.
    """

    hall: HallId
    card: BoothCard
    media: dict[MediaId, bytes]


def written(job: PreviewJob) -> bytes:
    """Returns a job as bytes.

    Raises:
        ValueError: It is larger than ``JOB_CAP``.
    """
    data = msgspec.json.encode(job)
    if len(data) > JOB_CAP:
        raise ValueError(f"{len(data)} bytes, at most {JOB_CAP} in a job")
    return data


def read(data: bytes) -> PreviewJob:
    """Reads a job.

    Raises:
        ValueError: It is none.
    """
    if len(data) > JOB_CAP:
        raise ValueError(f"more than {JOB_CAP} bytes")
    try:
        return msgspec.json.decode(data, type=PreviewJob)
    except RecursionError:
        raise ValueError("nested too deeply") from None
