"""The page of all settings."""

from pathlib import Path

from halles_server import settings_page
from halles_server.config import ServerConfig

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_of_settings_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page.page(), "run halles-server config > docs/configuration.md"
    assert settings_page.page().count("| `HALLES_") == len(ServerConfig.__dataclass_fields__)
    assert "/work" not in settings_page.page()
