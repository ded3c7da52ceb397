"""Who may change a booth's staff, and that its last lead stays."""

import asyncio
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.ids import AccountId
from halles.world.roles import Right, Role, StaffRole
from halles_server.announcements import StaffingChanged
from halles_server.cluster.local import LocalBus
from halles_server.services.staff import Staff
from halles_server.storage.staff import Staff as StoredStaff
from tests.support import booth_people
from tests.support.audit import about
from tests.support.booth_people import account_of, booths_in, person
from tests.support.staff import BOOTH, OTHER, Show, guest, play

NOBODY = AccountId("00000000-0000-4000-8000-000000000009")


def test_the_lead_changes_and_removes_and_all_of_the_staff_read_the_list(database_url: str) -> None:
    async def scene(show: Show) -> None:
        lead, editor = await show.staff("lea", StaffRole.LEAD), await show.staff("ed", StaffRole.EDITOR)
        hand = await show.staff("hans", StaffRole.STAFF)
        staff = show.services.staff
        assert [(m.name, m.role) for m in await staff.of_booth(hand, BOOTH)] == [
            ("Lea", "lead"),
            ("Ed", "editor"),
            ("Hans", "staff"),
        ]
        assert editor.account
        assert hand.account
        await staff.set_role(lead, BOOTH, editor.account, StaffRole.LEAD)
        await staff.remove(editor, BOOTH, hand.account)
        assert [m.role for m in await staff.of_booth(lead, BOOTH)] == ["lead", "lead"]
        assert show.said.count(StaffingChanged(BOOTH)) == 2
        rows = await about(show.database, f"booth:{BOOTH}")
        assert [(row.act, row.actor) for row in rows[:2]] == [
            ("booth.staff.remove", editor.account),
            ("booth.staff", lead.account),
        ]

    asyncio.run(play(database_url, scene))


def test_who_may_not_is_refused_with_a_row_in_the_audit(database_url: str) -> None:
    async def scene(show: Show) -> None:
        lead = await show.staff("lea", StaffRole.LEAD)
        assert lead.account
        others = [
            await show.staff("ed", StaffRole.EDITOR),
            await show.staff("hans", StaffRole.STAFF),
            await show.staff("olga", StaffRole.LEAD, OTHER),
            await show.account("visitor"),
        ]
        for who in others:
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await show.services.staff.remove(who, BOOTH, lead.account)
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await show.services.staff.set_role(who, BOOTH, lead.account, StaffRole.STAFF)
        rows = [row for row in await about(show.database, f"booth:{BOOTH}") if row.act == "refused"]
        assert {(row.actor, row.detail["tried"]) for row in rows} == {
            (who.account, act) for who in others for act in ("staff.remove", "staff.role")
        }
        for stranger in (guest("Ada"), others[2], others[3]):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await show.services.staff.of_booth(stranger, BOOTH)
        assert [m.role for m in await show.services.staff.of_booth(lead, BOOTH)] == ["lead", "editor", "staff"]

    asyncio.run(play(database_url, scene))


def test_the_last_lead_is_neither_removed_nor_lowered_even_by_the_house(database_url: str) -> None:
    async def scene(show: Show) -> None:
        lead, house = await show.staff("lea", StaffRole.LEAD), await show.account("organiser", Role.ORGANISER)
        assert lead.account
        for who in (lead, house):
            with pytest.raises(Rejection, match="last lead"):
                await show.services.staff.remove(who, BOOTH, lead.account)
            with pytest.raises(Rejection, match="last lead"):
                await show.services.staff.set_role(who, BOOTH, lead.account, StaffRole.EDITOR)
        await show.services.staff.set_role(lead, BOOTH, lead.account, StaffRole.LEAD)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await show.services.staff.remove(house, BOOTH, NOBODY)

    asyncio.run(play(database_url, scene))


def test_two_leads_who_remove_each_other_at_once_leave_one(database_url: str) -> None:
    async def scene(show: Show) -> None:
        one, other = await show.staff("lea", StaffRole.LEAD), await show.staff("lou", StaffRole.LEAD)
        assert one.account
        assert other.account
        staff = show.services.staff
        done = await asyncio.gather(
            staff.remove(one, BOOTH, other.account), staff.remove(other, BOOTH, one.account), return_exceptions=True
        )
        assert sum(isinstance(answer, Rejection) for answer in done) == 1
        assert await show.value("SELECT count(*) FROM booth_staff WHERE role = 'lead'") == 1

    asyncio.run(play(database_url, scene))


def test_a_right_at_a_booth_comes_from_its_staff_or_from_the_role(database_url: str) -> None:
    async def play() -> None:
        async with booths_in(database_url) as database:
            staff = Staff(StoredStaff(database), LocalBus())
            zoe = await person(database, "Zoë", staff_of=booth_people.BOOTH)
            assert await staff.require(zoe, Right.SEE_NUMBERS, booth_people.BOOTH) == account_of(zoe)
            assert await staff.serves(zoe, booth_people.BOOTH)
            assert [member.name for member in await staff.members(booth_people.BOOTH)] == ["Zoë"]
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await staff.require(zoe, Right.SEE_NUMBERS, booth_people.OTHER_BOOTH)
            organiser = replace(await person(database, "Organiser"), role=Role.ORGANISER)
            assert await staff.require(organiser, Right.SEE_NUMBERS, booth_people.BOOTH) == account_of(organiser)
            guest = replace(zoe, account=None, role=Role.GUEST)
            assert not await staff.serves(guest, booth_people.BOOTH)
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await staff.require(guest, Right.SEE_NUMBERS, booth_people.BOOTH)

    asyncio.run(play())
