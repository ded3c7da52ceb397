"""The staff's page: the lead changes it, the others read it, strangers see nothing of it."""

import httpx
import pytest

from halles.ids import AccountId, BoothId
from halles.world.roles import Role, StaffRole
from tests.server.web.test_entering import token_of
from tests.server.web.test_invitations import code_of, log_in
from tests.support.page_door import PASSWORD, PageDoor

BOOTH = "studio-42"
PAGE = f"/en/studio/{BOOTH}/staff"


def hire(page_door: PageDoor, login: str, role: StaffRole, booth: str = BOOTH) -> AccountId:
    services = page_door.opened.services

    async def act() -> AccountId:
        account = await services.admission.create_account(login, login.title(), Role.EXHIBITOR, PASSWORD, "en")
        code = await services.invitations.invite_as_operator(BoothId(booth), role)
        # An address of its own: another test fills the guesses of the loopback.
        await services.invitations.join(code, account, "192.0.2.1")
        return account.account

    return page_door.do(act())


def posted(client: httpx.Client, **fields: str) -> httpx.Response:
    return client.post(PAGE, data={"form": token_of(client.get(PAGE).text), **fields})


def test_the_lead_gives_roles_removes_and_invites(page_door: PageDoor) -> None:
    hire(page_door, "lea", StaffRole.LEAD)
    ed = hire(page_door, "ed", StaffRole.EDITOR)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "lea")
        html = client.get(PAGE).text
        assert "the last lead stays" in html
        assert html.count('value="remove"') == 1
        assert posted(client, act="role", account=ed, role="staff").headers["location"] == PAGE
        answer = posted(client, act="invite", role="editor")
        assert len(code_of(answer.text)) == 19
        assert posted(client, act="invite", role="lead").status_code == 403
        invited = client.get(PAGE).text.partition('name="invitation" value="')[2][:64]
        assert posted(client, act="withdraw", invitation=invited).headers["location"] == PAGE
        gone = posted(client, act="withdraw", invitation=invited)
        assert (gone.status_code, "used or withdrawn meanwhile" in gone.text) == (409, True)
        assert posted(client, act="remove", account=ed).status_code == 303
        assert "<b>Ed</b>" not in client.get(PAGE).text
        gone = posted(client, act="remove", account=ed)
        assert gone.status_code == 403
        assert "no longer on the staff" in gone.text


def test_staff_read_the_page_and_change_nothing(page_door: PageDoor) -> None:
    lead = hire(page_door, "lou", StaffRole.LEAD)
    hire(page_door, "hans", StaffRole.STAFF)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "hans")
        html = client.get(PAGE).text
        assert "Lou" in html
        assert 'value="remove"' not in html
        token = token_of(client.get("/en/login").text)
        refused = client.post(PAGE, data={"form": token, "act": "remove", "account": lead})
        assert refused.status_code == 403
        assert "Only a lead or the organiser" in refused.text
        assert "Lou" in client.get(PAGE).text


@pytest.mark.parametrize("page", ["staff", "bell"])
def test_strangers_and_guests_are_told_that_it_is_not_for_them(page_door: PageDoor, page: str) -> None:
    hire(page_door, f"stranger{page}", StaffRole.LEAD, "studio-43")
    with page_door.client(origin=page_door.url) as client:
        assert client.get(f"/en/studio/{BOOTH}/{page}").status_code == 403
        log_in(client, f"stranger{page}")
        answer = client.get(f"/en/studio/{BOOTH}/{page}")
        assert answer.status_code == 403
        assert "Not for you yet" in answer.text
        assert client.get(f"/en/studio/none/{page}").status_code == 404


@pytest.mark.parametrize("fields", [{}, {"act": "explode"}, {"act": "role", "account": "x", "role": "owner"}])
def test_nonsense_is_refused(page_door: PageDoor, fields: dict[str, str]) -> None:
    with page_door.client(origin=page_door.url) as client:
        log_in(client)
        assert posted(client, **fields).status_code == 400
