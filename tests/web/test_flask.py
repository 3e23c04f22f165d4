"""What is Flask's alone."""

import pytest

from itsme_facade import AsyncItsme, Identity, InvalidArguments
from itsme_facade.flow import AsyncFlow
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import AsyncMemoryStore, new_key
from itsme_facade.web.flask import itsme_blueprint
from tests.web.browsers import approved, state_of
from tests.web.shops import open_shop


def test_a_protection_against_csrf_for_the_whole_application_may_stay(sandbox: Sandbox) -> None:
    with open_shop(sandbox, "flask", protect_all=True) as shop, shop.browser() as browser:
        assert browser.log_in(sandbox, "/?next=/members").headers["location"] == "/members"
        assert browser.post("/itsme/logout", data=browser.fields("/log-out")).headers["location"] == "/"
        assert browser.post("/itsme/start").status_code == 400
        token = {"x-csrf-token": browser.get("/itsme/session").json()["csrf_token"]}
        accepts = {"accept": "application/json"}
        away = browser.post("/itsme/start", json={}, headers=token | accepts).json()["location"]
        state = {"state": state_of(approved(sandbox, away))}
        assert browser.post("/itsme/finish", json=state, headers=token).json()["status"] == "signed_in"


def nobody(_identity: Identity, _login_id: str) -> str:
    return "nobody"


def test_an_asynchronous_flow_is_refused_at_once(sandbox: Sandbox) -> None:
    client = AsyncItsme(sandbox.token, base_url=sandbox.api_url)
    flow = AsyncFlow(client, AsyncMemoryStore(), new_key(), "http://localhost/itsme/back", nobody)
    with pytest.raises(InvalidArguments, match="not a Flow"):
        itsme_blueprint(flow)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
