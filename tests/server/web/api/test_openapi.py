"""The description of the API is true: a tester that knows nothing else finds no fault (schemathesis)."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from halles.world.roles import Role
from halles_server.web.api.operations import OPERATIONS
from tests.support.page_door import PageDoor


@pytest.fixture(scope="module")
def described(page_door: PageDoor) -> Any:
    return schemathesis.openapi.from_url(f"{page_door.url}/api/openapi.json")


schema = schemathesis.pytest.from_fixture("described")


@pytest.fixture(scope="module")
def token(page_door: PageDoor) -> str:
    admission = page_door.opened.services.admission
    made = page_door.do(admission.create_account("api-tester", "Api Tester", Role.EXHIBITOR, "a long phrase", "fr"))
    return page_door.do(page_door.opened.services.tokens.make(made.account, "tester", 30))


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_it_is_described(case: Case, token: str) -> None:
    # What fits the schema may still be refused: a booth that there is not, an edit of somebody else's.
    case.call_and_validate(
        headers={"authorization": f"Bearer {token}"}, excluded_checks=[positive_data_acceptance, unsupported_method]
    )


def test_every_operation_is_described(page_door: PageDoor) -> None:
    with page_door.client() as client:
        paths = client.get("/api/openapi.json").json()["paths"]
    told = {answer["operationId"] for path in paths.values() for answer in path.values()}
    assert told == {operation.name for operation in OPERATIONS}
