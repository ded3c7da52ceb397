"""Languages: catalogues that are complete, and typography by rule."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from halles.resources import assets
from halles.world.text import LANGUAGES, Language, Text
from halles_server import web
from halles_server.web.language import chosen, read_catalogue, tongues, typeset

WEB = Path(web.__file__).parent

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}}


def spoken() -> set[str | tuple[str, ...]]:
    rows = extract_from_dir(WEB, METHODS, OPTIONS, DEFAULT_KEYWORDS)
    return {row[2] if isinstance(row[2], str) else tuple(row[2]) for row in rows}


def test_dutch_says_u_to_everybody_on_pages_in_3d_and_in_the_guides() -> None:
    root = Path(__file__).parents[3]
    catalogues = (WEB / "locale/nl/LC_MESSAGES/pages.po", assets() / "locale/nl/LC_MESSAGES/halles.po")
    said = [line for file in catalogues for line in file.read_text("utf-8").splitlines() if line[:1] in {'"', "m"}]
    said = [line for line in said if not line.startswith("msgid")]
    said += [line for file in (root / "docs").glob("*.nl.md") for line in file.read_text("utf-8").splitlines()]
    assert any(re.search(r"\buw?\b", line, re.I) for line in said)
    assert [line for line in said if re.search(r"\b(je|jij|jou|jouw|jullie|jezelf)\b", line, re.I)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_pages_is_written_in_every_language_and_none_is_left_over(code: Language) -> None:
    catalogue = read_catalogue(code)
    written = {message.id if isinstance(message.id, str) else tuple(message.id) for message in catalogue if message.id}
    assert len(spoken()) > 100
    assert written == spoken()
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        assert all(forms), message.id
        assert not message.fuzzy
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else message.id
            wanted = {name for text in ids for name in re.findall(r"%\((\w+)\)s", text)}
            assert all(set(re.findall(r"%\((\w+)\)s", form)) == wanted for form in forms), message.id


def test_the_languages_differ() -> None:
    said = {code: tongues()[code].catalogue.gettext("Directory") for code in LANGUAGES}
    assert len(set(said.values())) == 3


@pytest.mark.parametrize("code", LANGUAGES)
def test_those_whom_visitors_may_meet_and_those_who_look_after_a_booth_have_different_words(code: Language) -> None:
    said = tongues()[code].catalogue.gettext
    assert said("Team") != said("Staff")


def test_in_dutch_the_staff_have_one_word() -> None:
    assert not any(
        re.search(r"\bteam\b", str(message.string), re.IGNORECASE) for message in read_catalogue("nl") if message.id
    )


def test_templates_hold_no_typed_space_or_entity() -> None:
    for file in (WEB / "templates").glob("*.html"):
        assert not re.search("[\u00a0\u202f]|&nbsp;", file.read_text(encoding="utf-8")), file.name


def test_french_is_set_with_narrow_spaces_and_curved_apostrophes() -> None:
    assert typeset("fr", "L'annuaire : « tout » ; 8 %, %(n)s ?") == (
        "L’annuaire\u202f: «\u202ftout\u202f»\u202f; 8\u202f%, %(n)s\u202f?"
    )
    assert typeset("nl", "pagina's: 8 %") == "pagina’s: 8 %"


@pytest.mark.parametrize(("code", "space"), [("fr", "\u202f"), ("nl", "\u00a0"), ("en", "\u00a0")])
def test_no_line_breaks_between_a_number_and_its_unit(code: Language, space: str) -> None:
    assert typeset(code, "%(n)s s, 1 Mo, 2 MB, 3 m") == f"%(n)s{space}s, 1{space}Mo, 2{space}MB, 3{space}m"
    assert typeset(code, "%(n)s stands, 3 met") == "%(n)s stands, 3 met"


@pytest.mark.parametrize(
    ("code", "small", "large"),
    [
        ("fr", "1\u202f850\u202f000", "1\u00a0850\u00a0000"),
        ("nl", "1.850.000", "1.850.000"),
        ("en", "1,850,000", "1,850,000"),
    ],
)
def test_numbers_follow_the_language_and_the_size(code: Language, small: str, large: str) -> None:
    assert tongues()[code].number(1_850_000) == small
    assert tongues()[code].number(1_850_000, large=True) == large


def test_lengths_do_not_break() -> None:
    assert tongues()["fr"].metres(6.0, 3.5) == "6\u00a0×\u00a03,5\u00a0m"


def test_a_text_in_another_language_says_so() -> None:
    said = tongues()["fr"].say(Text(nl="Welkom"))
    assert (said.text, said.language, said.elsewhere) == ("Welkom", "nl", True)
    assert not tongues()["fr"].say(Text()).elsewhere


def test_paragraphs_keep_their_lines() -> None:
    said = tongues()["en"].say(Text(en="One\ntwo\n\n  three  \n\n\n"))
    assert said.paragraphs() == [["One", "two"], ["three"]]


@pytest.mark.parametrize(
    ("accepted", "code"),
    [("nl;q=0.2, en;q=0.8", "en"), ("fr;q=0, en", "en"), ("NL-be", "nl"), ("en;q=oops, nl;q=0.1", "nl"), ("*", "fr")],
)
def test_the_browsers_wish_is_weighed(accepted: str, code: str) -> None:
    assert chosen(accepted) == code


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "0\u202fko", "0\u00a0kB"),
        (1, "1\u202fko", "1\u00a0kB"),
        (41_200, "42\u202fko", "42\u00a0kB"),
        (999_000, "999\u202fko", "999\u00a0kB"),
        (999_001, "1\u202fMo", "1\u00a0MB"),
        (1_234_000, "1,2\u202fMo", "1.2\u00a0MB"),
    ],
)
def test_a_size_is_written_in_kilobytes_under_a_megabyte(count: int, fr: str, en: str) -> None:
    assert (tongues()["fr"].size(count), tongues()["en"].size(count)) == (fr, en)
