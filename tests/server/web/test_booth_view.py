"""What a reader sees of a booth whose texts are partly in other languages."""

from halles.ids import MediaId
from halles.world.booth import BoothContent, Document, Link, Panel, TeamMember
from halles.world.text import Text
from halles_server.web.booth_view import languages_of, view_of
from halles_server.web.language import tongues

CONTENT = BoothContent(
    name="Studio",
    pitch=Text(fr="Bonjour", nl="Dag"),
    panels=(
        Panel("screen", title=Text("Film", "Film", "Film")),
        Panel("poster-1", title=Text(nl="Vijf schermen"), text=Text(nl="Voorbeeld")),
        Panel("poster-2", title=Text(fr="Un"), text=Text(en="One")),
    ),
    links=(Link(Text(), "https://example.org/a/b"),),
)


def test_texts_are_counted_by_language() -> None:
    view = view_of(CONTENT, tongues()["fr"])
    assert view.meter.texts == 6
    assert view.meter.written == {"fr": 3, "nl": 4, "en": 2}
    assert view.missing == 3
    assert languages_of(CONTENT) == ["fr", "nl"]


def test_a_panel_wholly_in_another_language_is_marked_and_a_partly_own_one_is_not() -> None:
    first, second = view_of(CONTENT, tongues()["fr"]).posters
    assert first.elsewhere == "nl"
    assert second.elsewhere is None
    assert second.text.elsewhere


def test_a_link_without_a_label_shows_where_it_leads() -> None:
    link = view_of(CONTENT, tongues()["en"]).links[0]
    assert (link.label.text, link.host) == ("example.org", "example.org")


def test_opening_notes_and_team_are_shown_and_documents_that_have_a_file() -> None:
    paper = MediaId("a" * 64 + ".pdf")
    content = BoothContent(
        "Studio",
        opening=Text(nl="Elke dag"),
        team=(TeamMember("Ana", Text("réalise")),),
        documents=(Document(Text("Plan"), paper), Document(Text("Bientôt"))),
    )
    view = view_of(content, tongues()["fr"])
    assert (view.opening.text, view.opening.elsewhere) == ("Elke dag", True)
    assert [(member.name, member.line.text) for member in view.team] == [("Ana", "réalise")]
    assert [(one.title.text, one.media) for one in view.documents] == [("Plan", paper)]
