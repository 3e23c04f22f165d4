"""A tour of all pages, in any language: it needs none of their words."""

from typing import TYPE_CHECKING, Final

import httpx

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.visitor import look_at
from tests.sandbox.relying_party import RelyingParty

if TYPE_CHECKING:
    from tests.sandbox.pages.parsed import Page

LUCAS: Final = "+32471234567"


class Tour:
    """Leads through all pages and keeps what they are, by a name each; needs no words of any language."""

    def __init__(self, sandbox: Sandbox, shop: RelyingParty, browser: httpx.Client, locale: str) -> None:
        self.pages: dict[str, Page] = {}
        self.sources: dict[str, str] = {}
        self._sandbox = sandbox
        self._shop = shop
        self._browser = browser
        self._locale = locale
        browser.cookies.set("itsme-sandbox-language", locale)

    def open(self, name: str, path: str) -> str:
        answer = self._browser.get(self._sandbox.url + path, headers={"accept": "text/html"}, follow_redirects=True)
        return self._keep(name, answer)

    def send(self, name: str, path: str, **fields: str) -> str:
        """Sends a form; gives where it led."""
        answer = self._browser.post(self._sandbox.url + path, data=fields, follow_redirects=True)
        return self._keep(name, answer)

    def _keep(self, name: str, answer: httpx.Response) -> str:
        assert answer.status_code < 500
        self.pages[name], self.sources[name] = look_at(answer), answer.text
        return answer.url.path

    def control_room(self) -> None:
        for behaviour in ("approve", "refuse", "wrong_icon", "ignore", None):
            self._sandbox.person("lucas").always(behaviour)
            self._shop.status(self._shop.create(phoneNumber=LUCAS, scopes=["profile"]))
        for number in ("+32400000003", "+32400000004"):
            self._shop.create(phoneNumber=number)
        self._sandbox.fail(self._shop.create()["authenticationUrl"].rpartition("/")[2])
        for fault in ("500", "refuse", "dribble"):
            self.send("faults", "/faults", do="add", fault=fault, times="2")
        self._sandbox.faults.next(probability=0.5, status=503)
        for path in ("/", "/people", "/people/lucas", "/transactions", "/calls", "/faults", "/magic-numbers"):
            self.open(path, path)
        self.send("wrong minutes", "/", do="advance", minutes="x")
        self.send("wrong times", "/faults", do="add", times="x")
        self.send("wrong fault", "/faults", do="add", times="1", fault="x")
        self.send("wrong seconds", "/people/lucas", do="habit", after="x")
        self.send("refused in the room", "/people/newcomer", do="block")
        self.send("done", "/people/lucas", do="block")
        self.send("moved", "/", do="advance", minutes="1")
        self.open("no such page", "/nothing")
        self.open("gone", "/people/nobody")
        self.send("reset", "/", do="reset")

    def desk(self) -> str:
        given = {"number": "0470000025", "email": "me@mail.example", "browser": "windows/Mozilla Firefox"}
        self.open("/desk", "/desk")
        for field in given:
            self.send(f"wrong {field}", "/desk", **(given | {field: "x"}))
        path = self.send("desk: details", "/desk", **given)
        for step in (
            {"do": "confirm"},
            {"do": "insert", "card": "newcomer"},
            {"do": "connective"},
            {"do": "reader"},
            {"do": "insert", "card": "under-sixteen"},
            {"do": "insert", "card": "newcomer"},
            {"do": "validate"},
            {"do": "sign", "pin": "0000"},
            {"do": "remember"},
        ):
            self.send(f"desk: {step}", path, **step)
        pin = self._sandbox.world.desk.card("newcomer").pin
        self.send("desk: token", path, do="sign", pin=pin)
        return path

    def phone(self, desk: str) -> None:
        app = "/phone/newcomer/app"
        self.open("phone without app", "/phone/newcomer")
        self.send("phone with app", "/phone/newcomer", do="install")
        self.open("app: number", app)
        self.send("app: wrong number", app, do="number", number="1")
        self.send("app: token", app, do="number", number="0470000025")
        self.send("app: wrong token", app, do="token", token="AAAAAA")
        token = self._sandbox.world.desk.enrolments()[-1].token or ""
        self.send("app: sms", app, do="token", token=token)
        self.send("app: wrong sms", app, do="sms", sms="x")
        self.open("messages", "/phone/newcomer/messages")
        code = self._sandbox.world.devices.phone("newcomer").inbox[-1].code
        self.send("app: code", app, do="sms", sms=code)
        self.send("app: wrong code", app, do="code", code="1")
        self.send("app: confirm", app, do="code", code="24680")
        self.send("app: touch id", app, do="confirm", code="24680")
        self.send("app", app, do="touch-on")
        self.open("desk: done", desk)
        self.send("phone that is the browser", "/phone/newcomer", do="own")
        self.send("phone that is not", "/phone/newcomer", do="not-own")

    def bank(self) -> None:
        for path in ("/bank", "/bank/kbc", "/bank/kbc/enrol"):
            self.open(path, path)
        self.send("bank: not active", "/bank/ing", do="itsme", number="0470000025")
        card = next(card for card in self._sandbox.world.banks.cards("newcomer") if card.bank == "kbc")
        visit = self.send("bank: reader", "/bank/kbc", do="card", card=card.number)
        self.send("bank: wrong pin", visit, do="reader", pin="0000")
        self.send("bank: pin", visit, do="remember")
        self.send("bank: response", visit, do="reader", pin=card.pin)
        self.send("bank: wrong response", visit, do="respond", response="1")
        self._sign("bank: home", visit)
        self.send("bank: link", visit, do="choose")
        self._sign("bank: active", visit)
        self.send("bank: enrol", visit, do="enrol", number="0470000025", email="me@mail.example")
        self._sign("bank: token", visit)
        self.send("bank: app", visit, do="pay", payment="7 EUR")
        self._sandbox.clock.advance(minutes=3)
        self.open("bank: lapsed", visit)
        self.send("bank: out", visit, do="out")

    def _sign(self, name: str, visit: str) -> None:
        session = self._sandbox.world.banks.session(visit.rpartition("/")[2])
        assert session.card is not None
        self.send(name, visit, do="respond", response=session.card.right_response(session.challenge or ""))

    def login(self, new_browser: httpx.Client) -> None:
        scopes = ["profile", "email", "phone", "address"]
        paths = [self._login_path(scopes=scopes, service=service) for service in ("login", "register")]
        form = ""
        for path in paths:
            self.open(f"login {path}", path)
            form = self.pages[f"login {path}"].forms[0].fields["form"]
        self.send("login: wrong number", paths[1], form=form, phoneNumber="x")
        self.send("login: icons", paths[1], form=form, phoneNumber=LUCAS)
        self._keep("login: other browser", new_browser.get(self._sandbox.url + paths[1]))
        self.open("phone: asked", "/phone/lucas")
        self.open("app: asked", "/phone/lucas/app")
        action = f"/phone/lucas/app/{paths[1].rpartition('/')[2]}"
        icon = self._sandbox.world.transactions()[-1].icon or ""
        self.open("app: action", action)
        self.send("app: no icon", action, do="approve")
        self.send("app: wrong itsme code", action, do="approve", code="00000", icon=icon)
        self.send("app: told code", action, do="remember")
        self.send("app: refused", action, do="refuse")
        self.send("login: over", paths[1], form=form, phoneNumber=LUCAS)
        self.open("app: over", action)
        for number in ("+32400000009", "+32400000010"):
            path = self._login_path(phoneNumber=number)
            self.open(f"login: {number}", path)
        self.send("phone that is the browser", "/phone/lucas", do="own")
        self.open("login: own phone", self._login_path())
        self.send("app: blocked", "/phone/lucas/app", do="block")
        self.open("login: unknown", "/login/nothing")

    def _login_path(self, **fields: object) -> str:
        id_ = self._shop.create(locale=self._locale, **fields)["authenticationUrl"].rpartition("/")[2]
        self._browser.cookies.set("itsme-sandbox-login-language", self._locale, path=f"/login/{id_}")
        return f"/login/{id_}"

    def everywhere(self, other_browser: httpx.Client) -> None:
        """Goes to all pages; the login page also in another browser than its own."""
        self.control_room()
        self.phone(self.desk())
        self.bank()
        other_browser.cookies.set("itsme-sandbox-language", self._locale)
        self.login(other_browser)
