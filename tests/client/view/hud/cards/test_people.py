"""The list of who is here: what is offered for the one chosen, and for somebody blocked."""

import pytest

from halles.world.roles import Role
from halles.world.text import LANGUAGES, Language
from halles_client.view.hud import acts
from halles_client.view.hud.cards import people
from halles_client.view.hud.state import HudState, Person, Place
from tests.support.hud_cards import drawn

HERE = (
    Person("ada", "Ada Byron de Lovelace-Noel", Role.GUEST, 0, 2),
    Person("bo", "Bo", Role.GUEST, 0, 0, blocked=True),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_one_chosen_is_gone_to_or_blocked_and_somebody_blocked_is_only_unblocked(language: Language) -> None:
    offered = []
    for chosen in range(2):
        state = HudState(place=Place("Lille", "b4452f", 3), people=HERE)
        pen = drawn(people.people, state, language, sheet="people", chosen=chosen)
        offered.append([target.act for target in pen.drawing.targets if isinstance(target.act, acts.Block)])
        assert any(isinstance(target.act, acts.Go) for target in pen.drawing.targets)
    assert offered == [[acts.Block("ada", on=True)], [acts.Block("bo", on=False)]]
