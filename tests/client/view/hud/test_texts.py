"""Whatever the server may answer, a person reads a sentence of their own language."""

import re
from typing import get_args

import pytest

from halles.errors import RejectionCode
from halles.protocol.close_codes import CloseCode
from halles.world.movement import Gesture
from halles.world.roles import Role
from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.net.failures import Cause, Failure
from halles_client.view.hud import texts

BROKEN = {CloseCode.BAD_MESSAGE, CloseCode.PROTOCOL_ERROR, CloseCode.TEXT_REFUSED, CloseCode.TOO_BIG}
"""One side does not speak as the other understands: for people this is one and the same."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rejection_has_its_own_sentence(language: Language) -> None:
    said = {texts.refusal(speak(language), code) for code in RejectionCode}
    assert len(said) == len(RejectionCode)
    assert texts.refusal(speak(language), "SOMETHING_NEW") not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rate_limit_says_how_long(language: Language) -> None:
    assert "3" in texts.refusal(speak(language), "RATE_LIMITED", 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_removed_reads_why_and_until_when(language: Language) -> None:
    banned, removed = (texts.removed(speak(language), "You shout.", until) for until in ((27, 11, 14, 5), None))
    assert banned[0] != removed[0]
    for _, what in (banned, removed):
        assert "You shout." in what
    assert "27/11" in banned[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_close_code_has_its_own_reason_and_advice(language: Language) -> None:
    codes = [code for code in CloseCode if code not in BROKEN | {CloseCode.NORMAL}]
    said = {texts.closed(speak(language), code) for code in codes}
    assert len(said) == len(codes)
    not_understood = {texts.closed(speak(language), code) for code in BROKEN}
    assert len(not_understood) == 1
    assert not not_understood & said
    assert texts.closed(speak(language), 1006) not in said | not_understood


@pytest.mark.parametrize(
    ("language", "ticket", "guest"), [("fr", "billet", "invité"), ("nl", "ticket", "gast"), ("en", "ticket", "guest")]
)
def test_who_came_with_a_ticket_that_is_spent_is_told_of_another_and_of_the_door(
    language: Language, ticket: str, guest: str
) -> None:
    _ = speak(language)
    for code in (CloseCode.NOT_ADMITTED, CloseCode.REPLACED):
        assert ticket in texts.closed(_, code)[1]
        assert guest in texts.onward(_, code)
    assert texts.onward(_, CloseCode.RESTART) == _("Try again")


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_one_waits_the_reason_and_the_next_try_are_said(language: Language) -> None:
    _ = speak(language)
    said = texts.waiting(_, CloseCode.TRY_LATER, 7)
    assert texts.closed(_, CloseCode.TRY_LATER)[0] in said
    assert "7" in said
    assert texts.waiting(_, CloseCode.TRY_LATER, 0) != said


@pytest.mark.parametrize(("language", "full"), [("fr", r"pleine|complète"), ("nl", r"\bvol\b"), ("en", r"\bfull\b")])
def test_who_is_to_try_later_is_not_told_that_the_show_is_full(language: Language, full: str) -> None:
    """It may as well be overloaded, and a few seconds may be enough."""
    _ = speak(language)
    assert re.search(full, texts.refusal(_, RejectionCode.HALL_FULL))
    later = (*texts.closed(_, CloseCode.TRY_LATER), texts.waiting(_, CloseCode.TRY_LATER, 7))
    assert not [text for text in later if re.search(full, text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_is_not_reached_is_named_with_its_cause(language: Language) -> None:
    _, causes = speak(language), get_args(Cause)
    said = [texts.waiting(_, 1006, 0, Failure("ws://halles.example/world", cause, 8)) for cause in causes]
    assert len(set(said)) == len(causes)
    assert all("ws://halles.example/world" in text for text in said)
    assert "8" in said[causes.index("silent")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_and_gesture_has_a_name(language: Language) -> None:
    assert len({texts.role(speak(language), role) for role in Role}) == len(Role)
    assert len({texts.gesture(speak(language), gesture) for gesture in Gesture}) == len(Gesture)
