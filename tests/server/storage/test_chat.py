"""Chat is stored once and read back by hall."""

import asyncio
import uuid

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, HallId, RequestId, VisitId
from halles.protocol.messages import ChatLine
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.ports.chat import HallLine, Kept
from halles_server.ports.people import Account
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from halles_server.storage.chat import Chat

LILLE, VISIT = HallId("lille"), VisitId("v1")


def line(text: str, channel: str = "hall", time_ms: int = 1) -> ChatLine:
    return ChatLine(channel, VISIT, "Zoé", Role.GUEST, 3, text, time_ms)  # type: ignore[arg-type]


def request() -> RequestId:
    return RequestId(uuid.uuid4().bytes)


def test_the_last_lines_said_to_a_hall_come_back_oldest_first(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            chat = Chat(database)
            for number in range(6):
                await chat.append(VISIT, request(), LILLE, line(f"l{number}", time_ms=number))
            await chat.append(VISIT, request(), LILLE, line("a whisper", "nearby"))
            await chat.append(VISIT, request(), HallId("crossroads"), line("elsewhere"))
            assert await chat.last(LILLE, 4) == tuple(
                HallLine(line(f"l{number}", time_ms=number)) for number in range(2, 6)
            )
            assert await chat.last(HallId("nowhere"), 50) == ()

    asyncio.run(play())


def test_a_repeated_request_is_said_once(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            chat, once = Chat(database), request()
            stored = await asyncio.gather(*(chat.append(VISIT, once, LILLE, line("hello")) for _ in range(6)))
            assert sum(kept.new for kept in stored) == 1
            again = await chat.append(VISIT, once, HallId("hainaut"), line("hello", time_ms=9))
            assert again == Kept(stored[0].number, new=False)
            with pytest.raises(Rejection) as refused:
                await chat.append(VISIT, once, LILLE, line("hello again"))
            assert refused.value.code == "BAD_FIELD"
            assert await chat.last(LILLE, 50) == (HallLine(line("hello")),)

    asyncio.run(play())


def test_a_member_s_line_is_theirs_beyond_the_visit(database_url: str) -> None:
    async def play() -> None:
        async with pool.opened(database_url) as database:
            account = AccountId(str(uuid.uuid4()))
            await Accounts(database).create(Account(account, "zoe", "Zoé", Role.MEMBER, "fr", Look()), "h")
            for speaker in (account, VISIT):
                await Chat(database).append(speaker, request(), LILLE, line("hello"))
            async with database.connection() as connection:
                rows = await connection.fetch("SELECT account::text, visit FROM chat ORDER BY id")
            assert [tuple(row) for row in rows] == [(account, VISIT), (None, VISIT)]

    asyncio.run(play())


def test_text_is_stored_as_it_is(database_url: str) -> None:
    text = "'; DROP TABLE chat; -- é \U0001f389 %s $1 \\"

    async def play() -> None:
        async with pool.opened(database_url) as database:
            await Chat(database).append(VISIT, request(), LILLE, line(text))
            assert (await Chat(database).last(LILLE, 1))[0].line.text == text

    asyncio.run(play())
