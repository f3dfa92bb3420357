"""Public pages answered from memory: the same for everybody, made once per version of the matter and day.

A view that declares itself with :func:`kept` is rendered by Flask once; from then on the answer comes from here, before
any session, form token or limit is looked at, compressed once, with an ETag and headers by which a CDN may keep it.
Nothing that depends on who asks may stand on such a page: no messages of the moment, no form token, no name.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, g, make_response, request
from werkzeug.wrappers import Response

from portal.errors import PortalError
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES

KEPT_SECONDS = 60  # how long browsers and proxies may keep a page
MOST_PAGES = 256  # answers kept in one process, the oldest leave
_MARK = "portal.public"
_ASKED = ("PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_X_FORWARDED_HOST")
_NOT_COMPRESSED = 500  # bytes below which compressing gains nothing
_P = ParamSpec("_P")
Headers = list[tuple[str, str]]


def kept(view: Callable[_P, Any]) -> Callable[_P, Response]:
    """Declare that a view's page is the same for everybody who asks for this address on this day.

    With a query the page is made anew each time: what somebody entered is nobody else's.
    """

    @wraps(view)
    def answering(*arguments: _P.args, **named: _P.kwargs) -> Response:
        common = request.method == "GET" and not request.query_string
        g.same_for_everybody = (
            common  # the layout then shows no messages of the moment; they wait for another page
        )
        answer = make_response(view(*arguments, **named))
        if common and answer.status_code == 200:
            answer.cache_control.public = True
            answer.cache_control.max_age = KEPT_SECONDS
            keep()
        return answer

    return answering


def keep() -> None:
    """Have the answer to this request given from memory from now on, to everybody who asks for its very address."""
    request.environ[_MARK] = True


@dataclass(frozen=True)
class _Page:
    """One answer in both forms; `tag` is of the plain form, the compressed one has its own."""

    headers: Headers
    plain: bytes
    packed: bytes
    tag: str

    def form(self, accepts: str) -> tuple[bytes, Headers, str]:
        """Body, headers and ETag for what the asker can read."""
        if self.packed and "gzip" in accepts:
            tag = f'"{self.tag}-gzip"'
            return self.packed, [*self.headers, ("Content-Encoding", "gzip"), ("ETag", tag)], tag
        tag = f'"{self.tag}"'
        return self.plain, [*self.headers, ("ETag", tag)], tag


class PublicPages:
    """Stands before the application and answers what it has answered before."""

    def __init__(self, inner: WSGIApplication, app: Flask, files: str) -> None:
        self._inner, self._app, self._files = inner, app, files
        self._pages: OrderedDict[Hashable, _Page] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """A page from memory, or what the application says."""
        asks = environ["REQUEST_METHOD"] in ("GET", "HEAD") and "HTTP_RANGE" not in environ
        if not asks or (environ.get("QUERY_STRING") and not environ["PATH_INFO"].startswith(self._files)):
            return self._inner(environ, start_response)
        key = self._key(environ)
        page = self._pages.get(key)
        if page is not None:
            return _served(page, environ, start_response)
        return self._asked(key, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> Hashable:
        """What an answer depends on: the address as asked for, the matter's version, and the day where counsel are."""
        runtime: Runtime = self._app.extensions["portal"]
        try:
            version = runtime.matters.current().matter.hash
        except PortalError:  # nothing is published yet
            version = ""
        now = runtime.clock()
        asked = (environ.get(name) for name in _ASKED)
        return (version, *(now.astimezone(zone).toordinal() for zone in HOME_ZONES.values()), *asked)

    def _asked(
        self, key: Hashable, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        said: list[tuple[Any, ...]] = []

        def start(*answered: Any) -> Callable[[bytes], object]:
            said[:] = [answered]
            return _no_writing

        chunks = self._inner(environ, start)  # Flask has said its status and headers when it returns
        headers: Headers = said[0][1]
        # A page that wants to set a cookie is somebody's own after all.
        own = any(name.lower() == "set-cookie" for name, _ in headers)
        if own or not environ.get(_MARK):
            start_response(*said[0])
            return chunks
        page = self._pages[key] = _page(headers, b"".join(chunks))
        if close := getattr(chunks, "close", None):
            close()
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)
        return _served(page, environ, start_response)


def install(app: Flask) -> None:
    """Stand before the application; the headers of every answer are added outside of this."""
    app.wsgi_app = PublicPages(app.wsgi_app, app, f"{app.static_url_path}/")  # type: ignore[method-assign]


def _no_writing(_data: bytes) -> object:
    raise NotImplementedError("answers are returned, not written")


def _page(headers: Headers, body: bytes) -> _Page:
    own = {"content-length", "etag", "vary", "content-encoding"}
    held = [(name, value) for name, value in headers if name.lower() not in own]
    packed = gzip.compress(body, 6, mtime=0) if len(body) > _NOT_COMPRESSED else b""
    return _Page([*held, ("Vary", "Accept-Encoding")], body, packed, sha256(body).hexdigest()[:32])


def _served(page: _Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body, headers, tag = page.form(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 NOT MODIFIED", [one for one in headers if one[0].lower() != "content-type"])
        return []
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
