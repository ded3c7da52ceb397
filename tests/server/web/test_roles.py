"""The page of roles over HTTP: given, ended, taken and changed, and what is refused with which words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from halles.ids import LiveSessionId
from halles.world.roles import Role
from halles_server.ports.standing import SHOW
from tests.server.web.test_live_pages import planned
from tests.server.web.test_sanctions import moderator
from tests.support.booth_people import browsing, field_of, newcomer, send
from tests.support.live import Planned
from tests.support.page_door import LOGIN, PASSWORD, PageDoor

PAGE = "/en/moderation/roles"
SESSION = LiveSessionId("to-be-hosted")


@pytest.fixture(scope="module")
def house(page_door: PageDoor) -> Iterator[httpx.Client]:
    """An organiser, before a live session that comes."""
    planned(page_door, Planned(SESSION, "hainaut", in_minutes=6000))
    with browsing(page_door, LOGIN) as client:
        yield client


def granted(page_door: PageDoor, name: str) -> list[tuple[Role, str, datetime | None]]:
    rows = page_door.do(page_door.opened.services.grants.listed(moderator(page_door), SHOW))
    return [(row.grant.role, row.grant.scope, row.grant.until) for row in rows if row.name == name]


def do(client: httpx.Client, act: str, **fields: str) -> httpx.Response:
    return send(client, PAGE, PAGE, **({"do": act} | fields))


def test_a_host_of_one_live_session_is_named_until_its_announced_end_given_longer_and_taken_back(
    page_door: PageDoor, house: httpx.Client
) -> None:
    login, account = newcomer(page_door, "Hosta")
    where = {"role": "moderator", "where": f"live:{SESSION}"}
    answer = do(house, "give", who=login, end="session", **where)
    assert answer.status_code == 303
    told = house.get(answer.headers["location"]).text.split('class="message good"')[1].split("</p>")[0]
    assert "Hosta is moderator: live session “" in told
    assert ", until " in told
    ((role, scope, until),) = granted(page_door, "Hosta")
    assert (role, scope) == (Role.MODERATOR, f"live:{SESSION}")
    entry = page_door.do(page_door.opened.services.live.read(SESSION)).entry
    assert until == entry.during.end
    with browsing(page_door, login) as host:
        assert host.get(f"/en/console/{SESSION}").status_code == 200
        assert 'href="/en/moderation/sanctions"' in host.get("/en/").text
        for path in ("moderation/roles", "reports"):
            assert f'href="/en/{path}"' not in host.get("/en/moderation/sanctions").text, "it would refuse them"
    assert do(house, "give", who="Hosta", end="none", until="2099-01-01T10:00", **where).status_code == 303
    assert [until.year for _, _, until in granted(page_door, "Hosta") if until] == [2099], "in place of the other"
    assert do(house, "take", account=account, **where).status_code == 303
    assert granted(page_door, "Hosta") == []


def test_a_role_in_a_hall_ends_after_a_day_or_never(page_door: PageDoor, house: httpx.Client) -> None:
    login, _ = newcomer(page_door, "Hallo")
    where = {"who": login, "role": "organiser", "where": "hall:lille"}
    assert do(house, "give", end="day", **where).status_code == 303
    ((_, _, until),) = granted(page_door, "Hallo")
    assert until is not None
    assert timedelta(hours=23) < until - datetime.now(UTC) <= timedelta(days=1)
    assert do(house, "give", end="none", **where).status_code == 303
    assert granted(page_door, "Hallo") == [(Role.ORGANISER, "hall:lille", None)]
    with browsing(page_door, login) as client:
        html = client.get(PAGE).text
        assert re.findall(r'<option value="(show|hall:[a-z]+)"', html) == ["hall:lille"]
        other, _ = newcomer(page_door, "Halla")
        assert do(client, "give", who=other, role="moderator", where="hall:lille", end="none").status_code == 303
        outside = do(client, "give", who=other, role="moderator", where="show", end="none")
        assert (outside.status_code, "Nothing was changed." in outside.text) == (403, True)


def test_somebody_becomes_moderator_of_the_whole_show_and_visitor_again(
    page_door: PageDoor, house: httpx.Client
) -> None:
    login, account = newcomer(page_door, "Wanda")
    assert do(house, "role", who=login, role="moderator").status_code == 303
    html = house.get(PAGE).text
    assert login in html
    assert '<option value="show" selected' not in html, "where is chosen by who gives it"
    assert re.findall(r'<select id="(?:where|end)"[^>]*><option value="">', html) == [
        '<select id="where" name="where" required><option value="">',
        '<select id="end" name="end" required><option value="">',
    ]
    assert html.index('<option value="moderator"') < html.index('<option value="organiser"')
    assert do(house, "role", account=account, role="visitor").status_code == 303
    assert login not in house.get(PAGE).text


def test_each_form_that_is_sent_twice_has_one_effect_and_is_answered_alike(
    page_door: PageDoor, house: httpx.Client
) -> None:
    login, account = newcomer(page_door, "Twice")
    where = {"role": "moderator", "where": f"live:{SESSION}"}
    given = {"do": "give", "who": login, **where}
    for fields in (
        *({**given, "end": end} for end in ("session", "day", "week", "month", "none")),
        {**given, "end": "exact", "until": "2099-01-01T10:00"},
        {"do": "take", "account": account, **where},
        {"do": "role", "who": login, "role": "moderator"},
        {"do": "role", "account": account, "role": "visitor"},
    ):
        html = house.get(PAGE).text
        form = {name: field_of(html, name) for name in ("form", "request")} | fields
        assert [house.post(PAGE, data=form).status_code for _ in range(2)] == [303, 303], fields

    async def audited() -> dict[str, int]:
        async with page_door.opened.database.connection() as connection:
            subject = f"account:{account}"
            rows = await connection.fetch("SELECT act, count(*) FROM audit WHERE subject = $1 GROUP BY act", subject)
        return dict(map(tuple, rows))

    acts = page_door.do(audited())
    assert [acts[act] for act in ("grant.give", "grant.take", "account.role")] == [6, 1, 2]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"do": "give", "who": "nobody-at-all", "role": "moderator", "where": "show"}, 422, "Nobody is called so"),
        ({"do": "give", "who": "twin", "role": "moderator", "where": "show"}, 422, "Several people have this name."),
        ({"do": "give", "who": "plain", "role": "visitor", "where": "show", "end": "day"}, 422, "would add nothing"),
        ({"do": "give", "who": LOGIN, "role": "moderator", "where": "show"}, 422, "explicitly “without an end”"),
        ({"do": "give", "who": LOGIN, "role": "moderator", "where": "", "end": "day"}, 422, "This cannot be given so."),
        (
            {"do": "give", "who": LOGIN, "role": "moderator", "where": "show", "end": "none"},
            422,
            "This would add nothing: this person is organiser",
        ),
        ({"do": "give", "who": LOGIN, "role": "moderator", "where": "mars"}, 422, "This cannot be given so."),
        (
            {"do": "give", "who": LOGIN, "role": "moderator", "where": "show", "end": "session"},
            422,
            "only a live session has an announced one",
        ),
        (
            {
                "do": "give",
                "who": "Roland, late",
                "role": "moderator",
                "where": "hall:lille",
                "until": "2020-01-01T10:00",
            },
            422,
            "An end lies ahead",
        ),
        ({"do": "role", "who": "climber", "role": "operator"}, 403, "stands above you"),
        ({"do": "take", "account": "x", "role": "moderator", "where": "show"}, 422, "was taken already"),
    ],
)
def test_what_cannot_be_given_is_said(
    page_door: PageDoor, house: httpx.Client, fields: dict[str, str], status: int, said: str
) -> None:
    for _ in range({"twin": 2, "climber": 1, "Roland, late": 1, "plain": 1}.get(fields.get("who", ""), 0)):
        newcomer(page_door, fields["who"])
    answer = send(house, PAGE, PAGE, **fields)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_the_last_organiser_stays_one_and_the_page_says_so(page_door: PageDoor) -> None:
    database = page_door.opened.database

    async def alone() -> list[str]:
        async with database.connection() as connection:
            rows = await connection.fetch(
                "UPDATE accounts SET role = 'visitor' WHERE role = 'organiser' AND login <> $1 RETURNING id::text",
                LOGIN,
            )
        return [row["id"] for row in rows]

    async def back(others: list[str]) -> None:
        async with database.connection() as connection:
            await connection.execute("UPDATE accounts SET role = 'organiser' WHERE id = ANY($1::uuid[])", others)

    others = page_door.do(alone())
    try:
        with browsing(page_door, LOGIN) as client:
            assert "the last organiser stays one" in client.get(PAGE).text
            answer = do(client, "role", who=LOGIN, role="visitor")
            assert (answer.status_code, "This is the last organiser." in answer.text) == (403, True)
        assert page_door.do(page_door.opened.services.admission.open_login(LOGIN, PASSWORD, "192.0.2.9"))[1].role is (
            Role.ORGANISER
        )
    finally:
        page_door.do(back(others))


def test_moderators_and_others_give_no_roles(page_door: PageDoor) -> None:
    for role in (Role.MODERATOR, Role.VISITOR):
        login, _ = newcomer(page_door, "Max", role=role)
        with browsing(page_door, login) as client:
            assert client.get(PAGE).status_code == 403
            answer = send(client, "/en/me/tokens", PAGE, request="2" * 32, do="role", who=login, role="organiser")
            assert answer.status_code == 403
