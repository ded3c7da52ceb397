"""Which user of the machine Postgres runs as."""

import os
from pathlib import Path

import pytest

from halles.errors import ConfigError
from halles_server.storage import os_user

ROOT = os.geteuid() == 0


def test_root_never_runs_it_and_anybody_else_runs_it_themselves(tmp_path: Path) -> None:
    user = os_user.choose(tmp_path / "cluster", None)
    assert user.uid != 0
    assert user.dropped is ROOT
    if not ROOT:
        assert user.uid == os.geteuid()


def test_an_unknown_or_too_mighty_user_is_refused(tmp_path: Path) -> None:
    if ROOT:
        with pytest.raises(ConfigError, match="there is no user no-such-user here"):
            os_user.choose(tmp_path / "cluster", "no-such-user")
        with pytest.raises(ConfigError, match="does not run as root"):
            os_user.choose(tmp_path / "cluster", "root")
    else:
        with pytest.raises(ConfigError, match="only root can run Postgres as no-such-user"):
            os_user.choose(tmp_path / "cluster", "no-such-user")


def test_a_program_run_as_the_user_has_its_identity_and_a_small_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALLES_SECRET", "canary")
    user = os_user.choose(tmp_path / "cluster", None)
    assert user.run(["/usr/bin/id", "-u"]).stdout == f"{user.uid}\n"
    assert "canary" not in user.run(["/usr/bin/env"]).stdout
    if ROOT:
        assert user.run(["/usr/bin/id", "-G"]).stdout == f"{user.gid}\n"
