"""Letters arrive in every locale that the program may be started in."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import locale
from halles_client.view.letters import take_every_letter
take_every_letter()
print(locale.nl_langinfo(locale.CODESET))
"""


@pytest.mark.parametrize(
    "settings",
    [
        {"LC_ALL": "C"},
        {"LANG": "C"},
        {"LANG": "xx_XX.UTF-8"},
        {"LC_ALL": "xx_XX"},
        {"LANG": "C.UTF-8"},
        {"LANG": "C", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_the_character_type_becomes_utf_8(settings: dict[str, str]) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**plain, **settings}, capture_output=True, text=True, timeout=30
    )
    assert told.stdout.strip().upper() == "UTF-8"
