"""Whatever arrives at the claimant's addresses, it is answered calmly: never with an error of ours."""

from __future__ import annotations

import string

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.visitor import DETAILS, Visitor

PATIENT = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.sampled_from(
    sorted({name for fields in DETAILS.values() for name in fields})
    + [
        "seen",
        "where",
        "country",
        "region",
        "city",
        "exposed",
        "add",
        "remove",
        "lead_roles",
        "email",
        "details",
    ]
    + [
        f"trades-{number}-{part}"
        for number in ("0", "1", "99999999999", "-1", "x")
        for part in ("on", "price", "side")
    ]
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=string.digits + "-.,$ ", max_size=20),
    st.sampled_from(
        [
            "KR",
            "US",
            "other",
            "y",
            "none",
            "retained",
            "0",
            "2025-09-01",
            "",
            "\x00",
            "\ud7ff",
            "%",
            "{{7*7}}",
        ]
    ),
)
FORMS = st.dictionaries(NAMES, st.lists(VALUES, min_size=1, max_size=3), max_size=8)


@PATIENT
@given(step=st.sampled_from([*DETAILS, "securities", "unknown"]), fields=FORMS, query=st.text(max_size=20))
def test_any_form_sent_to_any_step(
    patient_shareholder: Visitor, step: str, fields: dict[str, list[str]], query: str
) -> None:
    answer = patient_shareholder.client.post(
        f"/en/claim/details/{step}",
        query_string={"in": query, "next": query},
        data={"csrf_token": patient_shareholder.token, **fields},
    )
    assert answer.status_code in {200, 303, 404, 409, 422}
    shown = patient_shareholder.client.get(f"/en/claim/details/{step}", query_string={"in": query})
    assert shown.status_code in {200, 404} or (
        step == "joinder" and shown.location.endswith("/claim/joinder")
    )


@PATIENT
@given(raw=st.binary(max_size=200))
def test_any_bytes_sent_to_any_form(patient_shareholder: Visitor, raw: bytes) -> None:
    token = patient_shareholder.token.encode()
    for path in (
        "/en/claim/start",
        "/en/claim/code",
        "/en/claim/details/name",
        "/en/claim/withdraw/us",
        "/en/claim/enter",
    ):
        for kind in (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json",
        ):
            answer = patient_shareholder.client.post(
                path, data=b"csrf_token=" + token + b"&email=" + raw, content_type=kind
            )
            assert answer.status_code < 500, (path, kind)


@pytest.mark.parametrize("cookie", ["", "x", "é", "A" * 3900, "a\x01b", "null", "../../etc/passwd"])
def test_any_cookie(patient_site: Flask, cookie: str) -> None:
    stranger = Visitor(patient_site)
    for name in ("claim", "visit", "held"):
        stranger.client.set_cookie(name, cookie)
    assert stranger.get("/claim").status_code == 303
    assert stranger.get("/claim/start").status_code == 200
    assert stranger.get("/claim/code").status_code == 303
