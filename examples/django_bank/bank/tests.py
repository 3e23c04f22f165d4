"""The bank's own tests: the whole way through the local sandbox, with Django's test client as the browser."""
# ruff: noqa: PT009

import re

from django.conf import settings
from django.test import TestCase, override_settings

from itsme_facade.sandbox import Sandbox

from .customers import CUSTOMERS, open_accounts

HOST = "bank.localhost"


class BankTest(TestCase):
    sandbox: Sandbox

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.sandbox = cls.enterClassContext(Sandbox())
        itsme = {"TOKEN": cls.sandbox.token, "BASE_URL": cls.sandbox.api_url, "LIMITS": None}
        cls.enterClassContext(override_settings(ITSME={**settings.ITSME, **itsme}))

    def setUp(self) -> None:
        self.sandbox.reset()
        open_accounts()
        self.client.defaults["HTTP_HOST"] = HOST

    def page(self, address: str = "/") -> str:
        return self.client.get(address, follow=True, headers={"accept": "text/html"}).content.decode()

    def log_in_with_card(self, card: str) -> str:
        self.client.post("/card", {"username": card, "password": CUSTOMERS[card][1]})
        return self.page()

    def press_itsme_button(self, shown: str, person: str = "lucas") -> str:
        """Press the button, approve on the phone, come back; says what the page at the end shows."""
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
        login_page = self.client.post("/itsme/start", fields).headers["Location"]
        self.sandbox.person(person).phone.approve(login_page)
        callback = self.sandbox.world.transaction(login_page.rpartition("/")[2]).request.redirect_url
        return self.page(callback.removeprefix(f"http://{HOST}"))

    def log_out(self) -> str:
        self.client.post("/itsme/logout")
        return self.page()

    def test_a_customer_activates_itsme_and_logs_in_with_it_from_then_on(self) -> None:
        linked = self.press_itsme_button(self.log_in_with_card("67034200"))
        self.assertIn("itsme is activated for this card.", linked)
        self.assertIn("You are logged in, Lucas.", self.press_itsme_button(self.log_out()))
        self.assertIn("with itsme", self.page("/account"))

    def test_an_itsme_that_is_not_activated_logs_nobody_in(self) -> None:
        self.assertIn("You have not activated itsme here yet", self.press_itsme_button(self.page()))
        self.assertNotIn("You are logged in", self.page())

    def test_an_itsme_belongs_to_one_customer(self) -> None:
        self.press_itsme_button(self.log_in_with_card("67034200"))
        self.log_out()
        told = self.press_itsme_button(self.log_in_with_card("67034201"))
        self.assertIn("This itsme belongs to another customer", told)

    def test_a_customer_with_a_new_itsme_activates_it_once_more(self) -> None:
        self.press_itsme_button(self.log_in_with_card("67034200"))
        self.sandbox.person("lucas").make_account_anew()
        self.assertIn("not activated itsme here yet", self.press_itsme_button(self.log_out()))
        self.press_itsme_button(self.log_in_with_card("67034200"))
        self.assertIn("You are logged in, Lucas.", self.press_itsme_button(self.log_out()))

    def test_a_wrong_pin_logs_nobody_in(self) -> None:
        answer = self.client.post("/card", {"username": "67034200", "password": "0000"})
        self.assertContains(answer, "Card and PIN do not belong together.")
        self.assertRedirects(self.client.get("/account"), "/?next=/account")
