import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection
from halles_server.services.names import check_name, key_of

TAKEN = {key_of("Digiport"), key_of("CRRAV"), key_of("Studio 01")}


@pytest.mark.parametrize(
    "name", ["Zoë", "Jean-Luc Ō", "Visiteur 12", "李雷", "Łukasz", "O’Neill", "a", "מֹשֶׁה", "ที่รัก", "Nguyễn"]
)
def test_ordinary_names_are_kept(name: str) -> None:
    assert check_name(f"  {name} ", TAKEN) == name


@pytest.mark.parametrize(
    "name",
    ["Digiport", "DIGIPORT", "Dіgіport", "D1giport", "digi port", "ＣＲＲＡＶ", "СRRAV", "Studio O1", "Digi\u3000port"],
)
def test_look_alikes_of_the_shows_names_are_taken(name: str) -> None:
    with pytest.raises(Rejection) as refusal:
        check_name(name, TAKEN)
    assert refusal.value.code == "NAME_TAKEN"


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", "a\u202eb", "a\u200bb", "a\x00b", "a\nb", "x" * 41, "\ufeff", "…", "a\u2066b", "\ue000x"),
        *("Ada Ad\u3164min", "Bob\u200d", "Bo\u200cb", "a\u115fb", "a\u1160b", "a\uffa0b", "\u3164", "a\u2800b"),
        *("a\u034fb", "a\u180bb", "a\ufe0fb", "a\U000e0101b", "a\u17b4b", "a\u00adb"),
    ],
)
def test_empty_long_invisible_and_overriding_names_are_refused(name: str) -> None:
    with pytest.raises(Rejection) as refusal:
        check_name(name, TAKEN)
    assert refusal.value.code == "INVALID_TEXT"


@pytest.mark.parametrize("name", ["ᴅɪɢɪᴘᴏʀᴛ", "🅳igiport", "🇩igiport"])
def test_signs_that_are_letters_to_the_eye_count_as_letters(name: str) -> None:
    assert key_of(name) == key_of("Digiport")


@pytest.mark.parametrize("name", ["D!g|port", "CRR4V", "$tudio 01"])
def test_signs_for_letters_make_no_other_name(name: str) -> None:
    with pytest.raises(Rejection) as refusal:
        check_name(name, TAKEN)
    assert refusal.value.code == "NAME_TAKEN"


@pytest.mark.parametrize(("marks", "kept"), [(3, True), (4, False), (30, False)])
def test_a_letter_bears_no_tower_of_marks(marks: int, kept: bool) -> None:
    name = "Xq" + "\u0323\u0308\u0330\u033d"[:marks] + "\u0302" * (marks - 4) + "a"
    if kept:
        assert check_name(name, TAKEN)
        return
    with pytest.raises(Rejection) as refusal:
        check_name(name, TAKEN)
    assert refusal.value.code == "INVALID_TEXT"


@pytest.mark.parametrize("hidden", ["\u3164", "\u1160", "\uffa0", "\u115f", "\u200d", "\u2800", "\U000e0041"])
def test_what_shows_nothing_counts_for_nothing_in_a_key(hidden: str) -> None:
    assert key_of(f"Ada Ad{hidden}min") == key_of("Ada Admin")


@given(st.text(max_size=60))
def test_any_text_is_a_clean_name_or_a_rejection(name: str) -> None:
    try:
        shown = check_name(name, TAKEN)
    except Rejection as refusal:
        assert refusal.code in {"INVALID_TEXT", "NAME_TAKEN"}  # noqa: PT017  # either is right, none is fine too
    else:
        assert shown == check_name(shown, TAKEN)
        assert 1 <= len(shown) <= 40
