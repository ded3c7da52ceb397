"""The description of the API is true: a tester that knows nothing else finds no fault (schemathesis)."""

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from halles.world.roles import Role
from halles_server.web.api.operations import OPERATIONS
from tests.support.page_door import PageDoor

_NOT_ASKED: Final = [
    positive_data_acceptance,  # what fits may be refused: a booth that there is not, an edit of somebody else's
    ignored_auth,  # asks more often than an account may; test_serving.py asks without a token, and with a wrong one
]


@pytest.fixture(scope="module")
def described(page_door: PageDoor) -> dict[str, Any]:
    """Every described operation, by its name."""
    schema = schemathesis.openapi.from_url(f"{page_door.url}/api/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in operations}


@pytest.fixture
def token(page_door: PageDoor, request: pytest.FixtureRequest) -> str:
    """Of an account of each test's own: what it may ask in a second is counted."""
    admission, login = page_door.opened.services.admission, f"tester of {request.node.name}"
    made = page_door.do(admission.create_account(login[-40:], "Api Tester", Role.EXHIBITOR, "a long phrase", "fr"))
    return page_door.do(page_door.opened.services.tokens.make(made.account, "tester", 30))


@pytest.mark.parametrize("name", [operation.name for operation in OPERATIONS])
def test_an_operation_answers_as_it_is_described(described: dict[str, Any], token: str, name: str) -> None:
    @given(case=described[name].as_strategy())
    # The same examples in each run: it tests the description, and an account may call ten times a second.
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def check(case: Any) -> None:
        headers = {"authorization": f"Bearer {token}"}
        case.call_and_validate(headers=headers, excluded_checks=_NOT_ASKED)

    check()


def test_every_operation_is_described(described: dict[str, Any]) -> None:
    assert set(described) == {operation.name for operation in OPERATIONS}
