"""What the world tells people who try what does not work: one message each, in English; `translations/` has the rest.

Each says what happened and what to do next.
"""

from __future__ import annotations

from typing import Final, Literal

MessageId = Literal[
    "number-invalid",
    "email-invalid",
    "browser-unsupported",
    "connective-missing",
    "reader-software-missing",
    "no-eid",
    "too-young",
    "pin-wrong",
    "pin-blocks",
    "pin-blocked",
    "pin-unknown",
    "letter-lost",
    "out-of-step",
    "app-missing",
    "number-differs",
    "token-unknown",
    "token-used",
    "token-expired",
    "token-replaced",
    "sms-wrong",
    "sms-expired",
    "sms-void",
    "sim-elsewhere",
    "code-form",
    "code-differs",
    "no-touch-id",
    "phone-in-use",
    "second-device",
    "no-account",
    "account-blocked",
    "account-elsewhere",
    "number-unknown",
    "code-wrong",
    "code-blocks",
    "fingerprint-off",
    "action-over",
    "card-unknown",
    "card-pin-wrong",
    "card-blocks",
    "card-blocked",
    "response-wrong",
    "bank-not-linked",
    "bank-linked",
]

MESSAGES: Final[dict[MessageId, str]] = {
    # The web site and the bank, before there is a token
    "number-invalid": "This is not a mobile phone number. Write it as 0471 23 45 67 or +32 471 23 45 67.",
    "email-invalid": "This is not an e-mail address. Check it, and try again.",
    "browser-unsupported": "This browser is not supported. Use one of these: {browsers}.",
    "connective-missing": "The Connective software or plug-in is missing. Install it, and insert your card again.",
    "reader-software-missing": (
        "The software of your card reader is not installed. Download the eID software from the federal portal, and "
        "insert your card again."
    ),
    "no-eid": "This person has no Belgian eID card. Use a bank card and a card reader instead.",
    "too-young": "You must be at least {years} years old to make an itsme account.",
    "pin-wrong": "This is not the PIN code of your eID. Tries left: {left}.",
    "pin-blocks": "That was the last try: your eID is blocked. Request a new PIN code from your commune.",
    "pin-blocked": "Your eID is blocked after too many wrong PIN codes. Request a new PIN code from your commune.",
    "pin-unknown": (
        "You do not know the PIN code of your eID. It was sent to you by post: look for the letter, or request a new "
        "code from your commune."
    ),
    "letter-lost": "You no longer have the letter with the PIN code. Request a new code from your commune.",
    "out-of-step": "This is not the next step. Go on with the step that is shown.",
    # The app, until there is an account
    "app-missing": "The app is not on this phone. Download it from the App Store or Google Play first.",
    "number-differs": (
        "This is not the mobile phone number that you registered with. Check it, or register again with this one."
    ),
    "token-unknown": "Nobody was given this identification token. Check its 6 characters.",
    "token-used": "This identification token has been used. Register again to get another one.",
    "token-expired": "This identification token is too old. Register again to get another one.",
    "token-replaced": "You registered again since: use the identification token that you got last.",
    "sms-wrong": "This is not the verification code in the text message. Check its 5 figures. Tries left: {left}.",
    "sms-expired": "This verification code is too old. Have a new one sent.",
    "sms-void": "This verification code does not count any more. Have a new one sent.",
    "sim-elsewhere": "The SIM card with this number is in another phone. Move it here, or register another number.",
    "code-form": "An itsme code is 5 figures. Choose one.",
    "code-differs": "The two codes are not the same. Choose a code again, and confirm it.",
    "no-touch-id": "This phone has no Touch ID. Confirm with your itsme code.",
    "phone-in-use": "This phone carries the itsme account of somebody else, who must delete it first.",
    "second-device": (
        "Your itsme account works on one device only, and it is active on another one. Delete or block it there first."
    ),
    # The app and the account
    "no-account": "There is no itsme account here. Make one with your eID or at your bank.",
    "account-blocked": "This itsme account is blocked. Register with your eID or at your bank to use it again.",
    "account-elsewhere": (
        "The itsme account does not work on this phone with this SIM card. Register with your eID or at your bank to "
        "use it here."
    ),
    "number-unknown": "Nobody in this sandbox has that number. Check it, and try again.",
    "code-wrong": "This is not your itsme code. Tries left: {left}.",
    "code-blocks": (
        "That was the last try: your itsme account is blocked. Register with your eID or at your bank to use it again."
    ),
    "fingerprint-off": "Touch ID is not active for your itsme account. Confirm with your itsme code.",
    "action-over": "This request is not waiting any more. Go back to the site or the bank, and start again.",
    # The bank
    "card-unknown": "{bank} knows no card with this number. Check it, or take another card.",
    "card-pin-wrong": "This is not the PIN code of your bank card. Tries left: {left}.",
    "card-blocks": "That was the last try: your bank card is blocked. Ask {bank} for a new card.",
    "card-blocked": "Your bank card is blocked after too many wrong PIN codes. Ask {bank} for a new card.",
    "response-wrong": "This response does not fit the challenge. Use your card reader again with the challenge shown.",
    "bank-not-linked": "itsme is not active at {bank} for this number. Log in with card and reader, and choose itsme.",
    "bank-linked": "itsme is active at {bank} already.",
}

# What each scope gives a relying party, as the app tells the person.
SCOPE_WORDS: Final[dict[str, str]] = {
    "profile": "your name, gender, language and date of birth",
    "email": "your e-mail address",
    "phone": "your phone number",
    "address": "your address",
}

# What the app asks for, by the kind of action; {party} is who asks.
ASKED_WORDS: Final[dict[str, str]] = {
    "login": "Log in at {party}?",
    "register": "Sign up at {party}?",
    "bank-login": "Log in at {party}?",
    "bank-payment": "Confirm a payment at {party}: {detail}?",
}

# What arrives on a phone.
SMS_TEXT: Final = "Your itsme verification code is {code}."


def texts() -> frozenset[str]:
    """Every text of this module, as it stands in the translations."""
    return frozenset((*MESSAGES.values(), *SCOPE_WORDS.values(), *ASKED_WORDS.values(), SMS_TEXT))
