"""What the bench has in C says what it needs where that is not there."""

import subprocess
from pathlib import Path

import pytest

from bench import compiling
from bench.peers import floor

WITHOUT_HEADERS = (*compiling.OPTIONS, "-nostdinc")


def test_without_a_compiler_the_bench_ends_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "COMPILER", "no-such-compiler")
    assert not compiling.there()
    with pytest.raises(SystemExit, match=r"floor\.c .*no-such-compiler.*apt-get install gcc"):
        compiling.compiled(floor.SOURCE, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not compiling.there(), reason="needs cc")
def test_a_compiler_without_headers_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "OPTIONS", WITHOUT_HEADERS)
    assert not compiling.there()
    with pytest.raises(SystemExit, match=r"floor\.c .*apt-get install gcc"):
        compiling.compiled(floor.SOURCE, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not compiling.there(), reason="needs cc")
def test_a_mistake_in_the_c_itself_is_not_taken_for_a_missing_compiler(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.c"
    wrong.write_text("int main(void) { return nothing; }\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        compiling.compiled(wrong, tmp_path)
