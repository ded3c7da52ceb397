"""Reasons that are often given: in three languages, with room for a sentence beside them."""

import pytest

from halles.world.booth import clean_text
from halles.world.sanctions import REASON_CAP, REASONS, SENTENCE_CAP, read_reason, reason_in, reason_of
from halles.world.text import LANGUAGES, Language


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_has_words_in_every_language_and_fits_with_the_longest_sentence(code: Language) -> None:
    for key, text in REASONS.items():
        assert text.within(code), key
        whole = reason_of(key, "x" * SENTENCE_CAP, code)
        assert clean_text(whole, REASON_CAP, lines=False) == whole


def test_a_reason_of_ones_own_is_the_sentence_alone() -> None:
    assert reason_of("own", " You shout. ", "en") == "You shout."
    assert reason_of("", " ", "en") == ""


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_common_reason_is_read_in_ones_own_language_and_what_goes_with_it_as_written(code: Language) -> None:
    for key, text in REASONS.items():
        assert read_reason(reason_of(key, "Trois fois.", code), "nl") == (text.within("nl"), "Trois fois.")
        assert reason_in(reason_of(key, "", code), "en") == text.within("en")
    assert read_reason("You shout.", code) == ("", "You shout.")
