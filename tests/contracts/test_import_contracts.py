"""The import contracts hold, and each of them notices when it is broken."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]

BREAKS = {
    "server-layers": [("server/halles_server/services/chat.py", "halles_server.gateway.listener")],
    "client-layers": [("client/halles_client/replica/replica.py", "halles_client.net.link")],
    "contract-layers": [("contract/halles/world/geometry.py", "halles.protocol.codec")],
    "two-sides": [("client/halles_client/config.py", "halles_server.config")],
    "contract-alone": [
        ("contract/halles/world/booth.py", "PIL.Image"),
        ("contract/halles/world/booth.py", "uvloop"),
        ("contract/halles/resources.py", "structlog"),
    ],
    "contract-first": [("contract/halles/resources.py", "halles_server.config")],
    "pure-zones": [
        ("server/halles_server/hall/hall.py", "time"),
        ("server/halles_server/hall/slab.py", "datetime"),
        ("client/halles_client/replica/timeline.py", "random"),
        ("contract/halles/world/geometry.py", "importlib.resources"),
        ("contract/halles/protocol/codec.py", "logging"),
    ],
    "panda-in-the-view": [],
    "asyncpg-in-storage": [],
    "nats-in-the-cluster": [],
    "msgpack-in-the-codec": [],
    "websockets-at-the-edges": [],
    "decoders-in-media": [],
    "sounddevice-in-sound": [],
    "doors-call-services": [
        ("server/halles_server/web/app.py", "halles_server.storage.booths"),
        ("server/halles_server/gateway/world.py", "halles_server.storage.pool"),
        ("server/halles_server/web/uploads.py", "halles_server.media.worker"),
    ],
}
"""For each contract, imports that break it; those of a library with a place are broken everywhere, see below."""

PLACES = {
    "panda-in-the-view": ("panda3d.core", ["halles_client/view/"]),
    "asyncpg-in-storage": ("asyncpg", ["halles_server/storage/"]),
    "nats-in-the-cluster": ("nats", ["halles_server/cluster/"]),
    "msgpack-in-the-codec": ("msgpack", ["halles/protocol/codec.py"]),
    "websockets-at-the-edges": ("websockets", ["halles_server/gateway/", "halles_client/net/"]),
    "decoders-in-media": ("av", ["halles_server/media/", "halles_client/films/", "halles_client/sound/codec.py"]),
    "sounddevice-in-sound": ("sounddevice", ["halles_client/sound/"]),
}
"""Libraries, and where they may be imported."""

SOURCES = ("contract", "server", "client")


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(str(folder / root) for root in ("contract", "server", "client"))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for root in SOURCES:
        shutil.copytree(ROOT / root, tmp_path / root, ignore=shutil.ignore_patterns("__pycache__", "*.webp", "*.png"))
    (tmp_path / "tests" / "contracts").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "contracts" / "allowed_imports.py", tmp_path / "tests" / "contracts")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def name_of(module: Path) -> str:
    """The import name of a module, from its path within a source root."""
    return ".".join(module.with_suffix("").parts).removesuffix(".__init__")


def test_the_contracts_hold_as_the_tree_stands() -> None:
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout


def test_every_contract_has_a_break_that_proves_it() -> None:
    assert {contract["id"] for contract in CONTRACTS} == set(BREAKS)
    assert {contract for contract, breaks in BREAKS.items() if not breaks} == set(PLACES)


@pytest.mark.parametrize(("contract", "file", "module"), [(c, *case) for c, cases in BREAKS.items() for case in cases])
def test_a_forbidden_import_breaks_the_contract(contract: str, file: str, module: str, copy: Path) -> None:
    with (copy / file).open("a", encoding="utf-8") as out:
        out.write(f"\n\nimport {module}\n")
    linted = lint(copy, "--contract", contract)
    assert linted.returncode == 1, linted.stdout
    assert "BROKEN" in linted.stdout
    assert name_of(Path(*Path(file).parts[1:])) in linted.stdout


@pytest.mark.parametrize("contract", PLACES)
def test_a_library_with_a_place_is_noticed_in_every_module_elsewhere(contract: str, copy: Path) -> None:
    library, places = PLACES[contract]
    elsewhere = []
    for root in SOURCES:
        for file in (copy / root).rglob("*.py"):
            module = file.relative_to(copy / root)
            if not any(module.as_posix().startswith(place) for place in places):
                elsewhere.append(name_of(module))
                with file.open("a", encoding="utf-8") as out:
                    out.write(f"\n\nimport {library}\n")
    linted = lint(copy, "--contract", contract)
    assert linted.returncode == 1, linted.stdout
    top = library.partition(".")[0]
    told = set(re.findall(rf"([\w.]+) -> {top}\b", linted.stdout))
    assert told == set(elsewhere)
    assert len(elsewhere) > 100, "every module is asked"


@pytest.mark.parametrize(
    ("contract", "package"),
    [
        ("server-layers", "server/halles_server"),
        ("client-layers", "client/halles_client"),
        ("contract-layers", "contract/halles"),
    ],
)
def test_a_new_module_must_be_given_its_layer(contract: str, package: str, copy: Path) -> None:
    (copy / package / "attic.py").write_text('"""A module that nobody has placed."""\n', "utf-8")
    linted = lint(copy, "--contract", contract)
    assert linted.returncode == 1
    assert "attic" in linted.stdout
