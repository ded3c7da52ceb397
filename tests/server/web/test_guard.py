"""Whose host it is."""

import pytest

from halles_server.web.guard import is_ours
from tests.support.page_door import PageDoor


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("halles.example", True),
        ("halles.example:8470", True),
        ("localhost:1", True),
        ("192.0.2.7:8470", True),
        ("[::1]:8470", True),
        ("evil.example", False),
        ("halles.example.evil.example", False),
        ("", False),
        ("[::1", False),
        ("halles.example@evil.example", False),
    ],
)
def test_only_our_names_and_plain_addresses_are_ours(host: str, ours: bool) -> None:
    assert is_ours(host, frozenset({"halles.example"})) is ours


def test_a_foreign_host_gets_nothing(page_door: PageDoor) -> None:
    with page_door.client(host="rebound.example") as client:
        answer = client.get("/fr/")
    assert answer.status_code == 400
    assert "stand" not in answer.text
    assert "HALLES_PUBLIC_URL" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
