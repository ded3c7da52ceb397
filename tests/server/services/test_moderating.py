"""What those who decide read first, on a real database: whom they may sanction where, and who answers an appeal."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from halles.ids import AccountId, HallId, LiveSessionId, VisitId
from halles.world.live_acts import RaiseHand, Step
from halles.world.roles import Right, Role
from halles.world.sanctions import SanctionKind
from halles_server.ports.live import key_of
from halles_server.ports.sanctions import Known, Order
from halles_server.ports.standing import SHOW, Grant, Standing, live_scope
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from halles_server.services.moderating import Meant
from halles_server.services.sanctions import LISTED, Whom
from tests.server.services.test_sanctions import come, guest, order, refused
from tests.support import live
from tests.support.staff import Show, play, request

HOSTED = live_scope(HallId("lille"), live.SESSION)


def account(actor: Actor) -> AccountId:
    assert actor.account is not None
    return actor.account


def hosting(actor: Actor) -> Actor:
    return replace(actor, standing=Standing((Grant(Role.MODERATOR, HOSTED.key),)))


async def appealed(show: Show, giver: Actor, whom: Actor, what: Order | None = None) -> int:
    given = await show.services.sanctions.give(giver, request(), Whom(account=whom.account), what or order())
    await show.services.sanctions.appeal(Known(whom.account), request(), given.number, "It was not me.")
    return given.number


def test_whoever_gave_a_sanction_leaves_its_appeal_to_another_where_there_is_one(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe")
        moderating = show.services.moderating
        number = await appealed(show, mia, zoe)
        assert [one.mine for one in await moderating.appeals(mia)] == [False], "nobody else could"
        noa = await show.account("noa", Role.MODERATOR)
        assert [one.mine for one in await moderating.appeals(mia)] == [True]
        assert [one.mine for one in await moderating.appeals(noa)] == [False]
        for lift in (True, False):
            answer = moderating.answer(mia, request(), number, lift=lift, reply="Sorry.")
            assert await refused(answer) == "FORBIDDEN"
        assert await refused(moderating.answer(noa, request(), number, lift=True, reply=" ")) == "INVALID_TEXT"
        key = request()
        for _ in range(2):
            await moderating.answer(noa, key, number, lift=False, reply="Two people saw it.")
        (record,) = await show.services.sanctions.history(Known(zoe.account))
        assert (record.upheld_by, record.upheld_reason, record.waits) == ("Noa", "Two people saw it.", False)
        assert await moderating.appeals(noa) == ()

    asyncio.run(play(database_url, scene))


def test_an_answer_that_lifts_ends_the_sanction_and_keeps_its_words(database_url: str) -> None:
    async def scene(show: Show) -> None:
        olga, mia = await show.account("olga", Role.ORGANISER), await show.account("mia", Role.MODERATOR)
        zoe = await show.account("zoe")
        number = await appealed(show, mia, zoe)
        await show.services.moderating.answer(olga, request(), number, lift=True, reply="You are right.")
        (record,) = await show.services.sanctions.history(Known(zoe.account))
        assert (record.lifted_by, record.lifted_reason, record.waits) == ("Olga", "You are right.", False)
        assert await show.services.sanctions.of(Known(zoe.account)) == ()

    asyncio.run(play(database_url, scene))


def test_another_who_is_below_or_under_a_ban_is_nobody_to_leave_an_appeal_to(database_url: str) -> None:
    async def scene(show: Show) -> None:
        olga, oscar = [await show.account(name, Role.ORGANISER) for name in ("olga", "oscar")]
        noa, zoe = await show.account("noa", Role.MODERATOR), await show.account("zoe")
        await appealed(show, olga, zoe)
        assert [one.mine for one in await show.services.moderating.appeals(olga)] == [True], "Oscar may"
        await show.execute(
            "INSERT INTO sanctions (kind, scope, account, name, reason, until, made_name, made_role)"
            " VALUES ('ban', 'show', $1, 'Oscar', 'x', now() + interval '1 hour', 'Op', 'operator')",
            account(oscar),
        )
        assert [one.mine for one in await show.services.moderating.appeals(olga)] == [False]
        assert [one.mine for one in await show.services.moderating.appeals(noa)] == [False]

    asyncio.run(play(database_url, scene))


def test_a_host_finds_whom_a_key_or_a_question_means_and_may_sanction_in_that_live_session_only(
    database_url: str,
) -> None:
    async def scene(show: Show) -> None:
        mia, zoe = hosting(await show.account("mia")), await show.account("zoe", visit=True)
        ada, services = guest("Ada"), show.services
        async with show.database.connection() as connection:
            await live.plan(connection, live.Planned(hosts=(account(mia),)))
        await come(show, ada, network="192.0.2.1")
        await come(show, guest("Bo"), network="192.0.2.1")
        for who, act in ((mia, Step("open-doors")), (mia, Step("start")), (ada, RaiseHand()), (zoe, RaiseHand())):
            await services.live.act(who, request(), live.SESSION, act)
        subject = await services.moderating.subject(mia, Meant(session=live.SESSION, key="vvisit-Ada"))
        assert (subject.whom, subject.target.name, subject.scopes) == (Whom(visit=ada.visit), "Ada", (HOSTED,))
        assert (subject.where.hall, subject.where.here, subject.where.sharing) == ("lille", True, 1)
        question = await services.questions.ask(zoe, request(), live.SESSION, "fr", "Pourquoi ?")
        found = await services.moderating.subject(mia, Meant(session=live.SESSION, question=int(question)))
        assert found.whom == Whom(account=zoe.account)
        for wrong in (Meant(session=live.SESSION, key="vnobody"), Meant(visit="nobody"), Meant(account="nobody")):
            assert await refused(services.moderating.subject(mia, wrong)) == "NOT_FOUND"
        assert await refused(services.moderating.subject(zoe, Meant(visit="visit-Ada"))) == "FORBIDDEN"

    asyncio.run(play(database_url, scene))


def test_a_guest_who_came_in_anew_is_sent_out_by_the_question_asked_before_and_nobody_who_has_gone(
    database_url: str,
) -> None:
    async def scene(show: Show) -> None:
        services, mia, phone = show.services, await show.account("mia", Role.MODERATOR), digest("phone")
        async with show.database.connection() as connection:
            await live.plan(connection, live.Planned())
        ada = replace(guest("Ada"), devices=(phone,))
        await come(show, ada, [phone])
        await come(show, guest("Bo"), [digest("laptop")])
        for step in ("open-doors", "start"):
            await services.live.act(mia, request(), live.SESSION, Step(step))  # type: ignore[arg-type]
        question = int(await services.questions.ask(ada, request(), live.SESSION, "fr", "Pourquoi ?"))
        asked = Meant(session=live.SESSION, question=question)
        await show.execute("UPDATE visits SET ended = now() WHERE id = $1", ada.visit)
        gone = await services.moderating.subject(mia, asked)
        assert not gone.where.here
        removal = order(SanctionKind.REMOVE)
        assert await refused(services.sanctions.give(mia, request(), gone.whom, removal)) == "NOT_FOUND"
        await services.sanctions.give(mia, request(), gone.whom, order())
        anew = await come(show, replace(guest("Ada-2"), devices=(phone,)), [phone])
        again = await services.moderating.subject(mia, asked)
        assert (again.whom, again.where.here) == (Whom(visit=anew.visit), True)
        key = request()
        await services.sanctions.give(mia, key, again.whom, removal)
        repeated = await services.moderating.subject(mia, asked)
        await services.sanctions.give(mia, key, repeated.whom, removal)
        assert await show.value("SELECT array_agg(name) FROM visits WHERE ended IS NULL") == ["Bo"]

    asyncio.run(play(database_url, scene))


def test_a_host_reads_nothing_of_whom_a_key_or_a_question_means_in_anothers_live_session(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia, noa = hosting(await show.account("mia")), await show.account("noa", Role.MODERATOR)
        zoe, services, other = await show.account("zoe", visit=True), show.services, LiveSessionId("another")
        async with show.database.connection() as connection:
            await live.plan(connection, live.Planned(hosts=(account(mia),)))
            await live.plan(connection, live.Planned(other, "hainaut"))
        for who, act in ((noa, Step("open-doors")), (noa, Step("start")), (zoe, RaiseHand())):
            await services.live.act(who, request(), other, act)
        question = int(await services.questions.ask(zoe, request(), other, "fr", "Pourquoi ?"))
        known = key_of(other, zoe.account, VisitId(""))
        for meant in (Meant(session=other, key=known), Meant(session=other, question=question)):
            assert (await services.moderating.subject(noa, meant)).whom == Whom(account=zoe.account)
            assert await refused(services.moderating.subject(mia, meant)) == "FORBIDDEN"
        assert await refused(services.moderating.subject(noa, Meant(session="gone", key=known))) == "NOT_FOUND"

    asyncio.run(play(database_url, scene))


def test_a_moderator_may_sanction_nobody_of_their_rank_and_reads_what_somebody_was_under(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia, noa, zoe = [await show.account(name, Role.MODERATOR) for name in ("mia", "noa", "zoe")]
        await show.execute("UPDATE accounts SET role = 'visitor' WHERE login = 'zoe'")
        sanctions = show.services.sanctions
        given = await sanctions.give(mia, request(), Whom(account=zoe.account), order(SanctionKind.WARN))
        await sanctions.lift(mia, request(), given.number, "A mistake.")
        subject = await show.services.moderating.subject(mia, Meant(account=account(zoe)))
        assert [one.lifted_reason for one in subject.before] == ["A mistake."]
        assert subject.scopes[0] == SHOW
        assert (await show.services.moderating.subject(mia, Meant(account=account(noa)))).scopes == ()

    asyncio.run(play(database_url, scene))


def test_what_a_host_lists_and_the_places_of_a_role_end_at_the_own_scope(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe")
        async with show.database.connection() as connection:
            await live.plan(connection, live.Planned())
        host, services = hosting(await show.account("hugo")), show.services
        for scope in (SHOW, HOSTED):
            await services.sanctions.give(mia, request(), Whom(account=zoe.account), order(scope=scope))
        assert [one.scope for one in await services.moderating.listed(host)] == [HOSTED.key]
        assert [one.scope for one in await services.moderating.listed(mia)] == [HOSTED.key, "show"]
        assert await refused(services.moderating.listed(zoe)) == "FORBIDDEN"
        olga = await show.account("olga", Role.ORGANISER)
        assert await services.moderating.places(olga, Right.GRANT, [live.SESSION, LiveSessionId("gone")]) == (
            SHOW,
            HOSTED,
        )
        assert await services.moderating.places(host, Right.GRANT) == ()

    asyncio.run(play(database_url, scene))


def test_a_ban_in_force_is_listed_however_many_sanctions_came_after_it(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe")
        sanctions, moderating = show.services.sanctions, show.services.moderating
        ban = (await sanctions.give(mia, request(), Whom(account=zoe.account), order(SanctionKind.BAN))).number
        warned = (
            "INSERT INTO sanctions (kind, scope, visit, name, reason, made, until, made_name, made_role)"
            " SELECT 'warn', 'show', 'v', 'Troll', 'x', now() - interval '3 days', now() + $1::interval, 'Mia',"
            " 'moderator' FROM generate_series(1, $2)"
        )
        await show.execute(warned, -timedelta(days=1), LISTED)
        assert [one.number for one in await moderating.listed(mia)] == [ban]
        past = await moderating.listed(mia, past=True)
        assert len(past) == LISTED
        assert ban not in {one.number for one in past}
        await show.execute(warned, timedelta(days=1), LISTED)
        newest = await moderating.listed(mia)
        assert ban not in {one.number for one in newest}
        older = await moderating.listed(mia, before=newest[-1].number)
        assert [one.number for one in older] == [ban]
        assert await moderating.listed(mia, past=True, before=past[-1].number) == ()

    asyncio.run(play(database_url, scene))


def test_an_account_is_found_by_login_and_else_by_the_name_that_several_may_have(database_url: str) -> None:
    async def scene(show: Show) -> None:
        olga, mia = await show.account("olga", Role.ORGANISER), await show.account("mia", Role.MODERATOR)
        for login in ("zoe", "zoe-2"):
            await show.account(login)
        await show.execute("UPDATE accounts SET name = 'Zoe' WHERE login = 'zoe-2'")
        moderating = show.services.moderating

        async def logins(name: str) -> list[str]:
            return [one.login for one in await moderating.called(olga, name)]

        assert await logins(" ZOE ") == ["zoe"], "a login comes before a name"
        await show.execute("UPDATE accounts SET login = 'zoe-1' WHERE login = 'zoe'")
        assert await logins("zoe") == ["zoe-1", "zoe-2"]
        assert await logins("nobody\0") == await logins("") == []
        assert await refused(moderating.called(mia, "zoe")) == "FORBIDDEN"
        assert [one.login for one in await moderating.house(olga)] == ["olga", "mia"]

    asyncio.run(play(database_url, scene))


def test_nobody_is_a_visit_that_never_was(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia = await show.account("mia", Role.MODERATOR)
        assert await refused(show.services.moderating.subject(mia, Meant(visit=VisitId("")))) == "NOT_FOUND"

    asyncio.run(play(database_url, scene))
