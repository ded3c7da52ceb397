"""Which hosts are this machine's; what settings refuse because of it stands in ``test_config.py``."""

import pytest

from halles_server.outside_urls import bus_problems, database_problems, is_loopback, media_problems


@pytest.mark.parametrize(
    ("host", "is_this"),
    [("", True), ("localhost", True), ("127.8.0.1", True), ("::1", True), ("10.0.0.1", False), ("halles.eu", False)],
)
def test_this_machine_is_told_from_others(host: str, is_this: bool) -> None:
    assert is_loopback(host) is is_this


def test_no_sentence_repeats_a_password() -> None:
    found = [
        *bus_problems("BUS", "nats://me:hunter2@far"),
        *database_problems("DB", "postgresql://me:hunter2@far/x"),
        *media_problems("MEDIA", "s3://me:hunter2@far/bucket-1?tls=no"),
    ]
    assert len(found) == 3
    assert "hunter2" not in " ".join(found)
