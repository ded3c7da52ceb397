"""A booth's numbers over HTTP."""

import re

from halles.ids import BoothId
from tests.support.booth_people import logged_in
from tests.support.page_door import LOGIN, PASSWORD, PageDoor

BOOTH = BoothId("studio-29")
PATH = f"/fr/studio/{BOOTH}/numbers"


def test_numbers_are_told_where_they_are_many_and_hidden_where_they_are_few(page_door: PageDoor) -> None:
    numbers = page_door.opened.services.numbers
    with logged_in(page_door, "Counter", staff_of=BOOTH) as staff:
        assert "Rien n’est encore compté" in staff.get(PATH).text
        assert numbers.count(BOOTH, "passed", "nl", 3)
        page_door.do(numbers.store())
        for path in (PATH, f"{PATH}?language=nl"):
            few = staff.get(path).text
            assert "Pas encore assez pour le dire." in few
            assert '<svg class="chart"' not in few
            assert "<table" not in few
        for kind, language, count in (("passed", "fr", 1234), ("stopped", "fr", 4)):
            assert numbers.count(BOOTH, kind, language, count)
        page_door.do(numbers.store())
        html = staff.get(PATH).text
        cells = re.findall(r'<td class="number" data-label="(\w+)">(.*?)</td>', html)
        assert cells[:2] == [("Passages", "1\u202f237"), ("Arrêts", '<span class="few">moins de 5</span>')]
        assert "Sonnettes" not in html, "what nobody counts has no column"
        assert (html.count('class="bar"'), html.count('class="hollow"')) == (1, 0)
        assert "aucun nombre à dire" in html
        # 3 Dutch readers could be computed from 1,234 of 1,237.
        first = re.findall(r'data-label="Passages">(.*?)</td>', staff.get(f"{PATH}?language=fr").text)[0]
        assert first == '<span class="few">non dit</span>'
        dutch = staff.get(f"{PATH}?language=nl").text
        assert "aucun nombre d’un jour n’atteint 5. Toutes les langues ensemble l’atteignent peut-être." in dutch
        assert staff.get(f"{PATH}?language=xx").status_code == 200


def test_the_organiser_reads_numbers_too_but_no_leads(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        token = client.get("/fr/login").text.split('name="form" value="')[1].partition('"')[0]
        client.post("/fr/login", data={"form": token, "login": LOGIN, "password": PASSWORD})
        assert client.get(PATH).status_code == 200
        assert client.get(f"/fr/studio/{BOOTH}/leads").status_code == 403
