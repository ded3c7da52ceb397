"""Invitations, from the code to the staff, against the real database."""

import asyncio

import pytest

from halles.errors import Rejection
from halles.world.roles import Role, StaffRole
from halles_server.announcements import StaffingChanged
from halles_server.ports.staff import InvitationId
from halles_server.services.actor import Actor
from halles_server.services.invitations import Wanted
from halles_server.services.login_failures import FOR_ACCOUNT
from tests.support.audit import about
from tests.support.staff import BOOTH, OTHER, Show, play

ADDRESS = "192.0.2.7"
PASSWORD = "une longue phrase"


def wanted(login: str = "eva", name: str = "Eva Claes") -> Wanted:
    return Wanted(login, name, PASSWORD, "nl")


async def refused(show: Show) -> set[tuple[str, str]]:
    """Returns who tried what at the booth without the right to."""
    rows = await about(show.database, f"booth:{BOOTH}")
    return {(row.actor, row.detail["tried"]) for row in rows if row.act == "refused"}


def test_a_newcomer_with_the_organisers_code_leads_the_booth_with_an_account_of_their_own(database_url: str) -> None:
    async def scene(show: Show) -> None:
        organiser = await show.account("organiser", Role.ORGANISER)
        code = await show.services.invitations.invite(organiser, BOOTH, StaffRole.LEAD)
        assert await show.services.invitations.look(code, ADDRESS) == (BOOTH, StaffRole.LEAD)
        assert await show.services.invitations.join_as_newcomer(code.lower(), wanted(), ADDRESS) == BOOTH
        _, eva = await show.services.admission.open_login("eva", PASSWORD, ADDRESS)
        assert (eva.name, eva.role, eva.language) == ("Eva Claes", Role.EXHIBITOR, "nl")
        lead = Actor(eva.account, None, eva.name, eva.role, "nl")
        assert await show.services.staff.role_of(lead, BOOTH) is StaffRole.LEAD
        assert await show.services.staff.role_of(lead, OTHER) is None
        assert StaffingChanged(BOOTH) in show.said
        acts = [row.act for row in await about(show.database, f"booth:{BOOTH}")]
        assert acts[:2] == ["booth.join", "booth.invite"]
        assert code not in str([row.detail for row in await about(show.database, f"booth:{BOOTH}")])

    asyncio.run(play(database_url, scene))


def test_a_code_is_good_once_but_leads_on_whoever_used_it(database_url: str) -> None:
    async def scene(show: Show) -> None:
        organiser = await show.account("organiser", Role.ORGANISER)
        code = await show.services.invitations.invite(organiser, BOOTH, StaffRole.EDITOR)
        await show.services.invitations.join_as_newcomer(code, wanted(), ADDRESS)
        _, eva = await show.services.admission.open_login("eva", PASSWORD, ADDRESS)
        assert await show.services.invitations.join(code, eva, ADDRESS) == BOOTH
        await show.services.admission.create_account("tom", "Tom", Role.VISITOR, PASSWORD, "fr")
        _, tom = await show.services.admission.open_login("tom", PASSWORD, ADDRESS)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await show.services.invitations.join(code, tom, ADDRESS)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await show.services.invitations.join_as_newcomer(code, wanted("lou", "Lou"), ADDRESS)
        assert await show.value("SELECT count(*) FROM accounts WHERE login = 'lou'") == 0
        assert await show.value("SELECT role FROM accounts WHERE login = 'tom'") == "visitor"

    asyncio.run(play(database_url, scene))


def test_an_unused_invitation_is_withdrawn_by_who_could_have_made_it_and_then_is_as_unknown_as_any(
    database_url: str,
) -> None:
    async def scene(show: Show) -> None:
        invitations = show.services.invitations
        organiser = await show.account("organiser", Role.ORGANISER)
        lead = await show.staff("lea", StaffRole.LEAD)
        for_lead = await invitations.invite(organiser, BOOTH, StaffRole.LEAD)
        for_editor = await invitations.invite(lead, BOOTH, StaffRole.EDITOR)
        made = {one.role: one.id for one in await invitations.made(organiser, BOOTH)}
        editor = await show.staff("ed", StaffRole.EDITOR)
        elsewhere = await show.staff("otto", StaffRole.LEAD, OTHER)
        for actor, role in ((lead, StaffRole.LEAD), (editor, StaffRole.EDITOR), (elsewhere, StaffRole.EDITOR)):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await invitations.withdraw(actor, made[role])
        assert await refused(show) == {(lead.account, "booth.uninvite"), (editor.account, "booth.uninvite")}
        await invitations.withdraw(lead, made[StaffRole.EDITOR])
        await invitations.withdraw(organiser, made[StaffRole.LEAD])
        for code in (for_lead, for_editor):
            with pytest.raises(Rejection, match="NOT_FOUND: this invitation is not known"):
                await invitations.look(code, ADDRESS)
        rows = (await about(show.database, f"booth:{BOOTH}"))[:2]
        assert [(row.act, row.actor, row.detail["role"]) for row in rows] == [
            ("booth.uninvite", organiser.account, "lead"),
            ("booth.uninvite", lead.account, "editor"),
        ]
        for gone in (made[StaffRole.LEAD], InvitationId("nonsense")):
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await invitations.withdraw(organiser, gone)

    asyncio.run(play(database_url, scene))


