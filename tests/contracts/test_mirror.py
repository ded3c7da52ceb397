"""Tests mirror the tree: every test module stands where the module that it tests stands."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOTS = {
    "contract": "contract/halles",
    "server": "server/halles_server",
    "client": "client/halles_client",
    "bench": "bench",
}


def test_every_test_module_mirrors_a_module_or_package() -> None:
    strays = []
    for side, package in ROOTS.items():
        for test in (ROOT / "tests" / side).rglob("test_*.py"):
            inside = test.relative_to(ROOT / "tests" / side)
            name = inside.stem.removeprefix("test_")
            module = ROOT / package / inside.parent / f"{name}.py"
            package_folder = ROOT / package / inside.parent / name
            if not module.exists() and not package_folder.is_dir():
                strays.append(str(test.relative_to(ROOT)))
    assert strays == []


def test_source_roots_hold_no_init_file() -> None:
    assert [root for root in ("contract", "server", "client") if (ROOT / root / "__init__.py").exists()] == []
