"""The system's fonts: only known files that can be read, the better ones first, wherever they lie in its folders."""

import shutil
import sys
from pathlib import Path

import pytest

from halles_client.view.fonts import font_file
from halles_client.view.system_fonts import FILES, system_fonts


@pytest.mark.skipif(sys.platform != "linux", reason="folders are named in the environment on Linux")
def test_a_damaged_file_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = font_file("medium").read_bytes()
    (tmp_path / "fonts").mkdir()
    for name, content in (
        ("NotoSans-Regular.ttf", b""),
        ("NotoSansArabic-Regular.ttf", ours[:100]),
        ("FreeSans.ttf", ours[:3000]),
        ("DejaVuSans.ttf", ours),
    ):
        (tmp_path / "fonts" / name).write_bytes(content)
    (tmp_path / "fonts" / "msyh.ttc").symlink_to(tmp_path / "gone.ttc")
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nothing"))
    assert [path.name for path in system_fonts.__wrapped__()] == ["DejaVuSans.ttf"]


@pytest.mark.skipif(sys.platform != "linux", reason="folders are named in the environment on Linux")
def test_known_files_are_found_in_their_order_and_others_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ("NotoSansArabic-Regular.ttf", "DejaVuSans.ttf")
    for name in (*reversed(wanted), "Fancy.ttf"):
        file = tmp_path / "fonts" / "truetype" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(font_file("medium"), file)
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nothing"))
    assert tuple(path.name for path in system_fonts.__wrapped__()) == wanted
    assert [FILES.index(name) for name in wanted] == sorted(FILES.index(name) for name in wanted)
