"""Recordings as stored: what is read again only when something of it has changed."""

import asyncio
import uuid

import asyncpg

from halles.ids import AccountId, RequestId, VisitId
from halles.world.live import LivePerson
from halles.world.live_acts import Step
from halles_server.ports.live import Caption, Deed, Participant, key_of
from halles_server.ports.recordings import REACTED
from halles_server.storage import pool
from halles_server.storage.live import Live
from halles_server.storage.recordings import Recordings
from tests.server.storage.test_live import opened
from tests.support.live import SESSION, Planned, plan
from tests.support.wire import request_id


def test_a_recordings_mark_differs_after_each_change_and_is_the_same_while_there_is_none(database_url: str) -> None:
    async def walk() -> None:
        owner = await asyncpg.connect(database_url)
        await plan(owner, Planned())
        account = AccountId(str(uuid.uuid4()))
        await owner.execute(
            "INSERT INTO accounts (id, login, password_hash, name, role) VALUES ($1, 'ada', 'x', 'Ada', 'visitor')",
            account,
        )
        ada = LivePerson(key_of(SESSION, account, VisitId("")), VisitId("ada"), "Ada", "fr")
        who = Participant(ada, account)
        async with pool.opened(database_url) as database:
            live, recordings = Live(database), Recordings(database)
            said = Caption(0, SESSION, "fr", "Bonjour", 2000)
            changes = (
                lambda: live.act(SESSION, who, None, Deed(Step("open-doors"), 1000), opened),
                lambda: live.caption(SESSION, who, RequestId(request_id()), said),
                lambda: recordings.react(SESSION, 3000, (2, 0, 0, 0, 0)),
                lambda: recordings.withdraw(SESSION, account),
                lambda: owner.execute("UPDATE programme SET revision = revision + 1"),
            )
            marks = [await recordings.mark(SESSION)]
            for change in changes:
                await change()
                marks += [await recordings.mark(SESSION)]
                assert await recordings.mark(SESSION) == marks[-1]
            assert len(set(marks)) == len(marks)
            events = await recordings.events(SESSION)
            assert [(event.at_ms, event.detail) for event in events if event.kind == REACTED] == [
                (3000, "[2, 0, 0, 0, 0]")
            ]
        await owner.close()

    asyncio.run(walk())
