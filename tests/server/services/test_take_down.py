"""Content is taken down with a reason, seen by nobody meanwhile, and restored exactly."""

import asyncio
from dataclasses import replace

import pytest

from halles.errors import Rejection
from halles.ids import HallId, MediaId
from halles.world.booth import BoothContent, BoothEdit, Change, Document
from halles.world.roles import Role, StaffRole
from halles.world.text import Text
from halles_server.announcements import BoothChanged
from halles_server.ports.standing import Grant, Standing
from halles_server.ports.take_down import SIGN
from halles_server.storage import booth_json
from tests.support.audit import about
from tests.support.staff import BOOTH, OTHER, Show, play, request

PITCH = BoothEdit((Change("pitch", "des insultes", "fr"),))


def test_what_is_down_is_seen_nowhere_stays_down_through_edits_and_comes_back_exactly(database_url: str) -> None:
    async def scene(show: Show) -> None:
        down, booths = show.services.take_down, show.services.booths
        mona, lea = await show.account("mona", Role.MODERATOR), await show.staff("lea", StaffRole.LEAD)
        await booths.edit(lea, request(), BOOTH, 1, PITCH)
        before = await booths.read(BOOTH)
        key = request()
        for _ in range(2):
            await down.take(mona, key, BOOTH, "pitch", "Insulte")
        seen = await booths.read(BOOTH)
        assert (seen.content.pitch, seen.revision) == (SIGN, 3)
        assert show.said[-1] == BoothChanged(HallId("lille"), BOOTH, 3)
        everywhere = [*(await booths.directory()), *(found.record for found in await booths.find("insultes", 9))]
        assert all("insultes" not in str(record.content) for record in everywhere)
        assert (await booths.read(OTHER)).content.pitch != SIGN
        await booths.edit(lea, request(), BOOTH, 3, BoothEdit((Change("accent", "4"),)))
        seen = await booths.read(BOOTH)
        assert (seen.content.pitch, seen.content.accent) == (SIGN, 4)
        (row,) = await down.at_booth(lea, BOOTH)
        assert (row.item, row.reason, row.by) == ("pitch", "Insulte", "Mona")
        await down.restore(mona, request(), row.number)
        assert (await booths.read(BOOTH)).content.pitch == before.content.pitch
        assert await down.at_booth(mona, BOOTH) == ()
        await show.execute("UPDATE accounts SET role = 'visitor' WHERE id = $1", mona.account)
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await down.take(mona, request(), BOOTH, "pitch", "Insulte")  # demoted a moment ago
        acts = [entry.act for entry in await about(show.database, f"booth:{BOOTH}")]
        assert (acts.count("booth.take-down"), acts.count("booth.restore")) == (1, 1)

    asyncio.run(play(database_url, scene))


def test_the_staff_read_why_and_answer_and_others_do_neither(database_url: str) -> None:
    async def scene(show: Show) -> None:
        down = show.services.take_down
        mona, hans = await show.account("mona", Role.MODERATOR), await show.staff("hans", StaffRole.STAFF)
        victor = await show.account("victor")
        await down.take(mona, request(), BOOTH, "", "Sur plainte")
        (row,) = await down.at_booth(hans, BOOTH)
        await down.answer(hans, request(), row.number, "C'est notre marque.")
        assert [row.answer for row in await down.everywhere(mona)] == ["C'est notre marque."]
        assert await down.everywhere(victor) == ()
        for act in (
            down.at_booth(victor, BOOTH),
            down.answer(mona, request(), row.number, "x"),
            down.take(hans, request(), BOOTH, "", "x"),
            down.restore(hans, request(), row.number),
        ):
            with pytest.raises(Rejection, match="FORBIDDEN"):
                await act
        elsewhere = await show.account("hal")
        assert elsewhere.account is not None
        await show.execute(
            "INSERT INTO grants (account, role, scope) VALUES ($1, 'moderator', 'hall:hainaut')", elsewhere.account
        )
        grant = Standing((Grant(Role.MODERATOR, "hall:hainaut"),))
        with pytest.raises(Rejection, match="FORBIDDEN"):
            await down.take(replace(elsewhere, standing=grant), request(), OTHER, "", "x")
        newest = (await about(show.database, f"booth:{OTHER}"))[0]
        assert (newest.act, newest.actor) == ("take-down.refused", elsewhere.account)
        for act, code in (
            (down.take(mona, request(), BOOTH, "", "x"), "NOT_FOUND"),
            (down.take(mona, request(), BOOTH, "panel:screen", "x"), "NOT_FOUND"),
            (down.take(mona, request(), OTHER, "", " "), "INVALID_TEXT"),
            (down.restore(mona, request(), row.number + 1), "NOT_FOUND"),
        ):
            with pytest.raises(Rejection, match=code):
                await act

    asyncio.run(play(database_url, scene))


