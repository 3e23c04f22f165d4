"""The world of the sandbox: people, cards, phones, banks, the enrolment desk and transactions. Pure Python, no I/O.

`World` is all of it. Everything may be called from any thread. What a method hands out (a phone, an account, a
transaction, a visit to a bank) is live: read it, write nothing. What a person cannot do raises `Refused`, whose
`message_id` says why and whose `text(translations("fr").gettext)` tells the person what to do; what a program should
not have asked raises another `SandboxError`. What changes is told to whoever called `World.listen`.

| a relying party | `create` `read` `transaction_with` (whose `.status_delay` the API sees to) `name_party` `party` |
| the login page | `open_page` `give_number` (refuses a number without an account) `send_back`; `Transaction.icons .icon
  .ask_until .return_by` say what to show |
| the phone | `devices.phone .all .of .install_app .remove_app .new_phone .move_sim .new_sim`; `Phone.inbox` holds the
  text messages (`Sms.text`, to be translated, with `{code}`, and `Sms.code`) |
| enrolment in the app | `activation.registration .enter_number .enter_token .enter_sms_code .resend_sms .choose_code
  .confirm_code .use_touch_id .restart`; `Registration.screen` says what is asked next |
| what waits in the app | `apps.pending .approve .refuse .account`; `Action.question .data .icons .until` are what it
  shows, but never which icon is highlighted |
| the account | `accounts.of .block .delete .enrol_now .make_anew` |
| the enrolment desk | `desk.begin .confirm .install .insert_card .validate .sign .enrolment .enrolments`;
  `Enrolment.step` says what is next, `.token` is the identification token |
| the eID's PIN | `desk.card .remember_pin .read_pin_letter .request_new_pin` |
| a bank | `banks.log_in_with_card .respond .choose_itsme .enrol .log_in_with_itsme .confirm_payment .log_out .session`;
  `BankSession.step .challenge .enrolment .icons .outcome` say how far it is; the card reader is `banks.use_reader`, the
  cards `banks.cards .replace_card` |
| short cuts for tests | `answer` `set_habit` `finish` `accounts.enrol_now`, and the numbers of `MAGIC` |
| the control room | `transaction` `transactions` `advance` `reset` `people` `residents` |

Message ids and their texts are in `messages`; what is assumed is in `assumptions`.
"""

from __future__ import annotations

from .accounts import Account
from .actions import ICONS, Action, Icons
from .assumptions import Assumptions
from .basis import Change
from .cards import BANKS, BankCard, EidCard
from .catalogue import default_people, read_people
from .clock import Clock
from .desk import BROWSERS
from .enrolments import Enrolment
from .errors import (
    AlreadyOver,
    BadCatalogue,
    CannotStart,
    NotAsked,
    OtherBrowser,
    Refused,
    SandboxError,
    UnknownBank,
    UnknownPerson,
    UnknownPhone,
    UnknownSession,
    UnknownTransaction,
)
from .magic import MAGIC, Magic
from .people import Address, Person
from .phones import Habit, Phone, Sms
from .plausible import plausible_people
from .registrations import Registration
from .transactions import Status, Transaction, TransactionRequest
from .visits import BankSession
from .world import World

__all__ = [
    "BANKS",
    "BROWSERS",
    "ICONS",
    "MAGIC",
    "Account",
    "Action",
    "Address",
    "AlreadyOver",
    "Assumptions",
    "BadCatalogue",
    "BankCard",
    "BankSession",
    "CannotStart",
    "Change",
    "Clock",
    "EidCard",
    "Enrolment",
    "Habit",
    "Icons",
    "Magic",
    "NotAsked",
    "OtherBrowser",
    "Person",
    "Phone",
    "Refused",
    "Registration",
    "SandboxError",
    "Sms",
    "Status",
    "Transaction",
    "TransactionRequest",
    "UnknownBank",
    "UnknownPerson",
    "UnknownPhone",
    "UnknownSession",
    "UnknownTransaction",
    "World",
    "default_people",
    "plausible_people",
    "read_people",
]
