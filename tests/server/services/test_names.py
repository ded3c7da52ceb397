import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection
from halles_server.services.names import check_name, key_of

TAKEN = {key_of("Digiport"), key_of("CRRAV"), key_of("Studio 01")}


@pytest.mark.parametrize("name", ["Zoë", "Jean-Luc Ō", "Visiteur 12", "李雷", "Łukasz", "O’Neill", "a"])
def test_ordinary_names_are_kept(name: str) -> None:
    assert check_name(f"  {name} ", TAKEN) == name


@pytest.mark.parametrize(
    "name", ["Digiport", "DIGIPORT", "Dіgіport", "D1giport", "digi port", "ＣＲＲＡＶ", "СRRAV", "Studio O1"]
)
def test_look_alikes_of_the_shows_names_are_taken(name: str) -> None:
    with pytest.raises(Rejection) as refusal:
        check_name(name, TAKEN)
    assert refusal.value.code == "NAME_TAKEN"


@pytest.mark.parametrize(
    "name", ["", "   ", "a\u202eb", "a\u200bb", "a\x00b", "a\nb", "x" * 41, "\ufeff", "…", "a\u2066b", "\ue000x"]
)
def test_empty_long_invisible_and_overriding_names_are_refused(name: str) -> None:
    with pytest.raises(Rejection) as refusal:
        check_name(name, TAKEN)
    assert refusal.value.code == "INVALID_TEXT"


@given(st.text(max_size=60))
def test_any_text_is_a_clean_name_or_a_rejection(name: str) -> None:
    try:
        shown = check_name(name, TAKEN)
    except Rejection as refusal:
        assert refusal.code in {"INVALID_TEXT", "NAME_TAKEN"}  # noqa: PT017  # either is right, none is fine too
    else:
        assert shown == check_name(shown, TAKEN)
        assert 1 <= len(shown) <= 40
