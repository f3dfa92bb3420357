"""Whatever arrives, at any address, from anybody who may come in there: never an error of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.web.house import PEOPLE, Visit
from tests.web.test_edges import PUBLIC, admitted

LONG = "x가" * 25_000  # 100 kB as UTF-8
VALUES = (
    "",
    "\x00",
    "\ud7ff\U0010ffff",
    "' OR 1=1 --",
    "{{7*7}}",
    "-1",
    "9" * 400,
    "2025-02-30",
    "NaN",
    "１９８７",
)
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
BODIES = {
    "bytes as a form": (bytes(range(256)) * 4, FORM),
    "broken escapes": (b"%ff%fe=%zz&&&=&a=%&%00=%00", FORM),
    "another charset": ("이름=홍길동".encode("euc-kr"), FORM + "; charset=euc-kr"),
    "an unknown charset": (b"name=x", FORM + "; charset=no-such-charset"),
    "UTF-16": ("name=홍길동".encode("utf-16"), "text/plain; charset=utf-16"),
    "JSON": (b'{"name": [[[[', "application/json"),
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "parts that never end": (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n", PARTS),
    "a part without a name": (b"--x\r\nContent-Type: a/b\r\n\r\nx\r\n--x--\r\n", PARTS),
    "a file without a name": (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\nx\r\n--x--\r\n',
        PARTS,
    ),
    "a thousand fields": ("&".join(f"f{n}=1" for n in range(1000)).encode(), FORM),
}  # fmt: skip
QUERIES = (
    "?%ff=%fe&a[]=1&a=1&a=2",
    "?before=x&next=//evil.example&in=%00",
    f"?text={quote(LONG[:500])}&state=%F0%9F",
)
SEGMENTS = (
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "x" * 3_000,
    quote("홍길동"),
    "-1",
    "{{7*7}}",
    "' OR 1=1",
    "con",
)
PLACES = (
    "/ko/check/{}",
    "/en/claim/details/{}",
    "/ko/claim/read/{}",
    "/ko/claim/packets/{}.pdf",
    "/ko/claim/evidence/{}",
    "/ko/claim/withdraw/{}",
    "/staff/claims/{}",
    "/staff/batches/{}",
    "/static/{}",
    "/{}",
    "/ko/{}",
    "/xx/{}",
)
LAST = ("/sign-out", "/claim/delete", "/withdraw/kr", "/remove")  # after these there is less left to knock at


CONTROL = re.compile(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"')
FORM_OF_PAGE = re.compile(r'<form [^>]*method="post"(?: action="([^"]+)")?.*?</form>', re.DOTALL)


def visitors(visit: Visit, method: str, turn: int | None = None) -> Iterator[tuple[str, str, FlaskClient]]:
    """Each address that takes the method, with those who may come in there; public ones as two kinds of people.

    With ``turn`` one of them only, another in each turn: over some turns everybody was everywhere.
    """
    clients = {who: visit.as_(who) for who in PEOPLE}
    places = sorted(visit.addresses(method), key=lambda one: one[1].endswith(LAST))
    for number, (endpoint, path) in enumerate(places):
        people = PEOPLE[:2] if endpoint in PUBLIC else PEOPLE
        let_in = [who for who in people if admitted(endpoint, path, who, visit.house)]
        if turn is not None and let_in:
            let_in = [let_in[(turn + number) % len(let_in)]]
        for who in let_in:
            yield who, path, clients[who]


@pytest.fixture(scope="module")
def field_names(visit: Visit) -> list[str]:
    """Every name that a field of any page has, and some that none has."""
    pages = [client.get(path) for _who, path, client in visitors(visit, "GET")]
    found = {name for page in pages if page.mimetype == "text/html" for name in CONTROL.findall(page.text)}
    assert {"email", "hangul", "given", "reason", "tracks"} <= found
    return [*sorted(found - {"csrf_token"}), "__class__", "trades-99999999-on", "birth-", "files"]


@pytest.mark.parametrize("kind", BODIES)
def test_any_body(own_visit: Visit, kind: str) -> None:
    body, content_type = BODIES[kind]
    for who, path, client in visitors(own_visit, "POST", list(BODIES).index(kind)):
        headers = {"X-CSRFToken": own_visit.token(client)}
        answer = client.post(path, data=body, content_type=content_type, headers=headers)
        assert answer.status_code < 500, f"{path} as {who}: {answer.status_code}"


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_any_value_in_every_field(own_visit: Visit, field_names: list[str], value: str) -> None:
    form = dict.fromkeys(field_names, value)
    for who, path, client in visitors(own_visit, "POST", VALUES.index(value)):
        answer = client.post(path, data={**form, "csrf_token": own_visit.token(client)})
        assert answer.status_code < 500, f"{path} as {who}: {answer.status_code}"
        assert value != "{{7*7}}" or "49" not in re.findall(r">\s*(49)\s*<", answer.text)


def test_a_hundred_kilobytes_in_each_field(own_visit: Visit) -> None:
    forms = 0
    for who, path, client in visitors(own_visit, "GET"):
        page = client.get(path)
        for form in FORM_OF_PAGE.finditer(page.text if page.mimetype == "text/html" else ""):
            action = unescape(form[1] or path)
            names = [name for name in dict.fromkeys(CONTROL.findall(form[0])) if name != "csrf_token"]
            if action.endswith(LAST) or not names:
                continue
            token = own_visit.token(client)
            forms += 1
            for name in names:
                answer = client.post(
                    action, data={"csrf_token": token, **dict.fromkeys(names, "1"), name: LONG}
                )
                assert answer.status_code < 500, f"{action} as {who}, {name}: {answer.status_code}"
    assert forms > 15


def test_every_field_twice_and_three_times(own_visit: Visit, field_names: list[str]) -> None:
    form = {name: ["yes", "", "no"] for name in field_names}
    for who, path, client in visitors(own_visit, "POST"):
        answer = client.post(path, data={**form, "csrf_token": [own_visit.token(client)] * 2})
        assert answer.status_code < 500, f"{path} as {who}: {answer.status_code}"


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_any_query(visit: Visit, query: str) -> None:
    for who, path, client in visitors(visit, "GET"):
        answer = client.get(path + query, headers={"Accept-Language": "\x7f,,;q=x, ko-" + "a" * 500})
        assert answer.status_code < 500, f"{path} as {who}: {answer.status_code}"
        assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("place", PLACES)
def test_any_address(visit: Visit, place: str) -> None:
    for who in PEOPLE:
        client = visit.as_(who)
        for segment in SEGMENTS:
            answer = client.get(place.format(segment))
            assert answer.status_code < 500, f"{place} with {segment[:20]} as {who}: {answer.status_code}"


@pytest.mark.parametrize("cookie", ["claim", "staff", "visit", "held", "session"])
def test_any_cookie(visit: Visit, cookie: str) -> None:
    for value in ("", "x", "\xe9", "A" * 3_900, "null", ".eJw.broken", "W10=", visit.house.cookies["kr"][1]):
        client = visit.as_("stranger")
        client.set_cookie(cookie, value)
        for path in (
            "/ko/",
            "/ko/check",
            "/ko/claim",
            "/ko/claim/start",
            "/ko/claim/code",
            "/staff/",
            "/staff/code",
        ):
            answer = client.get(path)
            assert answer.status_code < 500, f"{path}: {answer.status_code}"
            if (cookie, value) != ("staff", visit.house.cookies["kr"][1]) and path in (
                "/ko/claim",
                "/staff/",
            ):
                assert answer.status_code == 303
