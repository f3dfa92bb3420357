"""Headers of every answer, errors and files included. Own lines: flask-talisman drops its nonce without a word."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from portal.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
_FIXED = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
_NOT_KEPT = ("Cache-Control", "no-store")


class SecureHeaders:
    """Adds what an answer lacks, at the very edge: no error, however early, leaves without them."""

    def __init__(self, inner: WSGIApplication, *, strict_transport: bool, files: str) -> None:
        self._inner, self._files = inner, files
        fixed = [*_FIXED, _STRICT_TRANSPORT] if strict_transport else list(_FIXED)
        self._for_files = [(name, value, name.lower()) for name, value in fixed]
        self._for_pages = [*self._for_files, (*_NOT_KEPT, _NOT_KEPT[0].lower())]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on and complete the headers of its answer."""
        is_file = environ.get("PATH_INFO", "").startswith(self._files)
        wanted = self._for_files if is_file else self._for_pages

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            present = {name.lower() for name, _value in headers}
            headers += [(name, value) for name, value, folded in wanted if folded not in present]
            return start_response(status, headers, *rest)

        return self._inner(environ, start)


def install(app: Flask, settings: Settings) -> None:
    """Stand in front of the application; HSTS only where the site is really served over TLS."""
    app.wsgi_app = SecureHeaders(  # type: ignore[method-assign]
        app.wsgi_app, strict_transport=settings.production, files=f"{app.static_url_path}/"
    )
