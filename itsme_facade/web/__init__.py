"""Log in with itsme in a web framework: `starlette` (FastAPI too), `flask`, `django`.

Each is a thin skin over a flow. What they share: `skin` decides what every request is answered, without doing any of
it; `asked` and `answers` are requests and responses as no framework has them; `button`, `pages` and the templates are
what people see.
"""
