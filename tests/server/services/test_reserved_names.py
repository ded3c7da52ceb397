"""What nobody may be called who does not speak for the show, and who may all the same."""

import pytest

from halles.errors import Rejection
from halles_server.services.names import key_of
from halles_server.services.reserved_names import ALONE, WITHIN, check_guest_name


def refused(name: str) -> bool:
    try:
        check_guest_name(name, ())
    except Rejection as refusal:
        return refusal.code == "NAME_TAKEN"
    return False


@pytest.mark.parametrize("word", [*WITHIN, *ALONE])
def test_every_reserved_word_is_refused_alone_and_in_the_plural(word: str) -> None:
    for name in (word, word.upper(), f"{word}s", f"{word} 2", f"{word}2", f"« {word} »"):
        assert refused(name), name


@pytest.mark.parametrize("word", WITHIN)
def test_a_word_for_the_shows_people_is_refused_within_a_longer_name(word: str) -> None:
    for name in (f"{word} Lille", f"Anna, {word}", f"Anna_{word}", f"anna{word.capitalize()}", f"Anna ({word}s)"):
        assert refused(name), name


@pytest.mark.parametrize("word", ALONE)
def test_a_word_that_people_are_called_too_is_free_within_a_longer_name(word: str) -> None:
    assert not refused(f"Anna {word}")


@pytest.mark.parametrize(
    "name",
    [
        *("admin", "ADM1N", "Аdmin", "Organisation", "moderator", "modérateur", "Pole images", "Pôle Images", "HALLES"),
        *("@dmin", "Adm!n", "4dmin", "5taff", "$taff", "adm|n", "Adm!n!", "@dmin42", "Mod3rator", "7eam"),
        *("ᴀᴅᴍɪɴ", "ꜱᴛᴀꜰꜰ", "ⓐⓓⓜⓘⓝ", "🅰🅳🅼🅸🅽 1", "🇦🇩🇲🇮🇳 1", "Ａｄｍｉｎ", "A d m i n", "Ad-min", "a.d.m.i.n"),
        *("Halles Staff", "Admin Halles", "Team Halles", "AdminHalles", "hallesteam", "TheAdmin", "The Team"),
        *("admin@lille", "Le Modérateur"),
        *("Modérateurs", "Admins", "Le Pôle Images", "Personnel", "Personeel", "Opérateur", "Hôte", "Moderatoren"),
        *("L’équipe", "De beheerder", "Équipe d'accueil", "Support Team", "Het onthaal", "P0le Images 2026"),
    ],
)
def test_names_that_sound_as_if_the_show_spoke_are_refused_however_they_are_written(name: str) -> None:
    assert refused(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Badminton", "Hostens", "Hosten", "Hoste", "Anna Host", "Jean L'Hôte", "Lhote", "Modery", "Leclerc"),
        *("Moder", "Adam", "Ad Minnaert", "Anna Organ", "Teamo", "Hal", "Halle", "Van Halle", "Deshalles", "Stafford"),
        *("Guest", "Visiteur", "Studio 45", "Team Lille", "Systema", "Van der Ploeg", "Beheyt", "Operti", "Ada!"),
        *("Équipe de Valenciennes", "System of a Down", "Bo$$", "R2D2", "Zoë 4", "Admiral", "李雷"),
    ],
)
def test_a_name_that_only_resembles_a_reserved_one_is_free(name: str) -> None:
    assert not refused(name)


def test_a_guest_takes_no_name_of_the_staff_either() -> None:
    for name in ("Digiport", "D!giport", "Digiport!"):
        with pytest.raises(Rejection) as refusal:
            check_guest_name(name, {key_of("Digiport")})
        assert refusal.value.code == "NAME_TAKEN"


def test_a_name_of_forty_letters_and_spaces_is_judged_at_once() -> None:
    assert not refused("a b c d e f g h j k m n o p q r s t u v"[:40])
