"""``kill -9`` while one person uploads, saves and publishes again and again: the booth is whole, and nothing is lost.

Each round has all three under way at once and kills at another moment. What is left of uploads goes with the sweep,
for which it is made old by its times.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.e2e.test_killed_upload import BOOTH, begin, exhibitor, finish
from tests.support.files import pdf, photograph
from tests.support.media import names
from tests.support.processes import ServerProcess
from tests.support.studio import forms

STUDIO = f"/en/studio/{BOOTH}"
POSTER = f"{STUDIO}/slots/poster-1"
TITLE, PICTURE = "panel:poster-1:title.en", "panel:poster-1:picture"
SMALL = 64
"""Points of the first picture's side; each one after it is larger by one, and so another medium."""

BUSY = {"HALLES_REQUESTS_PER_S": "100000", "HALLES_REQUESTS_BURST": "100000"} | {
    "HALLES_PAGES_PER_S": "100000",
    "HALLES_PAGES_BURST": "100000",
}
"""Rates that do not slow the exhibitor down."""


@dataclass
class Exhibitor:
    """Somebody who hangs up one numbered poster after the other.

    Attributes:
        hung: The picture of each poster that was sent, by its number.
        saved: The last poster whose saving was acknowledged.
        published: The last whose publication was.
    """

    client: httpx.Client
    hung: dict[int, str] = field(default_factory=dict)
    saved: int = 0
    published: int = 0

    def work_until_it_breaks(self) -> None:
        """Hangs up posters; returns when the server is gone."""
        try:
            while True:
                self.hang(len(self.hung) + 1)
        except httpx.TransportError:
            return

    def hang(self, number: int) -> None:
        """Uploads a picture, saves it with a title of the same number, and publishes both."""
        data = photograph(SMALL + number, SMALL)
        answer = self.client.put(begin(self.client, "picture", data), content=data, headers={"upload-offset": "0"})
        self.hung[number] = answer.json()["media"]
        form = forms(self.client.get(POSTER).text)[POSTER] | {TITLE: f"Poster {number}", PICTURE: self.hung[number]}
        assert self.client.post(POSTER, data=form).status_code == 303
        self.saved = number
        act = f"{STUDIO}/acts/publish"
        done = self.client.post(act, data=forms(self.client.get(POSTER).text)[act])
        assert done.headers["location"].endswith("done=published")
        self.published = number

    def check(self, url: str) -> None:
        """After the return: booth and draft each are one whole poster: the last acknowledged, or one sent since."""
        self.client.base_url, self.client.headers["origin"] = httpx.URL(url), url
        shown = self.client.get(f"/api/v1/booths/{BOOTH}").json()["content"]["panels"]
        poster = next(panel for panel in shown if panel["slot"] == "poster-1")
        self.published = self._whole(poster["title"]["en"], poster["picture"], self.published)
        draft = forms(self.client.get(POSTER).text)[POSTER]
        self.saved = self._whole(draft[TITLE], draft[PICTURE], self.saved)

    def _whole(self, title: str, picture: str, acknowledged: int) -> int:
        number = int(title.removeprefix("Poster "))
        assert number >= acknowledged, "an acknowledged poster is lost"
        assert picture == self.hung[number]
        assert self.client.get(f"/media/{picture}").status_code == 200
        return number


def _until(said: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not said():
        assert time.monotonic() < until
        time.sleep(0.005)


def _strays(client: httpx.Client, folder: Path) -> list[str]:
    """Returns the files that nobody is given."""
    return [name for name in names(folder) if client.get(f"/media/{name}").status_code != 200]


def test_killed_amid_uploading_looking_saving_and_publishing_the_booth_is_whole_and_the_sweep_finds_the_rest(
    tmp_path: Path,
) -> None:
    folder, whole = tmp_path / "var", pdf(10)
    media = folder / "media"
    server = ServerProcess(folder, "--demo", **BUSY)
    try:
        one = Exhibitor(exhibitor(folder, server.port))
        one.hang(1)
        moments: tuple[Callable[[], object], ...] = (
            lambda: list((media / "arriving").glob("*.work/page-1.webp")),
            lambda: one.saved > one.published,
            lambda: one.published > last and len(one.hung) > one.saved,
        )
        for moment in moments:
            last = one.published
            half = begin(one.client, "document", whole)
            one.client.put(half, content=whole[: len(whole) // 2], headers={"upload-offset": "0"})
            looked_at = begin(one.client, "document", whole)
            threads = [
                threading.Thread(target=finish, args=(one.client, looked_at, whole)),
                threading.Thread(target=one.work_until_it_breaks),
            ]
            for thread in threads:
                thread.start()
            _until(moment)
            server.kill()
            for thread in threads:
                thread.join(timeout=20)
            assert [name for name in names(media) if name.endswith(".part")], "an upload was under way"
            for path in (*(media / "arriving").iterdir(), *media.glob("??/*")):
                os.utime(path, (0, 0))
            server = ServerProcess(folder, **BUSY)
            one.check(f"http://127.0.0.1:{server.port}")
            _until(lambda: not _strays(one.client, media))
        one.hang(len(one.hung) + 1)
        assert server.stop() == 0
        one.client.close()
    finally:
        server.kill()