def test_what_is_down_is_not_found_by_its_words_and_is_again_when_it_is_back(database_url: str) -> None:
    async def scene(show: Show) -> None:
        down, booths = show.services.take_down, show.services.booths
        mona, lea = await show.account("mona", Role.MODERATOR), await show.staff("lea", StaffRole.LEAD)
        words = (*PITCH.changes, Change("opening", "chaque matin", "fr"))
        await booths.edit(lea, request(), BOOTH, 1, BoothEdit(words))

        async def found(query: str) -> list[str]:
            return [one.record.booth for one in await booths.find(query, 9)]

        await down.take(mona, request(), BOOTH, "pitch", "Insulte")
        assert (await found("insultes"), await found("matin")) == ([], [BOOTH])
        await down.take(mona, request(), BOOTH, "", "Tout")
        assert (await found("matin"), await found("studio 07")) == ([], [BOOTH]), "its name stands on the sign"
        for row in await down.at_booth(mona, BOOTH):
            await down.restore(mona, request(), row.number)
        assert (await found("insultes"), await found("matin")) == ([BOOTH], [BOOTH])

    asyncio.run(play(database_url, scene))


def test_a_file_that_is_down_wherever_it_was_shown_is_hidden_with_all_that_was_made_of_it(database_url: str) -> None:
    async def scene(show: Show) -> None:
        down = show.services.take_down
        mona, hans = await show.account("mona", Role.MODERATOR), await show.staff("hans", StaffRole.STAFF)
        document, page, stray = MediaId(f"{'1' * 64}.pdf"), MediaId(f"{'2' * 64}.webp"), MediaId(f"{'3' * 64}.webp")
        for media in (document, page, stray):
            await show.execute(
                "INSERT INTO media (id, mime, width, height, data, size) SELECT $1, 'image/webp', 1, 1,"
                " CASE WHEN $1 NOT LIKE '%.pdf' THEN 'x'::bytea END, 1",
                media,
            )
        await show.execute(
            "INSERT INTO media_parts (medium, kind, number, part) VALUES ($1, 'page', 1, $2)", document, page
        )
        for booth in (BOOTH, OTHER):
            content = BoothContent(booth.title(), documents=(Document(Text("Le dossier"), document),))
            await show.execute("UPDATE booths SET content = $2 WHERE id = $1", booth, booth_json.write(content))

        async def hidden() -> list[tuple[str, ...]]:
            return [await down.hidden(media) for media in (document, page, stray)]

        assert await hidden() == [(), (), ()]
        await down.take(mona, request(), BOOTH, document, "Sur plainte")
        assert await hidden() == [(), (), ()], "another booth shows it"
        await down.take(mona, request(), OTHER, "", "Sur plainte")
        both = await hidden()
        assert [set(booths) for booths in both] == [{BOOTH, OTHER}, {BOOTH, OTHER}, set()]
        assert await down.may_look(mona, both[0])
        assert await down.may_look(hans, both[0]), "the staff see what it is about"
        assert not await down.may_look(hans, (OTHER,))
        await show.execute(
            "UPDATE booths SET content = $2 WHERE id = $1", OTHER, booth_json.write(BoothContent("Other"))
        )
        await show.execute(
            "UPDATE booths SET content = $2 WHERE id = $1", BOOTH, booth_json.write(BoothContent("Booth"))
        )
        assert await hidden() == [(BOOTH,), (BOOTH,), ()], "also when its booth has taken it out since"
        for booth in (BOOTH, OTHER):
            for row in await down.at_booth(mona, booth):
                await down.restore(mona, request(), row.number)
        assert await hidden() == [(), (), ()]

    asyncio.run(play(database_url, scene))
