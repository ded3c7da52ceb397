"""The system's fonts: only known files, the better ones first, wherever they lie in its folders."""

import sys
from pathlib import Path

import pytest

from halles_client.view.system_fonts import FILES, system_fonts


@pytest.mark.skipif(sys.platform != "linux", reason="folders are named in the environment on Linux")
def test_known_files_are_found_in_their_order_and_others_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ("NotoSansArabic-Regular.ttf", "DejaVuSans.ttf")
    for name in (*reversed(wanted), "Fancy.ttf"):
        file = tmp_path / "fonts" / "truetype" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nothing"))
    assert tuple(path.name for path in system_fonts.__wrapped__()) == wanted
    assert [FILES.index(name) for name in wanted] == sorted(FILES.index(name) for name in wanted)
