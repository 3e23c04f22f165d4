"""How Sphinx builds the site: `make docs`."""

from importlib.metadata import version as installed_version

project = "itsme-facade"
author = "itsme-facade contributors"
copyright = "itsme-facade contributors"
version = release = installed_version("itsme-facade")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
nitpicky = True
# Annotations name what is imported for type checkers alone, so they are shown and cannot be links.
nitpick_ignore_regex = [("py:(class|obj)", ".*")]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "itsme-facade"
html_show_sphinx = False
html_copy_source = False
