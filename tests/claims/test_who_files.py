"""Claims that others sign for: minors with their parents, wards, heirs, companies. Through the real application."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from portal.claims.models import Consent, Signature
from portal.packets.models import Packet
from tests.claims.families import FATHER, MOTHER, acts_of, draft_of, joined, state_of, told
from tests.conftest import Clock


def test_two_parents_sign_one_after_the_other_each_by_a_contact_of_their_own(site: Flask, clock: Clock) -> None:
    mother = draft_of(site, "child")
    mother.read_and_sign("김하늘")
    page = mother.get("/claim").text
    assert "서명하셨습니다" in page and "이바다" in page
    assert state_of(mother) == "draft"
    with mother.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Packet)) == 0
    assert told(mother, FATHER) == ["party-invited"]

    clock.now += timedelta(minutes=5)
    father = joined(site, FATHER)
    assert "김새싹" in father.get("/claim/joined").text
    father.read_and_sign("이바다")
    assert state_of(mother) == "submitted"
    acts = acts_of(mother)
    assert [(act.signer, act.capacity, act.signer_name) for act in acts] == [
        ("r1", "parent", "김하늘"),
        ("r2", "parent", "이바다"),
    ]
    assert [act.contacts[0].value for act in acts] == [MOTHER, FATHER]
    assert {one.document: one.shown for one in acts[0].readings} == {
        one.document: one.shown for one in acts[1].readings
    }
    with mother.runtime.database.reading() as session:
        assert [one.complete for one in session.scalars(sa.select(Signature).order_by(Signature.id))] == [False, True]
        assert session.scalar(sa.select(sa.func.count()).select_from(Packet)) >= 1
        assert set(session.scalars(sa.select(Consent.party))) == {"r1", "r2"}
    assert told(mother, MOTHER)[-2:] == ["party-signed", "all-signed"]
    assert told(mother, FATHER) == ["party-invited", "party-done"]
