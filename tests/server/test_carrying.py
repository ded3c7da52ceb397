"""A file takes its name without taking anybody else's; what a booth's file holds stands in ``test_cli.py``."""

import os
from pathlib import Path

import pytest

from halles_server import carrying


@pytest.mark.parametrize("links", [True, False])
def test_a_file_takes_its_name_whole_and_never_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:

        def refuse(*_: object) -> None:
            raise PermissionError(1, "no links here")

        monkeypatch.setattr(os, "link", refuse)
    part, to = tmp_path / "x.part", tmp_path / "x.zip"
    part.write_bytes(b"booth")
    carrying.place(part, to)
    assert to.read_bytes() == b"booth"
    part.unlink()  # where there are links, both names are the one file
    part.write_bytes(b"other")
    with pytest.raises(FileExistsError):
        carrying.place(part, to)
    assert to.read_bytes() == b"booth"
