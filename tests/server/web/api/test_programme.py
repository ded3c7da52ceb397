"""The programme as programs read it."""

from datetime import datetime

from tests.support.page_door import PageDoor
from tests.support.planning import planned


def test_it_is_listed_by_time_as_far_as_the_caller_may_know_of_it(page_door: PageDoor) -> None:
    session = planned(page_door, "Pour les programmes", hall="hainaut")
    hidden = planned(page_door, "Pas pour tous", access="members")
    with page_door.client() as client:
        answer = client.get("/api/v1/programme?hall=hainaut")
        assert answer.status_code == 200
        found = {row["session"]: row for row in answer.json()}
        assert (found[session]["title"]["fr"], found[session]["hall"]) == ("Pour les programmes", "hainaut")
        assert datetime.fromisoformat(found[session]["start"]).tzinfo is not None
        starts = [row["start"] for row in client.get("/api/v1/programme").json()]
        assert starts == sorted(starts)
        assert hidden not in {row["session"] for row in client.get("/api/v1/programme").json()}
