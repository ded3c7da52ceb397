"""What holds for every answer."""

from tests.support.page_door import PageDoor


def test_a_foreign_host_gets_nothing(page_door: PageDoor) -> None:
    with page_door.client(host="rebound.example") as client:
        answer = client.get("/fr/")
    assert answer.status_code == 400
    assert "stand" not in answer.text
    assert "HALLES_PUBLIC_URL" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
