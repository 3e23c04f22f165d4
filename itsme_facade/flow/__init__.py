"""One browser's login, from button to identity."""
