import pytest

from halles_server.services.finding import fitness, fold


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("ecole", "École 03"),
        ("ECOLE 3", "École 03"),
        ("wallim", "Wallimage"),
        ("walimage", "Wallimage"),
        ("digport", "Digiport"),
        ("frsnoy", "Le Fresnoy"),
        ("hainaut", "Porte du Hainaut"),
        ("ô", "Ô"),
    ],
)
def test_accents_beginnings_and_typing_errors_find_the_name(query: str, name: str) -> None:
    assert fitness(fold(query), fold(name)) >= 0.55


@pytest.mark.parametrize(
    ("query", "name"), [("xyz", "Wallimage"), ("", "Wallimage"), ("q", "Digiport"), ("vaf", "Lille")]
)
def test_what_does_not_fit_is_left_out(query: str, name: str) -> None:
    assert fitness(fold(query), fold(name)) < 0.55


def test_an_exact_name_beats_a_beginning_and_a_beginning_a_likeness() -> None:
    wanted = fold("studio 1")
    assert fitness(wanted, fold("Studio 1")) > fitness(wanted, fold("Studio 12")) > fitness(wanted, fold("Studio 02"))
