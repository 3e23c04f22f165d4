"""Every text that a page may show, as it stands in the code: what has to be in each catalogue."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

import itsme_facade.sandbox
from itsme_facade.sandbox.pages import faults, people, timeline
from itsme_facade.sandbox.world import MAGIC, default_people

FOLDER = Path(itsme_facade.sandbox.__file__).parent

Text = str | tuple[str, ...]  # with its plural, if it has one


def texts() -> set[Text]:
    """The texts of the templates, of the pages' code, of its tables, and what the catalogue says about people."""
    found: set[Text] = {*faults.texts(), *people.texts(), *timeline.texts()}
    found |= {person.about for person in (*default_people().values(), *(magic.person for magic in MAGIC.values()))}
    for folder, methods, keywords in (
        ("templates", [("**.html", "jinja2")], {"_": None, "ngettext": (1, 2)}),
        ("pages", [("**.py", "python")], {"text": None, "texts": None}),
    ):
        for message in extract_from_dir(FOLDER / folder, methods, keywords=keywords):
            found.add(message[2])
    return found
