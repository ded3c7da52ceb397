"""The tabs of a booth: each one that somebody is shown opens."""

import re

import pytest

from halles.world.roles import StaffRole
from tests.server.web.test_invitations import log_in
from tests.server.web.test_staff import hire
from tests.support.page_door import LOGIN, PageDoor

BOOTH = "studio-61"
DOWN = "/taken-down"
BELL = f"/en/studio/{BOOTH}/bell"


@pytest.mark.parametrize(
    ("who", "role", "ends"),
    [
        ("wlead", StaffRole.LEAD, ["", "/staff", "/bell", "/host", "/leads", "/meetings", "/numbers", "/file", DOWN]),
        ("wstaff", StaffRole.STAFF, ["/staff", "/bell", "/host", "/leads", "/meetings", "/numbers", DOWN]),
        (LOGIN, None, ["", "/staff", "/bell", "/host", "/numbers", "/file", DOWN]),
    ],
)
def test_a_booths_tabs_are_those_that_do_not_refuse(
    page_door: PageDoor, who: str, role: StaffRole | None, ends: list[str]
) -> None:
    if role is not None:
        hire(page_door, who, role, BOOTH)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, who)
        tabs = client.get(BELL).text.partition('<nav class="booth-ways"')[2].partition("</nav>")[0]
        shown = re.findall(rf'href="/en/studio/{BOOTH}([^"]*)"', tabs)
        assert shown == ends
        assert {client.get(f"/en/studio/{BOOTH}{end}").status_code for end in shown} == {200}
