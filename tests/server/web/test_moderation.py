"""Sanctions, their lifting and appeals over HTTP, as those who decide read them."""

import re
from collections.abc import Iterator

import httpx
import pytest

from halles.ids import AccountId
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind, reason_of
from halles_server.ports.sanctions import Known
from tests.server.web.test_sanctions import moderator, sanction
from tests.support.booth_people import browsing, newcomer, send
from tests.support.page_door import PageDoor
from tests.support.staff import request

LIST, APPEALS = "/en/moderation/sanctions", "/en/moderation/appeals"


@pytest.fixture(scope="module")
def noa(page_door: PageDoor) -> Iterator[httpx.Client]:
    """An organiser who has given nothing."""
    login, _ = newcomer(page_door, "Noa", role=Role.ORGANISER)
    with browsing(page_door, login) as client:
        yield client


def decided(page_door: PageDoor, name: str, appeal: str = "") -> tuple[str, AccountId, int]:
    """Silences somebody new, who perhaps appeals."""
    login, account = newcomer(page_door, name)
    number = sanction(page_door, login, SanctionKind.SILENCE, "<i>You shout.</i>")
    if appeal:
        page_door.do(page_door.opened.services.sanctions.appeal(Known(account), request(), number, appeal))
    return login, account, number


def test_the_list_says_who_what_why_by_whom_until_when_and_where_the_appeal_stands(
    page_door: PageDoor, noa: httpx.Client
) -> None:
    _, _, number = decided(page_door, "Sander", "Not me.")
    row = noa.get(LIST).text.partition(f'href="{LIST}/{number}"')[2].partition("</tr>")[0]
    for said in ("Sander", "Silenced", "&lt;i&gt;You shout.&lt;/i&gt;", "Organisatrice 1", "until", "appeal waits"):
        assert said in row, said


def test_a_common_reason_is_read_in_each_reader_s_language_and_words_of_ones_own_in_theirs(
    page_door: PageDoor, noa: httpx.Client
) -> None:
    login, account = newcomer(page_door, "Rik")
    number = sanction(page_door, login, SanctionKind.WARN, reason_of("floor", "Trois fois.", "fr"))
    page_door.do(page_door.opened.services.sanctions.appeal(Known(account), request(), number, "Pas moi."))
    for page in (LIST, APPEALS, f"{LIST}/{number}"):
        html = noa.get(page).text
        assert 'Speaking without the floor during a live session. <bdi lang="fr">Trois fois.</bdi>' in html, page
        assert "Parler sans avoir la parole" not in html, page
    with browsing(page_door, login) as client:
        assert "Spreken zonder het woord te hebben" in client.get("/nl/sanctions").text
    page_door.do(page_door.opened.services.sanctions.lift(moderator(page_door), request(), number))


def test_older_ones_are_a_page_further(page_door: PageDoor, noa: httpx.Client) -> None:
    _, _, number = decided(page_door, "Olde")

    async def flood(statement: str) -> None:
        async with page_door.opened.database.connection() as connection:
            await connection.execute(statement)

    page_door.do(
        flood(
            "INSERT INTO sanctions (kind, scope, visit, name, reason, until, made_name, made_role) SELECT 'warn',"
            " 'show', 'v-flood', 'Flood', 'x', now() + interval '1 hour', 'Mia', 'moderator'"
            " FROM generate_series(1, 100)"
        )
    )
    html = noa.get(LIST).text.partition('id="holding"')[2].partition("</section>")[0]
    assert f'href="{LIST}/{number}"' not in html
    (older,) = re.findall(r'rel="next" href="(\?before=\d+)"', html)
    assert f'href="{LIST}/{number}"' in noa.get(LIST + older).text
    page_door.do(flood("UPDATE sanctions SET lifted = now() WHERE visit = 'v-flood'"))
    assert f'href="{LIST}/{number}"' in noa.get(LIST).text


def test_a_sanction_is_lifted_with_a_reason_that_its_person_reads(page_door: PageDoor, noa: httpx.Client) -> None:
    login, _, number = decided(page_door, "Lila")
    page = f"{LIST}/{number}"
    assert send(noa, page, page, do="lift", reason=" ").status_code == 422
    assert send(noa, page, page, do="lift", reason="Seen again: <b>no</b>.").status_code == 303
    html = noa.get(page).text
    assert "Seen again: &lt;b&gt;no&lt;/b&gt;." in html
    assert 'value="lift"' not in html
    with browsing(page_door, login) as client:
        own = client.get("/en/sanctions").text
        assert "No moderator has decided anything" in own
        assert "Seen again: &lt;b&gt;no&lt;/b&gt;." in own.partition("What is over")[2]


def test_an_appeal_is_answered_by_another_than_who_gave_it_and_its_person_reads_the_answer(
    page_door: PageDoor, noa: httpx.Client
) -> None:
    login, _, number = decided(page_door, "Anke", "It was <b>not</b> me.")
    page = f"{LIST}/{number}"
    with browsing(page_door, "organisatrice") as giver:
        assert "You gave it: somebody else answers." in giver.get(APPEALS).text
        html = giver.get(page).text
        assert 'value="answer-lift"' not in html
        refused = send(giver, "/en/me/tokens", page, request="0" * 32, do="answer-uphold", reply="No.")
        assert (refused.status_code, "somebody else answers" in refused.text) == (403, True)
    waiting = noa.get(APPEALS).text
    assert "It was &lt;b&gt;not&lt;/b&gt; me." in waiting
    assert f'href="{page}#answer"' in waiting
    assert send(noa, page, page, do="answer-uphold", reply="").status_code == 422
    assert send(noa, page, page, do="answer-uphold", reply="Two people heard it.").status_code == 303
    assert f'href="{page}"' not in noa.get(APPEALS).text
    with browsing(page_door, login) as client:
        own = client.get("/en/sanctions").text
        assert "Your appeal was answered: it stays." in own
        assert "Two people heard it." in own
        assert "<textarea" not in own
        assert send(noa, page, page, do="lift", reason="It was long enough.").status_code == 303
        own = client.get("/en/sanctions").text
        said = ("It was &lt;b&gt;not&lt;/b&gt; me.", "it stays.", "Two people heard it.", "It was long enough.")
        assert [words in own for words in said] == [True] * 4, "what was answered stays beside the later lift"


def test_a_sanction_of_somebody_above_and_ones_own_are_not_lifted(page_door: PageDoor) -> None:
    login, account = newcomer(page_door, "Mo", role=Role.MODERATOR)
    _, _, number = decided(page_door, "Vera")
    own = sanction(page_door, login, SanctionKind.WARN)
    with browsing(page_door, login) as mo:
        for which, said in ((number, "Somebody above has given it."), (own, "This is about you.")):
            page = f"{LIST}/{which}"
            answer = send(mo, "/en/me/tokens", page, request="1" * 32, do="lift", reason="Please.")
            assert (answer.status_code, said in answer.text) == (403, True)
    assert page_door.do(page_door.opened.services.sanctions.history(Known(account)))[0].lifted is None


def test_nobody_else_reads_any_of_it(page_door: PageDoor) -> None:
    login, _, number = decided(page_door, "Uma", "Why?")
    pages = (LIST, f"{LIST}/{number}", APPEALS)
    with browsing(page_door, login) as client, page_door.client() as nobody:
        for page in pages:
            answer = client.get(page)
            assert (answer.status_code, "You shout" in answer.text) == (403, False)
            assert "You shout" not in nobody.get(page).text
    with browsing(page_door, "organisatrice") as house:
        assert house.get(f"{LIST}/999999").status_code == 404
        assert house.get(f"{LIST}/x").status_code == 404
