"""The library as an operator would serve it: several processes, each with this module, share its two databases."""

import os
from pathlib import Path

from examples.flask_library.app import Readers, create_app, make_flow
from itsme_facade.web.access_logs import hide_states

hide_states()
readers = Readers(Path(os.environ["LIBRARY_FOLDER"]) / "readers.db")
flow = make_flow(os.environ, readers)
flow.open()
app = create_app(flow, readers, secret=os.environ["LIBRARY_SECRET"], https=False)
