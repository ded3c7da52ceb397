"""What a key commands by where it lies, without any keyboard."""

import pytest

from halles_client.view.hud.places import Places


@pytest.fixture
def places() -> Places:
    return Places()


def test_a_latin_letter_is_typed_and_its_place_means_nothing(places: Places) -> None:
    for place, letter in (("m", "m"), ("q", "a"), (";", "m"), ("2", "é"), ("m", ",")):
        places.press(place)
        assert places.character(letter) == (letter, "")


@pytest.mark.parametrize("letter", ["ь", "Ь", "ة", "צ", "μ", "ท", "ㅡ"])
def test_a_letter_of_another_script_names_its_key(places: Places, letter: str) -> None:
    places.press("m")
    assert places.character(letter) == (letter, "m")


def test_a_key_that_is_held_commands_once_and_types_on(places: Places) -> None:
    places.press("m")
    assert [places.character("ь") for _ in range(3)] == [("ь", "m"), ("ь", ""), ("ь", "")]


def test_a_key_that_the_system_names_before_its_character_or_after_it_commands_once(places: Places) -> None:
    places.press("m")
    assert places.name("m")
    assert places.character("ь") == ("ь", "")
    places.press("m")
    assert places.character("ь") == ("ь", "m")
    assert not places.name("m")
    places.press("m")
    assert places.name("m")


def test_what_an_input_method_gives_after_a_key_without_a_letter_commands_nothing(places: Places) -> None:
    places.press("m")
    places.press("space")
    assert places.character("吗") == ("吗", "")


def test_control_makes_a_command_of_a_letter_and_does_not_type_it(places: Places) -> None:
    places.press("lcontrol")
    places.press("c")
    assert places.character("с") == ("", "control-c")
    places.press("rshift")
    places.press("m")
    assert places.character("Ь") == ("", "shift-control-m")
    places.release("lcontrol")
    places.press("m")
    assert places.character("Ь") == ("Ь", "shift-m")


def test_a_third_level_types_though_some_systems_call_it_control_and_alt(places: Places) -> None:
    for place in ("lcontrol", "ralt", "m"):
        places.press(place)
    assert places.character("ў") == ("ў", "")


def test_nothing_stays_held_when_another_window_has_the_keyboard(places: Places) -> None:
    places.press("lcontrol")
    places.let_go()
    places.press("c")
    assert places.character("с") == ("с", "c")
