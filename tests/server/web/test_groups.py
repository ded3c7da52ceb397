"""Working groups on pages: made by an organiser, joined by members, and their live sessions."""

from uuid import uuid4

from halles.world.roles import Role
from tests.support.booth_people import PASSWORD, browsing, field_of, logged_in, newcomer, send
from tests.support.page_door import LOGIN, PageDoor
from tests.support.planning import planned


def made(door: PageDoor, name: str, lead: str = "") -> str:
    """The path of a new group's page."""
    with browsing(door, LOGIN) as client:
        answer = send(client, "/fr/groups", "/fr/groups", **{"name-fr": name, "purpose-fr": "Un thème", "lead": lead})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])


def test_an_organiser_makes_a_group_whose_lead_writes_its_entries_words_alone(page_door: PageDoor) -> None:
    login, _ = newcomer(page_door, "Lead")
    path = made(page_door, "Coproductions franco-belges", login)
    session = planned(page_door, "À décrire", working_group=path.rsplit("/", 1)[1])
    with browsing(page_door, login) as client:
        page = client.get(path).text
        assert "À décrire" in page
        edit = f"/fr/programme/{session}/edit"
        assert 'name="day"' not in client.get(edit).text
        words = {"title-fr": "Décrit", "language": "fr", "speaker-0-name": "Intervenante 1", "revision": "1"}
        assert send(client, edit, edit, **words).status_code == 303
        assert "Intervenante 1" in client.get(f"/fr/programme/{session}").text
        assert send(client, edit, edit, **words, minutes="15").status_code == 403


def test_members_join_and_leave_and_others_cannot(page_door: PageDoor) -> None:
    path = made(page_door, "Le webdocumentaire")
    create = page_door.opened.services.admission.create_account
    page_door.do(create("member-of-group", "Membre 1", Role.MEMBER, PASSWORD, "fr"))
    with browsing(page_door, "member-of-group") as client:
        assert send(client, path, path, act="join").status_code == 303
        assert "Membre 1" in client.get(path).text.split('id="members"')[1]
        assert send(client, path, path, act="leave").status_code == 303
        assert "Membre 1" not in client.get(path).text.split('id="members"')[1]
    with logged_in(page_door, "Visitor") as client:
        assert send(client, "/fr/me/agenda", path, act="join", request=uuid4().hex).status_code == 403
        assert send(client, "/fr/me/agenda", path, **{"name-fr": "Autre", "request": uuid4().hex}).status_code == 403
    with page_door.client() as client:
        assert "Membre 1" not in client.get(path).text
        assert "Le webdocumentaire" in client.get("/nl/groups").text
        assert client.get("/fr/groups/nothing").status_code == 404


def test_who_changes_a_group_too_late_reads_both_texts_and_decides(page_door: PageDoor) -> None:
    path = made(page_door, "Les archives")
    with browsing(page_door, LOGIN) as client:
        read = {"name-fr": "Les archives", "purpose-nl": "Een thema", "lead": "", "revision": "1"}
        assert send(client, path, path, **(read | {"purpose-fr": "De l’autre"})).status_code == 303
        late = send(client, path, path, **(read | {"purpose-fr": "De moi"}))
        assert late.status_code == 409
        told = late.text.split('id="group-problem"')[1]
        assert "De l’autre" in told.split("</dl>")[0]
        assert "Een thema" not in told.split("</dl>")[0], "only what differs"
        assert "De moi" in told.split("</dl>")[1]
        assert field_of(late.text, "revision") == "2"
        chosen = read | {"purpose-fr": "De moi", "revision": "2"}
        assert send(client, path, path, **chosen).status_code == 303
        assert "De moi" in client.get(path).text


def test_what_is_refused_is_said_with_what_was_typed(page_door: PageDoor) -> None:
    with browsing(page_door, LOGIN) as client:
        for wrong in ({"name-fr": ""}, {"lead": "zz-nobody"}):
            fields = {"name-fr": "Nom", "purpose-en": "Kept words", "lead": "", **wrong}
            refused = send(client, "/fr/groups", "/fr/groups", **fields)
            assert refused.status_code == 422
            assert "Kept words" in refused.text
