"""Blocks on a real database: whose they are, how many, and how an account ends one."""

import asyncio

import pytest

from halles.errors import Rejection
from halles.ids import VisitId
from halles.protocol.block_messages import BLOCKS_MOST
from halles.world.roles import Role
from tests.server.services.test_sanctions import come, guest
from tests.support.staff import Show, play, request


def test_an_account_blocks_an_account_lastingly_lists_it_and_ends_it_alone(database_url: str) -> None:
    async def scene(show: Show) -> None:
        blocks = show.services.blocks
        ada, bo = await show.account("ada", visit=True), await show.account("bo", visit=True)
        cy = await show.account("cy", Role.VISITOR)
        await come(show, ada)
        await come(show, bo)
        assert ada.account is not None and bo.visit is not None and cy.account is not None  # noqa: PT018
        key = request()
        for again in (key, key, request()):
            await blocks.block(ada, again, bo.visit, on=True)
        (listed,) = await blocks.of(ada.account)
        assert listed.name == "Bo"
        assert [(pair.owner, pair.target) for pair in await blocks.pairs()] == [(ada.visit, bo.visit)]
        await blocks.lift(cy.account, listed.number)
        assert len(await blocks.of(ada.account)) == 1, "another's is not one's own to end"
        await blocks.lift(ada.account, listed.number)
        assert await blocks.of(ada.account) == ()
        await come(show, eve := guest("Eve"))
        await blocks.block(eve, request(), bo.visit, on=True)
        await show.execute("DELETE FROM visits WHERE id = $1", eve.visit)
        assert await show.value("SELECT count(*) FROM blocks") == 0, "a guest's goes with the visit"
        for number in range(BLOCKS_MOST):
            await show.execute(
                "INSERT INTO blocks (owner_account, target_visit, name) SELECT $1, id, $2 FROM visits WHERE id = $3",
                cy.account,
                str(number),
                (await come(show, guest(f"G{number}"))).visit,
            )
        with pytest.raises(Rejection) as refusal:
            await blocks.block(cy, request(), bo.visit, on=True)
        assert refusal.value.code == "OVER_BUDGET"
        await blocks.block(cy, request(), VisitId("visit-G0"), on=True)  # who is blocked already is no more than before
        assert len(await blocks.of(cy.account)) == BLOCKS_MOST

    asyncio.run(play(database_url, scene))
