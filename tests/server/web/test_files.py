"""Files: pictures by their hash, and our own by theirs."""

import re

import pytest

from halles_server.web.files import asked_range
from tests.support.page_door import PageDoor


def test_a_picture_is_served_for_ever_and_sandboxed(page_door: PageDoor) -> None:
    with page_door.client() as client:
        path = re.findall(r'src="(/media/[^"]+)"', client.get("/fr/booths/pole-images").text)[0]
        answer = client.get(path)
        again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
        small = client.get(f"{path}?face=far", follow_redirects=False)  # the demonstration comes in one size
    assert answer.headers["content-type"] == "image/webp"
    assert answer.content[8:12] == b"WEBP"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (small.status_code, small.content) == (200, answer.content)
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_no_picture_of_ours_is_not_found(page_door: PageDoor) -> None:
    with page_door.client() as client:
        for name in ("0" * 64 + ".webp", "../../etc/passwd", "%2e%2e/secret", "0" * 64 + ".svg", "x"):
            assert client.get(f"/media/{name}").status_code == 404
            assert client.get(f"/static/{name}").status_code == 404


def test_the_stylesheet_is_small_and_names_the_font_by_its_bytes(page_door: PageDoor) -> None:
    with page_door.client() as client:
        html = client.get("/fr/").text
        style = re.findall(r'href="(/static/pages\.[0-9a-f]{12}\.css)"', html)[0]
        answer = client.get(style)
        font = re.findall(r"url\((inter\.[0-9a-f]{12}\.woff2)\)", answer.text)[0]
        assert len(client.get(f"/static/{font}").content) < 60_000
        script = client.get(re.findall(r'src="(/static/pages\.[0-9a-f]{12}\.js)"', html)[0])
    assert len(answer.content) <= 30_000
    assert "immutable" in answer.headers["cache-control"]
    assert len(script.content) <= 4_000
    assert "http" not in answer.text


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("", (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-900", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=100-", None),
        ("bytes=20-10", None),
        ("bytes=-0", None),
        ("bytes=-", (0, 100)),
        ("bytes=0-1,5-6", (0, 100)),
        ("lines=1-2", (0, 100)),
        ("bytes=٣-٤", (0, 100)),
        ("bytes=" + "9" * 30 + "-", (0, 100)),
    ],
)
def test_a_range_is_what_was_asked_for_or_everything(header: str, asked: tuple[int, int] | None) -> None:
    assert asked_range(header, 100) == asked
