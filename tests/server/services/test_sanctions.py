"""Sanctions on a real database: who gives and lifts them, who is told, who appeals, and what is written down."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.ids import HallId, VisitId
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.announcements import SanctionChanged
from halles_server.ports.sanctions import Known, Order
from halles_server.ports.standing import SHOW, Grant, InForce, Standing, booth_scope, hall_scope
from halles_server.ports.visits import VisitRecord
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from halles_server.services.sanctions import Whom
from halles_server.storage import sanctions as stored
from halles_server.storage.visits import Visits
from tests.support.staff import BOOTH, Show, play, request

LILLE = HallId("lille")
PHONE, LAPTOP = digest("phone"), digest("laptop")


def order(kind: SanctionKind = SanctionKind.SILENCE, minutes: int = 60, **fields: object) -> Order:
    return replace(Order(kind, SHOW, minutes, "You shout."), **fields)


async def come(show: Show, actor: Actor, devices: Iterable[bytes] = (), network: str = "") -> Known:
    """Stores somebody's visit."""
    visit = actor.visit or VisitId(f"visit-{actor.name}")
    record = VisitRecord(
        visit, actor.account, 0, actor.name, actor.role, "fr", Look(), False, LILLE, 0, 0, 0, 0, 0, tuple(devices),
        network,
    )  # fmt: skip
    await Visits(show.database, resume_s=60, unseen_s=5).open(record, digest(f"resume {visit}"))
    return Known(actor.account, visit, tuple(devices), network)


def guest(name: str) -> Actor:
    return Actor(None, VisitId(f"visit-{name}"), name, Role.GUEST, "fr")


async def kinds(show: Show, known: Known) -> list[SanctionKind]:
    return [one.kind for one in await show.services.sanctions.of(known)]


async def refused(act: object) -> str:
    with pytest.raises(Rejection) as refusal:
        await act  # type: ignore[misc]
    return refusal.value.code


