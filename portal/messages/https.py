"""One request to a provider: over TLS, without redirects, with an end in sight."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from portal.messages.failures import MailNotSecured, MailUnreachable

TIMEOUT = 15  # seconds
LARGEST_ANSWER = 200_000  # bytes; answers are a few hundred


def get(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Status and body of the answer. Raises MailUnreachable and MailNotSecured."""
    return _ask("GET", url, None, headers)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """The same for a body."""
    return _ask("POST", url, body, headers)


def answer_of(status: int, body: bytes) -> dict[str, Any]:
    """What a provider says, in JSON. Raises MailUnreachable where it is overloaded, out of order or unreadable."""
    if status == 429 or status >= 500:
        raise MailUnreachable(f"the provider answers {status}")
    try:
        answer: dict[str, Any] = json.loads(body)
    except ValueError:
        raise MailUnreachable("the provider's answer is not JSON") from None
    return answer


def _ask(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
    split = urlsplit(url)
    host = split.hostname or ""
    if split.scheme != "https" and host not in ("127.0.0.1", "::1", "localhost"):
        raise MailNotSecured("a provider is spoken to over https only")
    path = split.path + (f"?{split.query}" if split.query else "")
    connection = (
        http.client.HTTPSConnection(host, split.port, timeout=TIMEOUT, context=ssl.create_default_context())
        if split.scheme == "https"
        else http.client.HTTPConnection(host, split.port, timeout=TIMEOUT)
    )
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise MailUnreachable("the provider does not answer") from error
    finally:
        connection.close()
