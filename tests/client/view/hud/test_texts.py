"""Whatever the server may answer, a person reads a sentence of their own language."""

import pytest

from halles.protocol.close_codes import CloseCode
from halles.protocol.errors import RejectionCode
from halles.world.movement import Gesture
from halles.world.roles import Role
from halles.world.text import LANGUAGES, Language
from halles_client.language import speak
from halles_client.view.hud import texts

OWN_FAULTS = {CloseCode.NORMAL, CloseCode.PROTOCOL_ERROR, CloseCode.TEXT_REFUSED, CloseCode.TOO_BIG}
"""Only a broken client meets these: they read as an unreachable show."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rejection_has_its_own_sentence(language: Language) -> None:
    said = {texts.refusal(speak(language), code) for code in RejectionCode}
    assert len(said) == len(RejectionCode)
    assert texts.refusal(speak(language), "SOMETHING_NEW") not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rate_limit_says_how_long(language: Language) -> None:
    assert "3" in texts.refusal(speak(language), "RATE_LIMITED", 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_close_code_has_its_own_reason_and_advice(language: Language) -> None:
    codes = [code for code in CloseCode if code not in OWN_FAULTS]
    said = {texts.closed(speak(language), code) for code in codes}
    assert len(said) == len(codes)
    assert texts.closed(speak(language), 1006) not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_and_gesture_has_a_name(language: Language) -> None:
    assert len({texts.role(speak(language), role) for role in Role}) == len(Role)
    assert len({texts.gesture(speak(language), gesture) for gesture in Gesture}) == len(Gesture)
