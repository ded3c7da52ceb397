"""What the bench has in C says what it needs where that is not there."""

from pathlib import Path

import pytest

from bench import compiling
from bench.peers import floor


def test_without_a_compiler_the_bench_ends_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "COMPILER", "no-such-compiler")
    assert not compiling.there()
    with pytest.raises(SystemExit, match="apt-get install gcc"):
        compiling.compiled(floor.SOURCE, tmp_path)
    assert list(tmp_path.iterdir()) == []
