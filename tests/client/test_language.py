"""The catalogues are whole, and each language writes numbers, times and punctuation in its own way."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from halles.resources import assets
from halles.world.text import LANGUAGES, Language
from halles_client.language import KEYWORDS, nearest, speak

CLIENT = Path(__file__).parents[2] / "client" / "halles_client"


def catalogue(language: str) -> Catalog:
    with (assets() / "locale" / language / "LC_MESSAGES" / "halles.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (tuple, list)) else [message.string]


def keys(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, (tuple, list)) else [message.id]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_exactly_the_texts_of_the_code(language: Language) -> None:
    found = extract_from_dir(CLIENT, method_map=[("**.py", "python")], keywords=KEYWORDS)
    used = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    assert {keys(message)[0] for message in messages(language)} == used
    assert len(used) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_written_and_none_is_fuzzy(language: Language) -> None:
    for message in messages(language):
        assert not message.fuzzy, message.id
        assert all(texts(message)), message.id
        assert len(texts(message)) == len(keys(message)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_code(language: Language) -> None:
    for message in messages(language):
        for text in texts(message):
            assert fields(text) == fields(keys(message)[-1]), message.id


def test_french_and_dutch_are_not_left_in_english() -> None:
    alike = {"Tab", "Shift", "Stop", "moderator", "school", "Map", "Help", "Programme", "Questions"}
    for language in ("fr", "nl"):
        same = {keys(m)[0] for m in messages(language) if texts(m)[0] == keys(m)[0]}
        assert {text for text in same if len(text) > 8 and "{" not in text} <= alike


def test_french_punctuation_has_narrow_blanks_and_typographic_signs() -> None:
    for message in messages("fr"):
        for text in texts(message):
            assert not re.search(r"(?<!\u202f)[;:!?»]", text), text
            assert not re.search(r"«(?!\u202f)", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_shouts_or_has_typewriter_signs(language: Language) -> None:
    for message in messages(language):
        for text in texts(message):
            assert not re.search(r"[!\"']|\.\.\.|  |\s$|^\s", text), text


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert [speak(language).number(1850.5) for language in LANGUAGES] == ["1\u202f850,5", "1.850,5", "1,850.5"]


def test_times_and_distances_are_written_as_each_language_writes_them() -> None:
    assert [speak(language).time(14, 5) for language in LANGUAGES] == [
        "14\u00a0h\u00a005",
        "14.05\u00a0uur",
        "14:05",
    ]
    assert speak("fr").metres(12) == "12\u202fm"
    assert speak("en").seconds(3) == "3\u00a0s"


def test_counts_choose_the_plural_of_the_language() -> None:
    def here(language: Language, count: int) -> str:
        return speak(language).many("{count} person here", "{count} people here", count)

    assert here("fr", 0) == "0 personne ici"
    assert here("fr", 2) == "2 personnes ici"
    assert here("nl", 0) == "0 aanwezigen"
    assert here("en", 1) == "1 person here"
    assert here("en", 1850) == "1,850 people here"


@pytest.mark.parametrize(
    ("wish", "language"),
    [("nl_BE.UTF-8", "nl"), ("en-GB", "en"), ("fr", "fr"), ("de_DE", "fr"), (None, "fr"), ("C.UTF-8", "fr")],
)
def test_a_locale_gives_the_nearest_language(wish: str | None, language: Language) -> None:
    assert nearest(wish) == language
