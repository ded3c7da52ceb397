"""What the scripts of presence find in a page: their numbers, their words, and codes that mean what the wire means."""

import re
from typing import get_args

import html5lib
import pytest

from halles.errors import RejectionCode
from halles.protocol.close_codes import RESUMABLE, CloseCode
from halles.protocol.messages import CHAT_CAP
from halles.protocol.standing_messages import BANNED, REMOVED
from halles.protocol.table import BY_CODE
from halles.protocol.version import NEWEST, OLDEST, PATH
from halles.world.booth import NAME_CAP
from halles.world.look import COATS
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles.world.staffing import StaffedState
from halles.world.text import LANGUAGES
from halles_server.services.chat import NEARBY_M
from halles_server.web.shelf import SCRIPTS, STATIC
from tests.support.page_door import PageDoor

PAGES = ("halls/lille", "booths/studio-07")

SOURCE = {name: (STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS}


OF_LIVE = ("draw.js", "acts.js", "screen.js", "public.js", "console.js", "stage.js")
"""What only pages of live sessions run; they have more words."""

OFFERED = ("judge", "report", "report-line")
"""What is offered beside names and lines."""


def words_of(html: str) -> dict[str, str]:
    template = html.split('<template id="words">')[1].split("</template>")[0]
    return dict(re.findall(r'<p data-word="([^"]+)">([^<]*)</p>', template))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_word_that_the_scripts_say_is_in_the_page_in_its_language(
    page_door: PageDoor, path: str, code: str
) -> None:
    with page_door.client() as client:
        words = words_of(client.get(f"/{code}/{path}").text)
    source = "".join(text for name, text in SOURCE.items() if name not in OF_LIVE)
    said = set(re.findall(r'\bsay\("([\w.-]+)"', source))
    said |= {f"{key}.{form}" for key in re.findall(r'\bcounted\("([\w.-]+)"', source) for form in ("one", "other")}
    said |= {f"{key}.{form}" for key in ("near-you", "see-you") for form in ("one", "other")}
    said |= {f"staffed.{state}" for state in get_args(StaffedState)}
    said |= {f"decided.{kind}" for kind in SanctionKind}
    said |= {f"ring.{state}{there}" for state in ("answered", "missed") for there in ("", "-there")}
    said |= {f"{act}{name}" for act in ("block", "unblock", *OFFERED) for name in ("", "-name")}
    said |= {"upheld", "appealed", "lifted", "appeal-lifted"}
    said |= {f"announced-in.{language}" for language in LANGUAGES}
    said |= {"alone", "alone-here", "near", "far", *(role for role in Role if role not in ("guest", "visitor"))}
    said |= {f"ended.{why}" for why in re.findall(r'\d{3,4}, "(\w+)"', SOURCE["presence.js"])}
    prefixes = ("ended.", "refused.", "name.", "ring.", "staffed.")
    assert len(said) > 35
    assert said <= set(words)
    assert {key for key in words if not key.startswith(prefixes)} <= said
    assert all(words.values())


def test_every_word_of_a_live_session_is_in_the_template_that_its_two_pages_share() -> None:
    templates = "".join(
        (STATIC.parent / "templates" / name).read_text() for name in ("live_parts.html", "console.html")
    )
    words = set(re.findall(r'data-word="([\w.-]+)"', templates))
    source = "".join(SOURCE[name] for name in OF_LIVE)
    said = set(re.findall(r'\bsay\("([\w.-]+)"', source))
    said |= {f"{key}.{form}" for key in re.findall(r'\bcounted\("([\w.-]+)"', source) for form in ("one", "other")}
    assert len(said) > 15
    assert said - words <= {"act.else"}, "its codes are written by a loop"


def test_reasons_for_which_there_are_words_are_those_of_the_wire_or_of_our_own_form(page_door: PageDoor) -> None:
    with page_door.client() as client:
        words = words_of(client.get("/en/halls/lille").text)
    codes = {key.partition(".")[2] for key in words if key.partition(".")[2].isupper()}
    assert {"NAME_TAKEN", "RATE_LIMITED", "HALL_FULL"} <= codes
    assert codes <= {*RejectionCode, BANNED, REMOVED, "SENT_OUT"}


def test_the_scripts_know_the_codes_and_versions_of_the_wire() -> None:
    named = {int(code): name for code, name in re.findall(r'\[(\d+), \["(\w+)"', SOURCE["wire.js"])}
    assert len(named) >= 14
    assert {code: BY_CODE[code].type.__name__ for code in named} == named
    said = re.findall(r"^export const (\w+) = \([^)]*\) =>\s+pack\((\d+)", SOURCE["wire.js"], re.M)
    assert len(said) == 20
    for name, code in said:
        assert BY_CODE[int(code)].type.__name__.lower() == name.lower()
    assert OLDEST <= int(re.findall(r"const VERSION = (\d+);", SOURCE["wire.js"])[0]) <= NEWEST


def test_a_page_comes_back_after_the_codes_after_which_any_client_does() -> None:
    numbers = re.findall(r"BREAKS = new Set\(\[([\d, ]+)\]\)", SOURCE["link.js"])[0]
    going_away, no_status = 1001, 1005  # what a proxy may say; our server never does
    assert {int(code) for code in numbers.split(",")} == {
        *RESUMABLE,
        CloseCode.TRY_LATER,
        CloseCode.INTERNAL,
        going_away,
        no_status,
    }


@pytest.mark.parametrize(("path", "place"), [("halls/lille", ""), ("booths/studio-07", "booth:studio-07")])
def test_a_page_says_where_its_reader_would_stand_and_the_limits_that_hold(
    page_door: PageDoor, path: str, place: str
) -> None:
    with page_door.client() as client:
        html = client.get(f"/fr/{path}").text
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    (form,) = tree.findall(".//form[@id='arrive']")
    assert (form.get("data-hall"), form.get("data-place")) == ("lille", place)
    assert (form.get("data-world"), form.get("data-nearby")) == (PATH, str(round(NEARBY_M)))
    assert form.get("data-coats") == str(len(COATS))
    assert tree.find(".//input[@id='arrive-name']").get("maxlength") == str(NAME_CAP)
    assert tree.find(".//input[@id='line']").get("maxlength") == str(CHAT_CAP)


def test_a_booth_is_fetched_in_part_as_it_stands_in_its_page(page_door: PageDoor) -> None:
    with page_door.client() as client:
        whole = client.get("/nl/booths/studio-07").text
        answer = client.get("/nl/booths/studio-07", params={"part": "shown"})
    assert answer.headers["content-language"] == "nl"
    assert re.findall(r'data-part="(\w+)"', answer.text) == ["name", "shown", "about", "links"]
    assert "<html" not in answer.text
    assert "part=shown" not in answer.text
    part = answer.text.split('data-part="shown"')[1].split("</nav>")[0]
    assert part in whole
