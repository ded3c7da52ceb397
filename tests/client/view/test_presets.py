import pytest

from halles_client.view.presets import HIGH, LOW, MEDIUM, PRESETS, Preset, for_driver, stepped


@pytest.mark.parametrize(
    ("preset", "frames", "expected"),
    [
        (MEDIUM, [55.0] * 60, LOW),
        (HIGH, [55.0] * 60, MEDIUM),
        (MEDIUM, [4.0] * 60, MEDIUM),
        (MEDIUM, [16.0] * 60, MEDIUM),
        (LOW, [90.0] * 60, LOW),
        (MEDIUM, [], MEDIUM),
        (MEDIUM, [16.0] * 50 + [400.0] * 10, MEDIUM),
    ],
)
def test_slow_frames_move_the_preset_one_step_down(preset: Preset, frames: list[float], expected: Preset) -> None:
    assert stepped(preset, frames) is expected


def test_presets_are_known_by_their_own_names() -> None:
    assert [PRESETS[name].name for name in PRESETS] == ["low", "medium", "high"]


@pytest.mark.parametrize("driver", ["llvmpipe (LLVM 15)", "softpipe", "SwiftShader", "Microsoft Basic Render Driver"])
def test_a_software_driver_starts_at_the_low_preset(driver: str) -> None:
    assert for_driver(driver) is LOW


def test_a_graphics_card_starts_at_the_medium_preset() -> None:
    assert for_driver("AMD Radeon RX 6600") is MEDIUM
