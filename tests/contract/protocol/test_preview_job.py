"""What is handed to the program that draws a booth: what is written is read, and nothing else is."""

import pytest

from halles.ids import BoothId, HallId, MediaId, SlotId
from halles.protocol.messages import BoothCard
from halles.protocol.preview_job import JOB_CAP, PreviewJob, read, written

PICTURE = MediaId(f"{'a' * 64}.webp")


def job(data: bytes) -> PreviewJob:
    card = BoothCard(BoothId("atelier"), SlotId("A1"), 3, "Atelier", "company", 2, (("screen", PICTURE),))
    return PreviewJob(HallId("lille"), card, {PICTURE: data})


def test_what_is_written_is_read() -> None:
    assert read(written(job(b"\x00\xff\x80"))) == job(b"\x00\xff\x80")


def test_a_job_that_is_too_large_is_not_written_and_not_read() -> None:
    with pytest.raises(ValueError, match="at most"):
        written(job(bytes(JOB_CAP)))
    with pytest.raises(ValueError, match="more than"):
        read(bytes(JOB_CAP + 1))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\xff", b"[" * 5000, b'{"hall":"lille","card":[],"media":{}}', written(job(b"x"))[:-1]]
)
def test_what_is_no_job_is_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(data)
