"""Put the furniture into an application."""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.runtime import Runtime
from portal.web import (
    access,
    bodies,
    calendars,
    catalogues,
    errors,
    files,
    headers,
    language,
    limits,
    logs,
    public,
    shown,
    words,
)

csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])


def furnish(app: Flask, opened: Runtime) -> None:
    """Language, sessions, tokens, limits, headers, errors: everything that holds for every page."""
    settings = opened.settings
    app.extensions["portal"] = opened
    app.config.update(
        SECRET_KEY=settings.cookie_key,
        SESSION_COOKIE_NAME="__Host-visit" if settings.production else "visit",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES=str(catalogues.compiled(settings.data_dir)),
        BABEL_DEFAULT_LOCALE="en",
        PORTAL_DEMO=settings.env == "demo",
        TRUSTED_HOSTS=[host.strip() for host in settings.allowed_hosts.split(",") if host.strip()] or None,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(_name_request)
    bodies.install(app, settings.max_claim_mb, settings.max_verify_mb)
    app.context_processor(lambda: {"matter": opened.matters.current().matter, "may": _may})
    language.install(app)
    Babel(app, locale_selector=language.current, timezone_selector=language.timezone)
    access.guard(app)
    csrf.init_app(app)
    limits.install(app, settings)
    files.install(app)
    public.install(app)
    headers.install(app, settings)
    errors.install(app)
    shown.install(app)
    calendars.install(app)
    words.install(app)
    logs.install(app)


def _may(act: str, jurisdiction: str | None = None) -> bool:
    """For templates: whether the staff member of this request may do an act."""
    member: access.Staff | None = g.get("staff")
    return member is not None and member.may(act, jurisdiction)


def without_token(view: View) -> View:
    """Declare that a view takes posts of programs, which have no form token: it proves in its own way who asks."""
    csrf.exempt(view)
    return view


def runtime() -> Runtime:
    """What this application holds open."""
    return cast(Runtime, current_app.extensions["portal"])


def _name_request() -> None:
    g.reference = secrets.token_hex(4).upper()
    g.address = request.remote_addr or ""
