"""The WSGI entry, for servers that want a module: `gunicorn wsgi:app`."""

from portal import create_app

app = create_app()
