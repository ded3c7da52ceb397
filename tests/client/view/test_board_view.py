"""The boards hang where plans have a screen for them, and in the crossroads; a text is drawn once."""

from halles.ids import CROSSROADS
from halles_client.view.board_pictures import BoardRow, BoardText
from halles_client.view.board_view import BoardView, surface_of
from halles_client.view.window import Window
from tests.support.plans import PLANS
from tests.support.view_window import window

__all__ = ["window"]

TEXT = BoardText("Programme", "", (BoardRow("10 h 00", "Le débat", on=True),), "b4452f")


def test_every_hall_has_a_board_inside_its_walls_and_within_a_persons_sight() -> None:
    for hall, scene in PLANS.scenes.items():
        surface = surface_of(scene)
        assert surface is not None, hall
        assert 1.2 < surface.z < 3.6
        if hall == CROSSROADS:
            assert scene.field.one(surface.x, surface.y) > 0


def test_a_board_is_drawn_anew_only_when_its_text_is_another(window: Window) -> None:
    view = BoardView(window)
    view.show(TEXT)
    assert not view.has_board
    view.enter(PLANS.scenes[CROSSROADS])
    view.show(TEXT)
    (first,) = window.base.render.find_all_matches("**/boards/board")
    view.show(BoardText(TEXT.title, TEXT.empty, TEXT.rows, TEXT.colour))
    assert window.base.render.find_all_matches("**/boards/board")[0] == first
    view.show(BoardText("Programma", "", (), "b4452f"))
    assert window.base.render.find_all_matches("**/boards/board")[0] != first
    view.enter(next(scene for hall, scene in PLANS.scenes.items() if hall != CROSSROADS))
    assert not window.base.render.find_all_matches("**/boards/board")
    view.close()
