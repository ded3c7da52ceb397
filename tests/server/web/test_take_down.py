"""Taking a booth's content down on a page over HTTP."""

import re

from halles.world.roles import Role, StaffRole
from tests.server.web.test_invitations import log_in
from tests.server.web.test_staff import hire
from tests.support.booth_people import browsing, logged_in, newcomer, send
from tests.support.page_door import PageDoor

BOOTH = "studio-33"
PAGE, DOWN = f"/fr/booths/{BOOTH}", f"/fr/studio/{BOOTH}/taken-down"
PICTURED = "pole-images"
"""A booth of the demonstration with a picture of its own."""

SIGN = "Retiré par les organisateurs"


def test_a_moderator_takes_a_booth_down_its_staff_answer_and_it_comes_back(page_door: PageDoor) -> None:
    mona, _ = newcomer(page_door, "Mona", role=Role.MODERATOR)
    hire(page_door, "dstaff", StaffRole.STAFF, BOOTH)
    with browsing(page_door, mona) as client, page_door.client(origin=page_door.url) as staff:
        log_in(staff, "dstaff")
        before = staff.get(PAGE).text
        assert f'href="{DOWN}"' in client.get(PAGE).text
        assert send(client, DOWN, DOWN, act="take", item="", reason=" ").status_code == 422
        assert send(client, DOWN, DOWN, act="take", item="", reason="Sur <plainte>").status_code == 303
        assert SIGN in staff.get(PAGE).text
        html = staff.get(DOWN).text
        assert "Sur &lt;plainte&gt;" in html
        assert 'value="restore"' not in html
        (number,) = re.findall(r'name="number" value="(\d+)"', html)
        assert send(staff, DOWN, DOWN, act="restore", number=number).status_code == 403
        assert send(staff, DOWN, DOWN, act="answer", number=number, answer="Pardon").status_code == 303
        assert "l’équipe a répondu" in client.get("/fr/reports").text
        assert "Pardon" in client.get(DOWN).text
        assert send(client, DOWN, DOWN, act="restore", number=number).status_code == 303
        after = staff.get(PAGE).text
        assert SIGN not in after
        assert _told(after) == _told(before)


def test_a_picture_that_is_down_is_served_to_who_decides_and_the_staff_alone(page_door: PageDoor) -> None:
    mona, _ = newcomer(page_door, "Mona", role=Role.MODERATOR)
    booth = f"/fr/booths/{PICTURED}"
    down = f"/fr/studio/{PICTURED}/taken-down"
    with browsing(page_door, mona) as client, page_door.client() as reader:
        picture = re.findall(r'src="(/media/[^"?]+)"', reader.get(booth).text)[0]
        first = reader.get(picture)
        item = picture.rpartition("/")[2]
        assert send(client, down, down, act="take", item=item, reason="Sur plainte").status_code == 303
        assert picture not in reader.get(booth).text
        assert reader.get(picture).status_code == 404
        looked = client.get(picture)
        assert (looked.status_code, looked.headers["cache-control"]) == (200, "private, no-store")
        (number,) = re.findall(r'name="number" value="(\d+)"', client.get(down).text)
        assert send(client, down, down, act="restore", number=number).status_code == 303
        again = reader.get(picture)
        assert (again.content, again.headers["cache-control"]) == (first.content, first.headers["cache-control"])


def test_nobody_else_reads_what_is_down(page_door: PageDoor) -> None:
    with logged_in(page_door, "Vic") as client:
        assert client.get(DOWN).status_code == 403
        assert f'href="{DOWN}"' not in client.get(PAGE).text


def _told(html: str) -> str:
    """What a booth's page says between its head and its talk."""
    told = html.partition('data-part="shown"')[2].partition('data-part="about"')[0]
    return re.sub(r'value="[^"]*"', "", told)