def test_a_guest_is_known_again_by_visit_device_and_address_and_an_account_by_itself(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia, sanctions = await show.account("mia", Role.MODERATOR), show.services.sanctions
        ada = await come(show, guest("Ada"), [PHONE], "192.0.2.1")
        ban = order(SanctionKind.BAN, address=True)
        await come(show, guest("Bo"), [LAPTOP], "192.0.2.1")
        key = request()
        given = await sanctions.give(mia, key, Whom(visit=ada.visit), ban)
        assert given.others == 1, "somebody else has this address now"
        assert (await sanctions.give(mia, key, Whom(visit=ada.visit), ban)).number == given.number
        ban_only = [SanctionKind.BAN]
        assert await kinds(show, Known(visit=ada.visit)) == ban_only
        assert await kinds(show, Known(visit=VisitId("other"), devices=(LAPTOP, PHONE))) == ban_only
        assert await kinds(show, Known(visit=VisitId("other"), network="192.0.2.1")) == ban_only
        reasons = [(await sanctions.of(known))[0].reason for known in (ada, Known(network="192.0.2.1"))]
        assert reasons == ["You shout.", ""], "who only has the address has done nothing"
        assert await kinds(show, Known(visit=VisitId("other"), devices=(LAPTOP,), network="192.0.2.2")) == []
        zoe = await show.account("zoe")
        assert await kinds(show, Known(zoe.account, VisitId("z"), (PHONE,), "192.0.2.1")) == [], "an account is itself"
        assert await show.value("SELECT count(*) FROM visits WHERE ended IS NULL") == 1, "the banned visit is over"
        assert await show.value("SELECT network FROM visits WHERE id = $1", ada.visit) == ""
        assert set(show.said) == {SanctionChanged()}
        audited = await show.value("SELECT detail::text FROM audit WHERE act = 'sanction.give'")
        assert '"kind": "ban"' in str(audited)
        assert "shout" not in str(audited)

    asyncio.run(play(database_url, scene))


def test_an_account_is_bound_wherever_it_is_and_as_a_guest_of_the_same_device(database_url: str) -> None:
    async def scene(show: Show) -> None:
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe")
        known = await come(show, zoe, [PHONE])
        await show.services.sanctions.give(mia, request(), Whom(account=zoe.account), order())
        assert await kinds(show, Known(zoe.account)) == await kinds(show, Known(devices=(PHONE,)))
        (told,) = await show.services.sanctions.of(known)
        assert isinstance(told, InForce)
        assert (told.reason, told.name) == ("You shout.", "Zoe")

    asyncio.run(play(database_url, scene))


def test_who_stands_no_higher_is_refused_and_a_moderators_attempt_is_written_down(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions = show.services.sanctions
        mia, max_ = await show.account("mia", Role.MODERATOR), await show.account("max", Role.MODERATOR)
        olga = await show.account("olga", Role.ORGANISER)
        for whom in (max_, olga):
            assert await refused(sanctions.give(mia, request(), Whom(account=whom.account), order())) == "FORBIDDEN"
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'sanction.refused'") == 2
        zoe = await show.account("zoe")
        assert await refused(sanctions.give(zoe, request(), Whom(account=mia.account), order())) == "FORBIDDEN"
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'sanction.refused'") == 2
        assert await show.value("SELECT count(*) FROM sanctions") == 0
        assert zoe.account is not None
        await show.services.grants.give(olga, request(), zoe.account, (Role.MODERATOR, hall_scope(LILLE), None))
        granted = replace(zoe, standing=Standing((Grant(Role.MODERATOR, "hall:lille"),)))
        bo = await show.account("bo")
        assert await refused(sanctions.give(granted, request(), Whom(account=bo.account), order())) == "FORBIDDEN"
        await sanctions.give(granted, request(), Whom(account=bo.account), order(scope=booth_scope(LILLE, BOOTH)))

    asyncio.run(play(database_url, scene))


def test_who_was_demoted_or_sanctioned_a_moment_ago_decides_nothing_whatever_was_known(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions, grants, olga = (
            show.services.sanctions,
            show.services.grants,
            await show.account("olga", Role.ORGANISER),
        )
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe")
        hans = await show.account("hans")
        assert hans.account is not None
        here = (Role.MODERATOR, hall_scope(LILLE), None)
        await grants.give(olga, request(), hans.account, here)
        granted = replace(hans, standing=Standing((Grant(Role.MODERATOR, "hall:lille"),)))
        in_hall = order(scope=hall_scope(LILLE))
        number = (await sanctions.give(mia, request(), Whom(account=zoe.account), in_hall)).number
        await sanctions.appeal(Known(zoe.account), request(), number, "It was not me.")
        await show.execute("UPDATE accounts SET role = 'visitor' WHERE id = $1", mia.account)
        await grants.take(olga, request(), hans.account, here[:2])
        for late in (mia, granted):
            assert await refused(sanctions.give(late, request(), Whom(account=zoe.account), in_hall)) == "FORBIDDEN"
            assert await refused(sanctions.lift(late, request(), number)) == "FORBIDDEN"
            assert await refused(sanctions.uphold(late, request(), number)) == "FORBIDDEN"
        await show.execute("UPDATE accounts SET role = 'moderator' WHERE id = $1", mia.account)
        await sanctions.give(olga, request(), Whom(account=mia.account), order(SanctionKind.BAN))
        assert await refused(sanctions.lift(mia, request(), number)) == "FORBIDDEN", "banned herself meanwhile"
        assert await show.value("SELECT count(*) FROM sanctions") == 2

    asyncio.run(play(database_url, scene))


def test_who_is_demoted_while_the_sanction_is_stored_does_not_give_it(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions = show.services.sanctions
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe")
        async with show.database.transaction() as demoting:
            await demoting.execute("UPDATE accounts SET role = 'visitor' WHERE id = $1", mia.account)
            giving = asyncio.create_task(sanctions.give(mia, request(), Whom(account=zoe.account), order()))
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while not await show.value(waiting):
                assert not giving.done()
        assert await refused(giving) == "FORBIDDEN"
        assert await show.value("SELECT count(*) FROM sanctions") == 0

    asyncio.run(play(database_url, scene))


def test_who_has_just_been_made_an_equal_is_not_sanctioned(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions, olga = show.services.sanctions, await show.account("olga", Role.ORGANISER)
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe", visit=True)
        assert zoe.account is not None
        await come(show, zoe)
        await show.services.grants.set_role(olga, request(), zoe.account, Role.MODERATOR)
        key, whom = request(), Whom(visit=zoe.visit)
        for _ in range(2):
            assert await refused(sanctions.give(mia, key, whom, order())) == "FORBIDDEN"
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'sanction.refused'") == 1, "one try, one row"
        await sanctions.give(olga, request(), whom, order())

    asyncio.run(play(database_url, scene))


def test_a_repeat_gets_the_first_answer_though_the_person_has_come_again(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions, mia = show.services.sanctions, await show.account("mia", Role.MODERATOR)
        zoe, key = await show.account("zoe"), request()
        await come(show, zoe)
        whom = Whom(account=zoe.account)
        given = await sanctions.give(mia, key, whom, order())
        await come(show, replace(zoe, visit=VisitId("visit-again")))
        assert await sanctions.give(mia, key, whom, order()) == given
        typed, key_of_form = ("until 10:00", "noise"), request()
        first = await sanctions.give(mia, key_of_form, whom, order(said=typed))
        assert await sanctions.give(mia, key_of_form, whom, order(minutes=59, reason="Lawaai.", said=typed)) == first
        assert await refused(sanctions.give(mia, key_of_form, whom, order(said=("60", "noise")))) == "BAD_FIELD"
        for other in (order(reason="Something else."), order(minutes=61), order(SanctionKind.HOLD)):
            assert await refused(sanctions.give(mia, key, whom, other)) == "BAD_FIELD"
        ada, key = await come(show, guest("Ada"), [PHONE], "192.0.2.1"), request()
        await sanctions.give(mia, key, Whom(visit=ada.visit), order(SanctionKind.BAN))
        by_address = order(SanctionKind.BAN, address=True)
        assert await refused(sanctions.give(mia, key, Whom(visit=ada.visit), by_address)) == "BAD_FIELD"
        assert await show.value("SELECT count(*) FROM sanctions") == 3

    asyncio.run(play(database_url, scene))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (order(reason=" "), "INVALID_TEXT"),
        (order(reason="x" * 201), "INVALID_TEXT"),
        (order(minutes=0), "BAD_FIELD"),
        (order(minutes=366 * 24 * 60 + 1), "BAD_FIELD"),
        (order(SanctionKind.SILENCE, address=True), "BAD_FIELD"),
        (order(SanctionKind.BAN, 24 * 60 + 1, address=True), "BAD_FIELD"),
        (order(SanctionKind.BAN, address=True), "BAD_FIELD"),  # an account's address is nobody's business
    ],
)
def test_what_cannot_be_ordered_is_refused(database_url: str, asked: Order, code: str) -> None:
    async def scene(show: Show) -> None:
        mia, zoe = await show.account("mia", Role.MODERATOR), await show.account("zoe")
        assert await refused(show.services.sanctions.give(mia, request(), Whom(account=zoe.account), asked)) == code

    asyncio.run(play(database_url, scene))


def test_lifting_ends_it_at_once_and_not_by_who_stands_below_its_author(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions = show.services.sanctions
        mia, olga = await show.account("mia", Role.MODERATOR), await show.account("olga", Role.ORGANISER)
        zoe = await show.account("zoe")
        by_olga = (await sanctions.give(olga, request(), Whom(account=zoe.account), order())).number
        by_mia = (await sanctions.give(mia, request(), Whom(account=zoe.account), order(SanctionKind.HOLD))).number
        assert await refused(sanctions.lift(mia, request(), by_olga)) == "FORBIDDEN"
        await sanctions.lift(olga, request(), by_mia, "A misunderstanding.")
        assert await kinds(show, Known(zoe.account)) == [SanctionKind.SILENCE]
        assert await refused(sanctions.lift(olga, request(), by_mia)) == "NOT_FOUND"
        past = await sanctions.in_scope(mia, SHOW, past=True)
        assert [(one.number, one.lifted_by, one.lifted_reason) for one in past] == [
            (by_mia, "Olga", "A misunderstanding.")
        ]
        assert [one.number for one in await sanctions.in_scope(mia, SHOW)] == [by_olga]
        assert await show.value("SELECT count(*) FROM audit WHERE act = 'sanction.lift'") == 1

    asyncio.run(play(database_url, scene))


def test_an_appeal_is_written_once_by_who_is_under_it_and_waits_for_an_answer(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions, mia = show.services.sanctions, await show.account("mia", Role.MODERATOR)
        zoe, bo = await show.account("zoe"), await show.account("bo")
        here = order(scope=hall_scope(LILLE))
        number = (await sanctions.give(mia, request(), Whom(account=zoe.account), here)).number
        mine = Known(zoe.account)
        assert await refused(sanctions.appeal(Known(bo.account), request(), number, "I object")) == "NOT_FOUND"
        assert await refused(sanctions.appeal(mine, request(), number, "x" * 501)) == "INVALID_TEXT"
        assert await refused(sanctions.appeal(mine, request(), number, " ")) == "INVALID_TEXT"
        await sanctions.appeal(mine, request(), number, "It was\nnot me.")
        assert await refused(sanctions.appeal(mine, request(), number, "Again")) == "NOT_FOUND"
        (waiting,) = await sanctions.appeals(mia, SHOW)
        assert (waiting.number, waiting.appeal) == (number, "It was\nnot me.")
        assert await sanctions.appeals(mia, hall_scope(HallId("hainaut"))) == ()
        assert await refused(sanctions.appeals(zoe, SHOW)) == "FORBIDDEN"
        (told,) = await sanctions.of(mine)
        assert told.appealed
        await sanctions.uphold(mia, request(), number)
        assert await sanctions.appeals(mia, SHOW) == ()
        assert await kinds(show, mine) == [SanctionKind.SILENCE]

    asyncio.run(play(database_url, scene))


def test_a_booths_sanctions_are_listed_in_its_hall_and_not_in_another(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions, mia = show.services.sanctions, await show.account("mia", Role.MODERATOR)
        zoe = await show.account("zoe")
        scope = await sanctions.scope("booth", BOOTH)
        assert scope == booth_scope(LILLE, BOOTH)
        await sanctions.give(mia, request(), Whom(account=zoe.account), order(scope=scope))
        assert len(await sanctions.in_scope(mia, hall_scope(LILLE))) == len(await sanctions.in_scope(mia, scope)) == 1
        assert await sanctions.in_scope(mia, hall_scope(HallId("hainaut"))) == ()
        (record,) = await sanctions.in_scope(mia, scope)
        await show.execute("UPDATE sanctions SET scope = 'booth:gone'")
        await sanctions.lift(mia, request(), record.number)
        for kind, place in (("booth", "none"), ("live", "none"), ("hall", "none")):
            assert await refused(sanctions.scope(kind, place)) == "NOT_FOUND"  # type: ignore[arg-type]

    asyncio.run(play(database_url, scene))


def test_the_last_organiser_who_can_act_is_not_sanctioned(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions, op = show.services.sanctions, await show.account("op", Role.OPERATOR)
        olga, oscar = await show.account("olga", Role.ORGANISER), await show.account("oscar", Role.ORGANISER)
        ban = order(SanctionKind.BAN)
        outcomes = await asyncio.gather(
            *(sanctions.give(op, request(), Whom(account=who.account), ban) for who in (olga, oscar)),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, Rejection) for outcome in outcomes) == 1, "at once, one of them stays"
        assert await show.value("SELECT count(*) FROM sanctions") == 1
        assert await show.value("SELECT detail ->> 'kind' FROM audit WHERE act = 'sanction.refused'") == "ban"

    asyncio.run(play(database_url, scene))


def test_a_removal_ends_the_visit_that_it_names_and_a_ban_all_of_the_device(database_url: str) -> None:
    async def scene(show: Show) -> None:
        sanctions, mia = show.services.sanctions, await show.account("mia", Role.MODERATOR)
        ada, bo = await come(show, guest("Ada"), [PHONE]), await come(show, guest("Bo"), [PHONE, LAPTOP])
        here = "SELECT array_agg(name ORDER BY name) FROM visits WHERE ended IS NULL"
        await sanctions.give(mia, request(), Whom(visit=ada.visit), order(SanctionKind.REMOVE))
        assert await show.value(here) == ["Bo"], "who has the same device has done nothing"
        await come(show, guest("Cy"), [LAPTOP])
        await sanctions.give(mia, request(), Whom(visit=bo.visit), order(SanctionKind.BAN))
        assert await show.value(here) is None

    asyncio.run(play(database_url, scene))


def test_beyond_what_a_node_holds_none_is_given_and_none_that_is_in_force_is_forgotten(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(show: Show) -> None:
        sanctions, mia = show.services.sanctions, await show.account("mia", Role.MODERATOR)
        zoe, bo = await show.account("zoe"), await show.account("bo")
        monkeypatch.setattr(stored, "KEPT_MOST", 1)
        first = await sanctions.give(mia, request(), Whom(account=zoe.account), order(SanctionKind.BAN))
        assert await refused(sanctions.give(mia, request(), Whom(account=bo.account), order())) == "OVER_BUDGET"
        assert [one.sanction.number for one in await sanctions.in_force()] == [first.number]
        await sanctions.lift(mia, request(), first.number)
        await sanctions.give(mia, request(), Whom(account=bo.account), order())

    asyncio.run(play(database_url, scene))
