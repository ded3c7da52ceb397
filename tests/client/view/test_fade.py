import numpy as np

from halles_client.view.fade import FADE_S, Fade
from halles_client.view.window import Window


def brightness(window: Window) -> float:
    window.step()
    window.step()
    return float(np.asarray(window.picture()).mean())


def test_it_darkens_does_it_in_the_dark_and_clears(window: Window) -> None:
    window.base.win.set_clear_color((0.9, 0.9, 0.9, 1))
    fade = Fade(window)
    cover_when_done: list[float] = []
    fade.begin(lambda: cover_when_done.append(fade.cover))
    steps = 0
    while fade.busy:
        fade.step(FADE_S / 5)
        steps += 1
        if fade.cover == 1.0:
            assert brightness(window) < 40
    assert cover_when_done == [1.0]
    assert 9 <= steps <= 12
    assert brightness(window) > 200
    fade.close()


def test_it_stays_dark_while_a_hall_loads(window: Window) -> None:
    fade = Fade(window)
    fade.begin(fade.hold)
    for _ in range(40):
        fade.step(0.05)
    assert fade.cover == 1.0
    fade.release()
    for _ in range(4):
        fade.step(0.05)
    assert not fade.busy
    fade.close()


def test_one_slow_frame_is_not_a_flash(window: Window) -> None:
    fade = Fade(window)
    fade.begin(lambda: None)
    fade.step(2.0)
    assert fade.cover < 0.5
    fade.close()
