"""The page of announcements, without script: who finds it, what it refuses, and where what was announced is read."""

from tests.support.booth_people import browsing, logged_in, send
from tests.support.page_door import LOGIN, PageDoor

PAGE = "/en/announcements"


def test_the_house_announces_by_a_form_and_the_hall_page_tells_it_marked_where_it_is_a_fallback(
    page_door: PageDoor,
) -> None:
    with page_door.client() as anonymous, logged_in(page_door, "Visitor") as visitor:
        assert PAGE not in visitor.get("/en/").text
        assert visitor.get(PAGE).status_code == 403
        with browsing(page_door, LOGIN) as client:
            assert 'href="/en/announcements"' in client.get("/en/").text
            assert "the whole exhibition" in client.get(PAGE).text
            wrong = send(client, PAGE, PAGE, where="hall:lille", **{"text-fr": "x" * 301})
            assert wrong.status_code == 422
            assert "x" * 301 in wrong.text
            assert send(client, PAGE, PAGE, where="hall:nowhere", **{"text-fr": "Non"}).status_code == 404
            assert send(client, PAGE, PAGE, where="hall:lille", **{"text-fr": "On <ferme>."}).status_code == 303
        read = anonymous.get("/nl/halls/lille").text
        assert "On &lt;ferme&gt;." in read
        assert "Aankondigingen" in read
        assert "(alleen in het Frans)" in read
        assert "On &lt;ferme&gt;." not in anonymous.get("/nl/halls/hainaut").text