def test_what_somebody_has_used_is_not_withdrawn_any_more(database_url: str) -> None:
    async def scene(show: Show) -> None:
        organiser = await show.account("organiser", Role.ORGANISER)
        code = await show.services.invitations.invite(organiser, BOOTH, StaffRole.EDITOR)
        (made,) = await show.services.invitations.made(organiser, BOOTH)
        await show.services.invitations.join_as_newcomer(code, wanted(), ADDRESS)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await show.services.invitations.withdraw(organiser, made.id)
        assert [one.used_by for one in await show.services.invitations.made(organiser, BOOTH)] == ["Eva Claes"]

    asyncio.run(play(database_url, scene))


def test_unknown_too_old_and_used_codes_get_the_same_answer(database_url: str) -> None:
    async def scene(show: Show) -> None:
        organiser = await show.account("organiser", Role.ORGANISER)
        old = await show.services.invitations.invite(organiser, BOOTH, StaffRole.LEAD)
        await show.execute("UPDATE invitations SET expires = now()")
        used = await show.services.invitations.invite(organiser, BOOTH, StaffRole.LEAD)
        await show.services.invitations.join_as_newcomer(used, wanted(), ADDRESS)
        said = set()
        for code in ("0000-0000-0000-0000", old, used, "", "é" * 500):
            with pytest.raises(Rejection) as refusal:
                await show.services.invitations.look(code, ADDRESS)
            said.add((refusal.value.code, refusal.value.text))
        assert len(said) == 1

    asyncio.run(play(database_url, scene))


def test_guesses_are_counted_by_address_and_do_not_keep_others_out(database_url: str) -> None:
    async def scene(show: Show) -> None:
        organiser = await show.account("organiser", Role.ORGANISER)
        code = await show.services.invitations.invite(organiser, BOOTH, StaffRole.LEAD)
        for number in range(FOR_ACCOUNT):
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await show.services.invitations.look(f"guess {number}", ADDRESS)
        with pytest.raises(Rejection, match="RATE_LIMITED") as refusal:
            await show.services.invitations.look(code, ADDRESS)
        assert refusal.value.retry_after_ms > 0
        assert await show.services.invitations.look(code, "192.0.2.8") == (BOOTH, StaffRole.LEAD)

    asyncio.run(play(database_url, scene))


def test_leads_invite_editors_and_staff_for_their_own_booth_only(database_url: str) -> None:
    async def scene(show: Show) -> None:
        lead, editor = await show.staff("lea", StaffRole.LEAD), await show.staff("ed", StaffRole.EDITOR)
        invite = show.services.invitations.invite
        for role in (StaffRole.EDITOR, StaffRole.STAFF):
            assert await invite(lead, BOOTH, role)
        for who, booth, role in (
            (lead, BOOTH, StaffRole.LEAD),
            (lead, OTHER, StaffRole.STAFF),
            (editor, BOOTH, StaffRole.STAFF),
            (await show.account("visitor"), BOOTH, StaffRole.STAFF),
        ):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await invite(who, booth, role)
        assert await refused(show) == {(lead.account, "booth.invite"), (editor.account, "booth.invite")}
        assert [row.role for row in await show.services.invitations.made(lead, BOOTH)] == ["staff", "editor"]
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await show.services.invitations.made(lead, None)

    asyncio.run(play(database_url, scene))


def test_an_invitation_never_lowers_a_role_and_makes_an_exhibitor_of_visitors_only(database_url: str) -> None:
    async def scene(show: Show) -> None:
        organiser = await show.account("organiser", Role.ORGANISER)
        for login, before, after in (("vera", Role.VISITOR, "exhibitor"), ("mona", Role.MEMBER, "member")):
            account = await show.services.admission.create_account(login, login.title(), before, PASSWORD, "fr")
            for role in (StaffRole.LEAD, StaffRole.STAFF):
                code = await show.services.invitations.invite(organiser, BOOTH, role)
                await show.services.invitations.join(code, account, ADDRESS)
            actor = Actor(account.account, None, account.name, account.role, "fr")
            assert await show.services.staff.role_of(actor, BOOTH) is StaffRole.LEAD
            assert await show.value("SELECT role FROM accounts WHERE login = $1", login) == after

    asyncio.run(play(database_url, scene))


@pytest.mark.parametrize(
    ("login", "name", "password", "code"),
    [
        ("eva", "…", PASSWORD, "INVALID_TEXT"),
        ("", "Eva", PASSWORD, "INVALID_TEXT"),
        ("eva", "Eva", "short", "INVALID_TEXT"),
        ("eva", "Оrganiser", PASSWORD, "NAME_TAKEN"),
        ("ORGANISER", "Eva", PASSWORD, "NAME_TAKEN"),
    ],
)
def test_a_refused_newcomer_leaves_the_code_as_good_as_before(
    database_url: str, login: str, name: str, password: str, code: str
) -> None:
    async def scene(show: Show) -> None:
        organiser = await show.account("organiser", Role.ORGANISER)
        invitation = await show.services.invitations.invite(organiser, BOOTH, StaffRole.STAFF)
        with pytest.raises(Rejection, match=code):
            await show.services.invitations.join_as_newcomer(invitation, Wanted(login, name, password, "fr"), ADDRESS)
        assert await show.services.invitations.look(invitation, ADDRESS) == (BOOTH, StaffRole.STAFF)

    asyncio.run(play(database_url, scene))
