"""Template tags: `{% load itsme %}`."""
