"""Somebody who walks through the questions without a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# An adult in Korea with an account and a notice, who never bought shares.
ORDINARY = {
    "acting": "self",
    "residence": "kr",
    "account": "yes",
    "notice": "sms",
    "harm": "contact",
    "release": "none",
    "other_case": "none",
    "insider": "none",
    "shares": "none",
}


class Visitor:
    """A browser without scripts; every form it sends carries the token of the page it stands on."""

    def __init__(self, client: FlaskClient, lang: str = "en") -> None:
        self.client = client
        self.lang = lang
        self.page = ""

    def get(self, path: str) -> TestResponse:
        """Open a page below the language, following redirects."""
        return self._remember(self.client.get(f"/{self.lang}{path}", follow_redirects=True))

    def post(self, path: str, **fields: str | Iterable[str]) -> TestResponse:
        """Send a form, without following where it leads."""
        data = {name: value if isinstance(value, str) else list(value) for name, value in fields.items()}
        return self._remember(
            self.client.post(f"/{self.lang}{path}", data={"csrf_token": self.token, **data})
        )

    def answer(self, **answers: str) -> None:
        """Answer question after question, each on its page."""
        for question, value in answers.items():
            self.get(f"/check/{question}")
            response = self.post(f"/check/{question}", answer=value)
            assert response.status_code == 303, f"{question}: {value} was refused"

    def visit(self) -> dict[str, object]:
        """What the signed cookie carries."""
        with self.client.session_transaction() as cookie:
            return dict(cookie)

    @property
    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        return found[1] if found else ""

    @property
    def heading(self) -> str:
        """The page's h1 as text."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page, re.DOTALL)
        return text_of(found[1]) if found else ""

    def _remember(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303):
            self.page = response.get_data(as_text=True)
        return response


def text_of(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page))).strip()
