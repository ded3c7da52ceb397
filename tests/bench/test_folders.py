"""A folder lasts for its measurement, and where that was killed until the next one."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench import folders


def test_a_folder_whose_owner_was_killed_goes_with_the_next_and_one_in_use_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    orphan, other = tmp_path / f"{folders.PREFIX}{killed.pid}-x", tmp_path / "halles-else-1-x"
    orphan.mkdir()
    (orphan / "file").touch()
    other.mkdir()
    with folders.passing() as first, folders.passing() as second:
        assert sorted(tmp_path.iterdir()) == sorted([Path(first), Path(second), other])
    assert list(tmp_path.iterdir()) == [other]
