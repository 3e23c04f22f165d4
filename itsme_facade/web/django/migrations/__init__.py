"""The tables of this app, as `python manage.py migrate` makes them."""
