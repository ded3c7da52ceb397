"""A tour whose pictures cannot be written says so in a sentence; where it walks: ``tests/e2e/test_run.py``."""

from pathlib import Path

import pytest

from halles.errors import ConfigError
from halles_client import config
from halles_client.app import Setting
from halles_client.net.link import Credentials
from halles_client.tour import Tour
from halles_client.view.window import Window
from tests.support.plans import PLANS
from tests.support.serving import real_server


def tour(window: Window, address: str, folder: Path, media: Path) -> Tour:
    setting = Setting(config.address(address), PLANS, config.Settings(), None, media)
    return Tour(window, setting, Credentials("Ada", "fr"), folder)


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(window: Window, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    walked = tour(window, "ws://127.0.0.1:9/world", tmp_path / "file" / "x", tmp_path / "media")
    with pytest.raises(ConfigError, match="cannot be written"):
        walked.run(lambda _: None)
    walked.close()


def test_a_picture_that_cannot_be_written_is_said_in_a_sentence(window: Window, demo_url: str, tmp_path: Path) -> None:
    (tmp_path / "1-lobby.png").mkdir()
    with real_server(demo=True, database_url=demo_url) as server:
        walked = tour(window, server.world, tmp_path, tmp_path / "media")
        with pytest.raises(ConfigError, match=r"1-lobby\.png cannot be written"):
            walked.run(lambda _: None)
        walked.close()
