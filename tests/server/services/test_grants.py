"""Roles on a real database: granted within a scope, changed for an account, and always an organiser left."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, HallId
from halles.world.roles import Role
from halles_server.announcements import SanctionChanged
from halles_server.ports.standing import SHOW, Grant, Standing, hall_scope
from halles_server.services.actor import Actor
from halles_server.storage.accounts import Accounts
from tests.support.audit import AuditEntry, about
from tests.support.staff import Show, play, request

LILLE = hall_scope(HallId("lille"))


async def refused(act: object) -> str:
    with pytest.raises(Rejection) as refusal:
        await act  # type: ignore[misc]
    return refusal.value.code


async def standing(show: Show, actor: Actor) -> Standing:
    assert actor.account is not None
    account = await Accounts(show.database).read(actor.account)
    assert account is not None
    return account.standing


async def attempts(show: Show, actor: Actor) -> list[AuditEntry]:
    """Reads what was refused about somebody, newest first."""
    return [one for one in await about(show.database, f"account:{actor.account}") if one.act.endswith(".refused")]


def test_an_organiser_grants_a_role_with_an_end_and_takes_it_back(database_url: str) -> None:
    async def scene(show: Show) -> None:
        grants, olga, zoe = show.services.grants, await show.account("olga", Role.ORGANISER), await show.account("zoe")
        assert zoe.account is not None
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        await grants.give(olga, request(), zoe.account, (Role.MODERATOR, LILLE, until))
        granted = Grant(Role.MODERATOR, "hall:lille", until)
        assert (await standing(show, zoe)).grants == (granted,)
        (listed,) = await grants.listed(olga, SHOW)
        assert (listed.name, listed.grant, listed.by) == ("Zoe", granted, "Olga")
        await show.execute("UPDATE grants SET until = now()")
        assert (await standing(show, zoe)).grants == (), "it has ended"
        await grants.take(olga, request(), zoe.account, (Role.MODERATOR, LILLE))
        assert await refused(grants.take(olga, request(), zoe.account, (Role.MODERATOR, LILLE))) == "NOT_FOUND"
        assert await show.value("SELECT count(*) FROM audit WHERE act LIKE 'grant.%'") == 2
        assert set(show.said) == {SanctionChanged()}

    asyncio.run(play(database_url, scene))


def test_moderators_and_others_grant_and_list_nothing(database_url: str) -> None:
    async def scene(show: Show) -> None:
        grants, mia = show.services.grants, await show.account("mia", Role.MODERATOR)
        granted = replace(await show.account("zoe"), standing=Standing((Grant(Role.MODERATOR, "hall:lille"),)))
        for who in (mia, granted):
            assert who.account is not None
            assert await refused(grants.give(who, request(), who.account, (Role.MODERATOR, LILLE, None))) == "FORBIDDEN"
            assert await refused(grants.listed(who, LILLE)) == "FORBIDDEN"
            assert await refused(grants.set_role(who, request(), who.account, Role.ORGANISER)) == "FORBIDDEN"

    asyncio.run(play(database_url, scene))


def test_who_was_demoted_a_moment_ago_grants_and_takes_nothing_whatever_was_known(database_url: str) -> None:
    async def scene(show: Show) -> None:
        grants, olga = show.services.grants, await show.account("olga", Role.ORGANISER)
        oscar, zoe = await show.account("oscar", Role.ORGANISER), await show.account("zoe")
        assert oscar.account is not None
        assert zoe.account is not None
        await grants.give(oscar, request(), zoe.account, (Role.MODERATOR, LILLE, None))
        await grants.set_role(olga, request(), oscar.account, Role.MODERATOR)
        for late in (
            grants.give(oscar, request(), zoe.account, (Role.ORGANISER, LILLE, None)),
            grants.take(oscar, request(), zoe.account, (Role.MODERATOR, LILLE)),
            grants.set_role(oscar, request(), zoe.account, Role.MODERATOR),
        ):
            assert await refused(late) == "FORBIDDEN"
        assert [one.role for one in (await standing(show, zoe)).grants] == [Role.MODERATOR]

    asyncio.run(play(database_url, scene))


def test_what_cannot_be_granted_is_refused(database_url: str) -> None:
    async def scene(show: Show) -> None:
        grants, olga = show.services.grants, await show.account("olga", Role.ORGANISER)
        assert olga.account is not None
        past = datetime.now(UTC) - timedelta(seconds=1)
        nobody = AccountId("00000000-0000-4000-8000-000000000000")
        for account, grant, code in (
            (olga.account, (Role.OPERATOR, SHOW, None), "BAD_FIELD"),
            (olga.account, (Role.MODERATOR, SHOW, past), "BAD_FIELD"),
            (nobody, (Role.MODERATOR, SHOW, None), "NOT_FOUND"),
            (AccountId("nobody"), (Role.MODERATOR, SHOW, None), "NOT_FOUND"),
        ):
            assert await refused(grants.give(olga, request(), account, grant)) == code
        assert await refused(grants.set_role(olga, request(), nobody, Role.MODERATOR)) == "NOT_FOUND"
        assert await refused(grants.set_role(olga, request(), olga.account, Role.GUEST)) == "BAD_FIELD"
        op = await show.account("op", Role.OPERATOR)
        assert op.account is not None
        assert await refused(grants.set_role(olga, request(), op.account, Role.VISITOR)) == "FORBIDDEN"
        assert await refused(grants.set_role(olga, request(), olga.account, Role.OPERATOR)) == "FORBIDDEN"

    asyncio.run(play(database_url, scene))


def test_who_is_organiser_of_a_hall_for_a_while_gives_nothing_to_themselves_and_nothing_for_longer(
    database_url: str,
) -> None:
    async def scene(show: Show) -> None:
        grants, olga = show.services.grants, await show.account("olga", Role.ORGANISER)
        hans, zoe, now = await show.account("hans"), await show.account("zoe"), datetime.now(UTC).replace(microsecond=0)
        assert hans.account is not None
        assert zoe.account is not None
        assert olga.account is not None
        friday, hour = now + timedelta(days=2), now + timedelta(hours=1)
        await grants.give(olga, request(), hans.account, (Role.ORGANISER, LILLE, friday))
        hans = replace(hans, standing=await standing(show, hans))
        for account, until in (
            (hans.account, None),
            (hans.account, friday),
            (zoe.account, None),
            (zoe.account, friday + timedelta(seconds=1)),
        ):
            for role in (Role.ORGANISER, Role.MODERATOR):
                assert await refused(grants.give(hans, request(), account, (role, LILLE, until))) == "FORBIDDEN"
        key = request()
        await grants.give(hans, key, zoe.account, (Role.ORGANISER, LILLE, friday), "two days")
        late = (Role.ORGANISER, LILLE, friday + timedelta(minutes=1))
        await grants.give(hans, key, zoe.account, late, "two days")
        assert [one.until for one in (await standing(show, zoe)).grants] == [friday]
        await grants.give(olga, request(), hans.account, (Role.ORGANISER, LILLE, hour))
        assert await refused(grants.give(hans, request(), zoe.account, (Role.ORGANISER, LILLE, friday))) == "FORBIDDEN"
        await grants.give(olga, request(), olga.account, (Role.MODERATOR, LILLE, None))
        await grants.give(olga, request(), hans.account, (Role.ORGANISER, LILLE, None))
        hans = replace(hans, standing=await standing(show, hans))
        await grants.give(hans, request(), zoe.account, (Role.ORGANISER, LILLE, None))

    asyncio.run(play(database_url, scene))


def test_two_organisers_who_demote_each_other_at_once_leave_one(database_url: str) -> None:
    async def scene(show: Show) -> None:
        grants = show.services.grants
        olga, oscar = await show.account("olga", Role.ORGANISER), await show.account("oscar", Role.ORGANISER)
        for _ in range(5):
            outcomes = await asyncio.gather(
                grants.set_role(olga, request(), oscar.account or AccountId(""), Role.VISITOR),
                grants.set_role(oscar, request(), olga.account or AccountId(""), Role.VISITOR),
                return_exceptions=True,
            )
            assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Rejection"]
            assert await show.value("SELECT count(*) FROM accounts WHERE role = 'organiser'") == 1
            await show.execute("UPDATE accounts SET role = 'organiser'")
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'account.role'") == 5

    asyncio.run(play(database_url, scene))


def test_the_last_organiser_cannot_step_down_and_who_tried_that_is_written_down(database_url: str) -> None:
    async def scene(show: Show) -> None:
        grants, olga = show.services.grants, await show.account("olga", Role.ORGANISER)
        assert olga.account is not None
        assert await refused(grants.set_role(olga, request(), olga.account, Role.VISITOR)) == "FORBIDDEN"
        op = await show.account("op", Role.OPERATOR)
        key = request()
        for _ in range(2):
            assert await refused(grants.set_role(op, key, olga.account, Role.VISITOR)) == "FORBIDDEN"
        tried = await attempts(show, olga)
        assert [(one.act, one.actor) for one in tried] == [("role.refused", op.account), ("role.refused", olga.account)]
        assert tried[0].detail == {"role": "visitor"}

    asyncio.run(play(database_url, scene))


def test_what_is_granted_and_taken_outside_ones_scope_or_above_is_written_down_and_a_visitors_attempt_is_not(
    database_url: str,
) -> None:
    async def scene(show: Show) -> None:
        grants, olga, op = (
            show.services.grants,
            await show.account("olga", Role.ORGANISER),
            await show.account("op", Role.OPERATOR),
        )
        hans, zoe = await show.account("hans"), await show.account("zoe")
        assert hans.account is not None
        assert zoe.account is not None
        assert op.account is not None
        await grants.give(olga, request(), hans.account, (Role.ORGANISER, LILLE, None))
        hans = replace(hans, standing=await standing(show, hans))
        for attempt in (
            grants.give(hans, request(), zoe.account, (Role.MODERATOR, SHOW, None)),
            grants.take(hans, request(), zoe.account, (Role.MODERATOR, SHOW)),
            grants.give(zoe, request(), zoe.account, (Role.MODERATOR, LILLE, None)),
            grants.take(zoe, request(), hans.account, (Role.ORGANISER, LILLE)),
        ):
            assert await refused(attempt) == "FORBIDDEN"
        assert await refused(grants.set_role(olga, request(), op.account, Role.VISITOR)) == "FORBIDDEN"
        tried = await attempts(show, zoe)
        assert [(one.act, one.actor, one.detail["tried"]) for one in tried] == [
            ("grant.refused", hans.account, "take"),
            ("grant.refused", hans.account, "give"),
        ]
        assert [one.act for one in await attempts(show, op)] == ["role.refused"]

    asyncio.run(play(database_url, scene))


def test_a_repeat_gets_the_first_answer_whatever_the_first_has_made_of_it(database_url: str) -> None:
    async def scene(show: Show) -> None:
        grants, olga, zoe = show.services.grants, await show.account("olga", Role.ORGANISER), await show.account("zoe")
        assert zoe.account is not None
        now, key = datetime.now(UTC).replace(microsecond=0), request()
        for seconds in (3600, 3601):
            grant = (Role.MODERATOR, LILLE, now + timedelta(seconds=seconds))
            await grants.give(olga, key, zoe.account, grant, "hour")
        assert [one.until for one in (await standing(show, zoe)).grants] == [now + timedelta(hours=1)]
        assert await refused(grants.give(olga, key, zoe.account, grant, "day")) == "BAD_FIELD"
        key = request()
        for _ in range(2):
            await grants.set_role(olga, key, zoe.account, Role.MODERATOR)
        assert await refused(grants.set_role(olga, key, zoe.account, Role.VISITOR)) == "BAD_FIELD"
        await grants.set_role(olga, request(), zoe.account, Role.VISITOR)
        await grants.set_role(olga, key, zoe.account, Role.MODERATOR)
        assert await show.value("SELECT role FROM accounts WHERE login = 'zoe'") == "visitor", "it was done before"
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'account.role'") == 2

    asyncio.run(play(database_url, scene))
