"""Working groups: who makes, leads, joins and leaves them."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from halles.errors import Rejection
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.ports.programme import WorkingGroup
from halles_server.services.groups import WorkingGroups
from halles_server.storage import groups as stored
from halles_server.storage.groups import Groups
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme
from tests.support.booth_people import account_of, person, request_id
from tests.support.locks import waiting
from tests.support.programme import login_of, organiser, played


def groups_of(database: Database) -> WorkingGroups:
    return WorkingGroups(Groups(database), Programme(database))


def test_an_organiser_makes_a_group_and_sets_its_lead_who_is_a_member(database_url: str) -> None:
    async def play(database: Database) -> None:
        groups, author, ada = groups_of(database), await organiser(database), await person(database, "Ada")
        key, login = request_id(), await login_of(database, ada)
        for _ in range(2):
            group = await groups.make(author, key, Text("Coproductions"), Text(en="Two regions, one film"), login)
        assert [one.group for one in await groups.all()] == [group]
        found = await groups.read(group)
        assert found.lead is not None
        assert (found.lead.account, [one.account for one in found.members]) == (ada.account, [ada.account])
        await groups.change(author, request_id(), WorkingGroup(group, Text("Coproductions"), Text(), revision=1), "")
        assert (await groups.read(group)).lead is None
        for act in (
            groups.make(ada, request_id(), Text("Mine"), Text(), ""),
            groups.change(ada, request_id(), WorkingGroup(group, Text("Mine"), Text(), revision=2), login),
        ):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await act
        for name, lead, code in ((Text(), "", "INVALID_TEXT"), (Text("A"), "nobody", "NOT_FOUND")):
            with pytest.raises(Rejection, match=code):
                await groups.make(author, request_id(), name, Text(), lead)

    played(database_url, play)


def test_whoever_leaves_several_groups_leaves_them_in_one_order_whenever_they_joined_which(database_url: str) -> None:
    async def play(database: Database) -> None:
        groups, author = groups_of(database), await organiser(database)
        made = [await groups.make(author, request_id(), Text(name), Text(), "") for name in ("Aa", "Zz")]
        first, last = sorted(made)
        ada = await person(database, "Ada")
        for group in (last, first):
            await Groups(database).join(account_of(ada), request_id(), group)
        owner = await asyncpg.connect(database_url)
        async with owner.transaction():  # as somebody else who leaves both, and has begun
            await owner.execute("SELECT FROM working_groups WHERE id = $1 FOR UPDATE", first)
            leaving = asyncio.ensure_future(Groups(database).leave_all(account_of(ada)))
            await waiting(owner, leaving)
            await owner.execute("SELECT FROM working_groups WHERE id = $1 FOR UPDATE NOWAIT", last)
        await leaving
        await owner.close()
        assert [(await groups.read(group)).members for group in made] == [(), ()]

    played(database_url, play)


def test_members_join_and_leave_and_a_lead_who_leaves_leads_no_more(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(database: Database) -> None:
        groups, author, ada = groups_of(database), await organiser(database), await person(database, "Ada")
        group = await groups.make(author, request_id(), Text("Web"), Text(), await login_of(database, ada))
        member = replace(await person(database, "Member"), role=Role.MEMBER)
        key = request_id()
        for _ in range(2):
            await groups.join(member, key, group)
        assert [one.name for one in (await groups.read(group)).members] == ["Ada", "Member"]
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await groups.join(await person(database, "Visitor"), request_id(), group)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await groups.join(member, request_id(), "nothing")
        await groups.leave(ada, request_id(), group)
        found = await groups.read(group)
        assert (found.lead, [one.name for one in found.members]) == (None, ["Member"])
        monkeypatch.setattr(stored, "MEMBERS_CAP", 1)
        with pytest.raises(Rejection, match="OVER_BUDGET"):
            await groups.join(author, request_id(), group)

    played(database_url, play)


def test_of_two_who_change_a_group_at_once_the_second_is_told_and_nothing_is_lost(database_url: str) -> None:
    async def play(database: Database) -> None:
        groups, author, ada = groups_of(database), await organiser(database), await person(database, "Ada")
        login = await login_of(database, ada)
        group = await groups.make(author, request_id(), Text("Web"), Text(), login)
        first, key = WorkingGroup(group, Text("Web", en="The web"), Text(), revision=1), request_id()
        for _ in range(2):
            await groups.change(author, key, first, login)
        for read in (1, 0):
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await groups.change(author, request_id(), WorkingGroup(group, Text("Lost?"), Text(), revision=read), "")
        found = await groups.read(group)
        assert (found.name, found.revision) == (Text("Web", en="The web"), 2)
        leaving = request_id()
        await groups.leave(ada, leaving, group)
        with pytest.raises(Rejection, match="STALE_REVISION"):
            await groups.change(author, request_id(), replace(first, revision=2), login)
        await groups.join(replace(ada, role=Role.MEMBER), request_id(), group)
        await groups.leave(ada, leaving, group)
        assert [one.name for one in (await groups.read(group)).members] == ["Ada"], "a repeat takes nobody out again"
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await groups.change(author, request_id(), WorkingGroup("nothing", Text("A"), Text(), revision=1), "")

    played(database_url, play)
