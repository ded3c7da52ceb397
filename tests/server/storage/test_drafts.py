"""Drafts in a real Postgres: editing, merging, going back and forth, publishing, and what is due."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, BoothId, HallId, RequestId, SlotId
from halles.world.booth import BoothContent, BoothEdit, Change
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.drafts import DraftRequest, Pending
from halles_server.ports.people import Account
from halles_server.storage import demonstration, draft_reads, drafts, pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.booths import Booths
from halles_server.storage.drafts import Drafts
from tests.support.audit import about

BOOTH = BoothId("atelier")
CONTENT = BoothContent("Atelier", pitch=Text("Bonjour", "Dag"))


def prepared(booth: str = BOOTH, slot: str = "A1", name: str = "Atelier") -> PreparedBooth:
    content = BoothContent(name, pitch=CONTENT.pitch)
    return PreparedBooth(BoothId(booth), booth, booth.title(), "", True, HallId("lille"), SlotId(slot), content)


def pitch(said: str, language: str = "fr") -> BoothEdit:
    return BoothEdit((Change("pitch", said, language),))  # type: ignore[arg-type]


@dataclass
class Show:
    database: pool.Database
    drafts: Drafts
    booths: Booths
    ana: AccountId
    bob: AccountId

    def ask(self, revision: int, account: AccountId | None = None) -> DraftRequest:
        return DraftRequest(account or self.ana, RequestId(uuid.uuid4().bytes), BOOTH, revision)

    async def edit(self, revision: int, said: str, language: str = "fr", account: AccountId | None = None) -> int:
        return await self.drafts.edit(self.ask(revision, account), pitch(said, language))


async def add(database: pool.Database, login: str) -> AccountId:
    account = AccountId(str(uuid.uuid4()))
    await Accounts(database).create(Account(account, login, login.title(), Role.EXHIBITOR, "fr", Look()), "hash")
    return account


@asynccontextmanager
async def show(url: str) -> AsyncIterator[Show]:
    async with pool.opened(url) as database:
        await demonstration.put(database, [prepared()])
        yield Show(database, Drafts(database), Booths(database), await add(database, "ana"), await add(database, "bob"))


def test_a_booth_without_a_draft_shows_what_visitors_see(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            draft = await one.drafts.read(BOOTH)
            assert (draft.revision, draft.content, draft.unpublished, draft.changed) == (0, CONTENT, False, None)
            assert (draft.undo, draft.redo, draft.pending) == (None, None, None)
            assert await one.drafts.content_at(BOOTH, 0) == CONTENT
            assert await one.drafts.history(BOOTH, 50) == ()
            assert await one.drafts.revisions(BOOTH) == (0, 1)
            for read in (one.drafts.read, one.drafts.revisions):
                with pytest.raises(Rejection, match="NOT_FOUND"):
                    await read(BoothId("nobody"))
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await one.drafts.edit(
                    DraftRequest(one.ana, RequestId(uuid.uuid4().bytes), BoothId("nobody"), 0), pitch("x")
                )

    asyncio.run(play())


def test_a_draft_changes_and_visitors_see_the_same_until_it_is_published(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            assert await one.edit(0, "Bonsoir") == 1
            draft = await one.drafts.read(BOOTH)
            assert (draft.revision, draft.content.pitch.fr, draft.changed_by) == (1, "Bonsoir", "Ana")
            assert draft.unpublished
            assert (await one.booths.read(BOOTH)).content == CONTENT
            assert await one.drafts.publish(one.ask(1)) == 2
            shown = await one.booths.read(BOOTH)
            assert (shown.revision, shown.content.pitch.fr) == (2, "Bonsoir")
            assert await one.drafts.revisions(BOOTH) == (1, 2)
            assert not (await one.drafts.read(BOOTH)).unpublished
            assert [(line.revision, line.step, line.published) for line in await one.drafts.history(BOOTH, 9)] == [
                (1, "edit", 2),
                (0, "begin", None),
            ]
            acts = [(entry.act, entry.detail) for entry in await about(one.database, f"booth:{BOOTH}")]
            assert acts[:2] == [
                ("booth.publish", {"revision": 2, "draft": 1, "fields": ["pitch"]}),
                ("draft.edit", {"revision": 1, "fields": ["pitch"]}),
            ]
            with pytest.raises(Rejection, match="BAD_FIELD"):
                await one.drafts.publish(one.ask(1))

    asyncio.run(play())


def test_two_who_change_different_fields_both_keep_their_words(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            assert await one.edit(0, "Bonsoir") == 1
            assert await one.edit(0, "Hello", "en", one.bob) == 2
            draft = await one.drafts.read(BOOTH)
            assert draft.content.pitch == Text("Bonsoir", "Dag", "Hello")

    asyncio.run(play())


def test_who_changes_the_same_field_later_is_refused_and_nothing_is_lost(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            for revision in (0, 7):
                with pytest.raises(Rejection, match="STALE_REVISION"):
                    await one.edit(revision, "Salut", account=one.bob)
            assert (await one.drafts.read(BOOTH)).content.pitch.fr == "Bonsoir"
            assert await one.edit(1, "Salut", account=one.bob) == 2
            assert (await one.drafts.content_at(BOOTH, 1)).pitch.fr == "Bonsoir"

    asyncio.run(play())


def test_a_refused_or_repeated_request_has_no_second_effect(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            asked = one.ask(0)
            answers = await asyncio.gather(*(one.drafts.edit(asked, pitch("Bonsoir")) for _ in range(8)))
            assert answers == [1] * 8
            with pytest.raises(Rejection, match="BAD_FIELD"):
                await one.drafts.edit(asked, pitch("Autre"))
            with pytest.raises(Rejection, match="INVALID_TEXT"):
                await one.edit(1, "\x00")
            assert await one.edit(1, "Bonsoir") == 1, "nothing different is no revision"
            assert [line.revision for line in await one.drafts.history(BOOTH, 9)] == [1, 0]
            publish = one.ask(1)
            assert await asyncio.gather(*(one.drafts.publish(publish) for _ in range(5))) == [2] * 5

    asyncio.run(play())


def test_undo_and_redo_walk_the_states_and_a_new_edit_begins_another_branch(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            for revision, said in enumerate(("un", "deux", "trois")):
                await one.edit(revision, said)

            async def now() -> tuple[str, int | None, int | None]:
                draft = await one.drafts.read(BOOTH)
                return draft.content.pitch.fr, draft.undo, draft.redo

            assert await now() == ("trois", 2, None)
            assert await one.drafts.move(one.ask(3), "undo") == 4
            assert await one.drafts.move(one.ask(4), "undo") == 5
            assert await now() == ("un", 0, 2)
            assert await one.drafts.move(one.ask(5), "redo") == 6
            assert await now() == ("deux", 1, 3)
            assert await one.edit(6, "autre") == 7
            assert await now() == ("autre", 2, None)
            assert await one.drafts.move(one.ask(7), "undo") == 8
            assert await now() == ("deux", 1, 7)
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await one.drafts.move(one.ask(7), "undo")
            steps = [(line.step, line.state) for line in await one.drafts.history(BOOTH, 3)]
            assert steps == [("undo", 2), ("edit", 7), ("redo", 2)]

    asyncio.run(play())


def test_there_is_an_end_to_undoing_and_redoing(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "un")
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await one.drafts.move(one.ask(1), "redo")
            await one.drafts.move(one.ask(1), "undo")
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await one.drafts.move(one.ask(2), "undo")
            assert (await one.drafts.read(BOOTH)).content == CONTENT

    asyncio.run(play())


def test_a_restored_revision_is_a_new_one_that_can_be_undone(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "un")
            await one.edit(1, "deux")
            assert await one.drafts.restore(one.ask(2, one.bob), 1) == 3
            draft = await one.drafts.read(BOOTH)
            assert (draft.content.pitch.fr, draft.changed_by, draft.undo) == ("un", "Bob", 2)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await one.drafts.restore(one.ask(3), 99)
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await one.drafts.restore(one.ask(2), 0)

    asyncio.run(play())


def test_the_newest_revisions_are_kept_and_what_the_draft_is_now(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halles_server.storage.draft_rows.KEPT", 5)

    async def play() -> None:
        async with show(database_url) as one:
            for revision in range(10):
                await one.edit(revision, f"{revision}")
            assert [line.revision for line in await one.drafts.history(BOOTH, 50)] == [10, 9, 8, 7, 6]
            for revision in (10, 11):
                await one.drafts.move(one.ask(revision), "undo")
            assert (await one.drafts.read(BOOTH)).content.pitch.fr == "7"
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await one.drafts.move(one.ask(12), "undo")
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await one.edit(3, "from a revision that is forgotten")
            for revision in range(12, 20):
                await one.edit(revision, f"anew {revision}")
            assert (await one.drafts.read(BOOTH)).content.pitch.fr == "anew 19"

    asyncio.run(play())


def test_an_edit_in_the_hall_is_published_at_once_unless_the_studio_holds_something(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            request = RequestId(uuid.uuid4().bytes)
            assert await one.booths.edit(one.bob, request, BOOTH, 1, pitch("Salut")) == 2
            draft = await one.drafts.read(BOOTH)
            assert (draft.revision, draft.content.pitch.fr, draft.unpublished) == (1, "Salut", False)
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await one.edit(0, "of a page opened before")
            await one.edit(1, "Bonsoir")
            with pytest.raises(Rejection, match="DRAFT_OPEN"):
                await one.booths.edit(one.bob, RequestId(uuid.uuid4().bytes), BOOTH, 2, pitch("Coucou"))
            await one.drafts.publish(one.ask(2))
            assert await one.booths.edit(one.bob, RequestId(uuid.uuid4().bytes), BOOTH, 3, pitch("Coucou")) == 4

    asyncio.run(play())


def test_an_import_leaves_a_booth_alone_that_somebody_prepares(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            assert await demonstration.put(one.database, [prepared(name="New")]) == {BOOTH: "kept"}
            assert (await one.booths.read(BOOTH)).content == CONTENT

    asyncio.run(play())


def test_what_waits_for_a_check_is_published_when_it_passes_as_it_was_asked(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            await one.drafts.submit(one.ask(1), None, checked=False)
            assert (await one.drafts.read(BOOTH)).pending == Pending(1, "Ana", False, None)
            assert [row.record.booth for row in await one.drafts.unchecked()] == [BOOTH]
            await one.edit(1, "Plus tard")
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await one.drafts.approve(one.ask(2, one.bob))
            assert await one.drafts.approve(one.ask(1, one.bob)) == 2
            shown = await one.booths.read(BOOTH)
            draft = await one.drafts.read(BOOTH)
            assert (shown.content.pitch.fr, draft.content.pitch.fr, draft.pending) == ("Bonsoir", "Plus tard", None)
            assert await one.drafts.unchecked() == ()
            acts = [entry.act for entry in await about(one.database, f"booth:{BOOTH}")]
            assert acts[:4] == ["booth.publish", "booth.approve", "draft.edit", "booth.submit"]

    asyncio.run(play())


def test_what_is_sent_back_says_why_until_it_is_asked_again(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            await one.drafts.submit(one.ask(1), None, checked=False)
            await one.drafts.send_back(one.ask(1, one.bob), "Trop court")
            draft = await one.drafts.read(BOOTH)
            assert (draft.word, draft.word_by, draft.pending) == ("Trop court", "Bob", None)
            assert (await one.booths.read(BOOTH)).content == CONTENT
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await one.drafts.approve(one.ask(1, one.bob))
            await one.drafts.submit(one.ask(1), None, checked=False)
            assert (await one.drafts.read(BOOTH)).word == ""
            await one.drafts.withdraw(one.ask(1))
            assert (await one.drafts.read(BOOTH)).pending is None

    asyncio.run(play())


async def the_hour_comes(database: pool.Database) -> None:
    """Lets the hour come for which drafts wait."""
    async with database.transaction() as connection:
        await connection.execute("UPDATE booth_drafts SET due = now() - interval '1 second' WHERE due IS NOT NULL")


def test_a_past_hour_is_refused_and_a_repeat_that_comes_after_its_hour_gets_its_answer(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            with pytest.raises(Rejection, match="due has passed"):
                await one.drafts.submit(one.ask(1), datetime.now(UTC) - timedelta(seconds=1), checked=True)
            asked, now = one.ask(1), datetime.now(UTC)
            assert await one.drafts.submit(asked, now + timedelta(hours=1), checked=True) == 1
            async with one.database.connection() as connection:  # so that the same may be asked at an hour gone by
                await connection.execute(
                    "UPDATE requests SET digest = NULL WHERE request = $1", uuid.UUID(bytes=asked.request)
                )
            await the_hour_comes(one.database)
            assert len(await one.drafts.publish_due()) == 1
            assert await one.drafts.submit(asked, now - timedelta(seconds=1), checked=True) == 1

    asyncio.run(play())


def test_what_is_due_is_published_once_by_one_node_and_after_a_restart(database_url: str) -> None:
    late = datetime.now(UTC) + timedelta(hours=1)

    async def ask() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            await one.drafts.submit(one.ask(1), late, checked=True)
            assert await one.drafts.publish_due() == ()
            await one.drafts.submit(one.ask(1), late, checked=False)
            await the_hour_comes(one.database)
            assert await one.drafts.publish_due() == (), "nobody has checked it"
            await one.drafts.submit(one.ask(1), late, checked=True)
            await the_hour_comes(one.database)
            await one.edit(1, "Plus tard")

    async def publish() -> None:
        async with pool.opened(database_url) as one, pool.opened(database_url) as other:
            nodes = (Drafts(one), Drafts(other))
            found = await asyncio.gather(*(node.publish_due() for node in nodes for _ in range(5)))
            assert [(shown.booth, shown.revision) for part in found for shown in part] == [(BOOTH, 2)]
            assert (await Booths(one).read(BOOTH)).content.pitch.fr == "Bonsoir"
            draft = await nodes[1].read(BOOTH)
            assert (draft.content.pitch.fr, draft.pending) == ("Plus tard", None)

    asyncio.run(ask())
    asyncio.run(publish())


def test_an_hour_that_was_checked_waits_for_its_time(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            due = datetime.now(UTC) + timedelta(hours=1)
            await one.drafts.submit(one.ask(1), due, checked=False)
            assert await one.drafts.approve(one.ask(1, one.bob)) == 0
            assert (await one.drafts.read(BOOTH)).pending == Pending(1, "Ana", True, due)
            assert (await one.booths.read(BOOTH)).revision == 1

    asyncio.run(play())


def test_what_visitors_see_meanwhile_is_not_published_again_at_its_hour(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await one.edit(0, "Bonsoir")
            await one.drafts.submit(one.ask(1), datetime.now(UTC) + timedelta(hours=1), checked=True)
            await the_hour_comes(one.database)
            async with one.database.connection() as connection:  # as an operator might
                await connection.execute(
                    "UPDATE booths SET content = s.content, format = s.format FROM draft_revisions s"
                    " WHERE s.revision = 1"
                )
            assert await one.drafts.publish_due() == ()
            assert (await one.drafts.read(BOOTH)).pending is None

    asyncio.run(play())


def test_twenty_who_edit_one_draft_lose_no_word(database_url: str) -> None:
    outcomes: Counter[str] = Counter()

    async def editor(one: Show, number: int) -> None:
        for turn in range(5):
            at = (await one.drafts.read(BOOTH)).revision
            try:
                await one.edit(at, f"{number}-{turn}")
                outcomes["done"] += 1
            except Rejection as refusal:
                outcomes[refusal.code] += 1

    async def play() -> None:
        async with show(database_url) as one:
            await asyncio.gather(*(editor(one, number) for number in range(20)))
            draft = await one.drafts.read(BOOTH)
            assert draft.revision == outcomes["done"]

    asyncio.run(play())
    assert set(outcomes) == {"done", "STALE_REVISION"}
    assert outcomes.total() == 100


def test_the_booths_of_an_account_are_those_that_it_may_edit(database_url: str) -> None:
    async def play() -> None:
        async with show(database_url) as one:
            await demonstration.put(one.database, [prepared("zoo", "A2", "Zoo"), prepared("bar", "A3", "Bar")])
            for booth, role in ((BOOTH, "lead"), ("zoo", "staff"), ("bar", "editor")):
                await Accounts(one.database).set_staff(one.ana, BoothId(booth), role, "test")
            await one.edit(0, "Bonsoir")
            rows = await one.drafts.of_account(one.ana)
            assert [(row.record.booth, row.revision, row.unpublished) for row in rows] == [
                (BOOTH, 1, True),
                ("bar", 0, False),
            ]
            assert await one.drafts.of_account(one.bob) == ()

    asyncio.run(play())


@pytest.mark.parametrize("statement", [draft_reads.READ, draft_reads.HISTORY, drafts._DUE_NOW])
def test_at_150_booths_with_50_revisions_each_no_page_reads_them_all(database_url: str, statement: str) -> None:
    async def play() -> str:
        async with show(database_url) as one:
            await demonstration.put(one.database, [prepared(f"b{n}", f"B{n}", f"B {n}") for n in range(150)])
            async with one.database.connection() as connection:
                await connection.execute(
                    "INSERT INTO booth_drafts (booth, revision, state) SELECT id, 49, 49 FROM booths"
                )
                await connection.execute(
                    "INSERT INTO draft_revisions (booth, revision, act, state, parent, fields, format, content)"
                    " SELECT id, n, 'edit', n, n - 1, '{pitch}', format, content FROM booths, generate_series(0, 49) n"
                )
            # The serving role may not analyse.
            arguments = {draft_reads.READ: [BOOTH], draft_reads.HISTORY: [BOOTH, 50], drafts._DUE_NOW: []}[statement]
            async with one.database.connection() as connection:
                rows = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT TEXT) {statement}", *arguments)
        return "\n".join(row[0] for row in rows)

    plan = asyncio.run(play())
    assert "Seq Scan on draft_revisions" not in plan, plan
    assert "Seq Scan on booths" not in plan, plan
