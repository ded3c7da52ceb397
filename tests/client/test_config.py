from pathlib import Path

import pytest

from halles.errors import ConfigError, SceneError
from halles.ids import HallId
from halles.world.look import Look
from halles_client import config
from halles_client.config import Address, Settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Address(config.DEFAULT_URL)),
        ("#lille", Address(config.DEFAULT_URL, "lille")),
        ("#lille/le-fresnoy", Address(config.DEFAULT_URL, "lille", "le-fresnoy")),
        ("ws://h:1/world#a/b", Address("ws://h:1/world", "a", "b")),
        ("h:8470", Address("ws://h:8470/world")),
        ("https://pole.example/", Address("wss://pole.example/world")),
        ("http://127.0.0.1:80#hainaut", Address("ws://127.0.0.1:80/world", "hainaut")),
        ("ws://h#lille/b-1/draft", Address("ws://h/world", "lille", "b-1", draft=True)),
        ("ws://h#replay:debate-2", Address("ws://h/world", replay="debate-2")),
        ("ws://h#lille/stage:stage", Address("ws://h/world", "lille", stage="stage")),
        ("ws://[::1]:8470", Address("ws://[::1]:8470/world")),
    ],
)
def test_an_address_may_leave_out_what_can_be_guessed(text: str, expected: Address) -> None:
    assert config.address(text) == expected


@pytest.mark.parametrize(
    ("text", "place"), [("#lille", ""), ("#lille/studio-07", "booth:studio-07"), ("#lille/stage:main", "stage:main")]
)
def test_a_link_leads_to_a_hall_a_booth_or_a_place_before_a_stage(text: str, place: str) -> None:
    assert config.address(text).place == place


@pytest.mark.parametrize(
    "text",
    [
        "foo://x",
        "ws://",
        "ws://h:port",
        "ws://h:99999",
        "#UPPER",
        "#a/b/c",
        "#a//draft",
        "#../x",
        "#a/stage:",
        "#replay:",
        "#replay:A/b",
    ],
)
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(ConfigError):
        config.address(text)


def test_settings_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    settings = Settings("Zoé", "nl", Look(4, 1, 2, 3, 0), 1.5, True, "low")
    config.save_settings(settings, file)
    assert config.load_settings(file) == settings
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": 3}',
        b'{"name": "\xff"}',
        b'{"look": [99, 0, 0, 0, 0]}',
        b'{"ui_scale": 0}',
        b'{"ui_scale": 50}',
        b'{"x": ' + b"[" * 60_000,
        b" " * 70_000,
    ],
)
def test_broken_settings_are_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    assert config.load_settings(file) == Settings()


def test_a_folder_that_cannot_be_written_only_means_forgetting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    config.save_settings(Settings("Zoé"), tmp_path / "file" / "settings.json")
    assert config.load_settings(tmp_path / "file" / "settings.json") == Settings()


def test_folders_follow_the_user_s_wish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config.settings_file() == tmp_path / "c" / "halles" / "settings.json"
    assert config.cache_folder() == tmp_path / ".cache" / "halles" / "media"


def test_the_show_s_plans_are_read_with_their_digests() -> None:
    plans = config.plans()
    assert set(plans.scenes) == {"crossroads", "lille", "valenciennes", "hainaut"}
    assert all(len(digest) == 64 for digest in plans.digests.values())
    assert plans.scenes[HallId("lille")].slots


def test_a_broken_plan_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("id = 3", encoding="utf-8")
    with pytest.raises(SceneError, match=r"x\.toml"):
        config.plans(tmp_path)


def test_the_system_s_language_is_looked_up_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert config.locale_name() == ""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LC_MESSAGES", "nl_BE.UTF-8")
    assert config.locale_name() == "nl_BE.UTF-8"
