"""Live sessions for programs: how one stands, and captions that they push."""

from uuid import uuid4

from halles.ids import LiveSessionId
from halles.world.live_acts import Step
from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.web.actors import actor_of
from tests.support import live
from tests.support.live import Planned
from tests.support.page_door import PASSWORD, PageDoor

SESSION = LiveSessionId("captioned")
PATH = f"/api/v1/live/{SESSION}"


def caption(text: str = "Nous coproduisons à trois.", language: str = "fr") -> dict[str, str]:
    return {"request_id": str(uuid4()), "language": language, "text": text}


def test_a_hosts_program_pushes_captions_once_each_while_it_is_open_and_nobody_elses_does(page_door: PageDoor) -> None:
    services = page_door.opened.services

    async def plan() -> tuple[Account, str, str]:
        host = await services.admission.create_account("api-captions", "Host", Role.VISITOR, PASSWORD, "fr")
        other = await services.admission.create_account("api-other", "Other", Role.MEMBER, PASSWORD, "fr")
        async with page_door.opened.database.connection() as connection:
            await live.plan(connection, Planned(SESSION, stage="captions", hosts=(host.account,)))
        tokens = [await services.tokens.make(one.account, "captions", 30) for one in (host, other)]
        _, host = await services.admission.open_login("api-captions", PASSWORD, "127.0.0.1")
        return host, tokens[0], tokens[1]

    async def step(name: str) -> None:
        await services.live.act(actor_of(host), uuid4().bytes, SESSION, Step(name))  # type: ignore[arg-type]

    async def said() -> list[tuple[str, str]]:
        return [(one.language, one.text) for one in await services.live.captions(SESSION)]

    async def ban() -> None:
        async with page_door.opened.database.connection() as connection:
            await connection.execute(
                "INSERT INTO sanctions (kind, scope, account, name, reason, until, made_name, made_role)"
                " SELECT 'ban', $1, id, name, 'x', now() + interval '1 hour', 'Host', 'moderator'"
                " FROM accounts WHERE login = 'api-other'",
                f"live:{SESSION}",
            )

    host, own, foreign = page_door.do(plan())
    with page_door.client() as client:
        client.headers["authorization"] = f"Bearer {own}"
        early = client.post(f"{PATH}/captions", json=caption())
        assert (early.status_code, early.json()["code"]) == (409, "NOT_NOW")
        for name in ("open-doors", "start"):
            page_door.do(step(name))
        assert client.get(PATH).json()["phase"] == "live"
        one = caption()
        first, again = (client.post(f"{PATH}/captions", json=one) for _ in range(2))
        assert first.json() == again.json()
        assert client.post(f"{PATH}/captions", json=caption("We coproduceren.", "nl")).status_code == 200
        assert page_door.do(said()) == [("fr", "Nous coproduisons à trois."), ("nl", "We coproduceren.")]
        for wrong in (caption(""), caption("x" * 301), caption(language="de")):
            assert client.post(f"{PATH}/captions", json=wrong).status_code == 422
        assert client.get("/api/v1/live/no-such").json()["code"] == "NOT_FOUND"
        client.headers["authorization"] = f"Bearer {foreign}"
        assert client.post(f"{PATH}/captions", json=caption()).json()["code"] == "FORBIDDEN"
        assert client.get(PATH).status_code == 200
        page_door.do(ban())
        assert client.get(PATH).json()["code"] == "NOT_FOUND", "as its page is closed to who is banned from it"
        del client.headers["authorization"]
        assert client.post(f"{PATH}/captions", json=caption()).status_code == 401
