"""The demo: invented people, through the services that pages call, and never among real ones."""

from random import Random

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.batches.models import Batch, Volume, VolumeState
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars
from portal.cli import main
from portal.demo import fill
from portal.demo.people import invent, scribble
from portal.fonts import undrawable
from portal.packets.forms import MIN_INK, ink
from portal.packets.models import Packet, PacketState
from portal.staff.demonstration import add_demo_staff
from tests.batches.claims import publish
from tests.conftest import ROOT


def test_claims_go_the_whole_way(runtime):
    publish(runtime)
    with runtime.database.transaction() as session:
        add_demo_staff(session, runtime.vault, runtime.clock())
    numbers = list(fill.fill(runtime, 6, seed=7))
    fill.settle(runtime, seed=7)
    with runtime.database.reading() as session:
        assert set(session.scalars(sa.select(Claim.number))) == set(numbers)
        assert set(session.scalars(sa.select(Packet.state))) == {PacketState.SEALED}
        assert "accepted" in set(session.scalars(sa.select(Engagement.state)))
        assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
        assert session.scalars(sa.select(Volume.state)).all() == [VolumeState.READY]


def test_the_same_seed_invents_the_same_people_and_others_others():
    first, again = ([invent(number, rng) for number in range(50)] for rng in (Random(3), Random(3)))
    assert first == again
    assert len({person.email for person in first}) == 50
    assert {person.language for person in first} == {"ko", "en"}


@pytest.mark.parametrize("seed", range(5))
def test_invented_people_can_be_printed_and_lead_nowhere(seed):
    rng = Random(seed)
    for number in range(40):
        person = invent(number, rng)
        assert not undrawable(person.name.hangul + person.name.hanja + person.name.passport + person.harm)
        assert person.email.endswith("@mail.example")
        assert Particulars(name=person.name, birth_date=person.birth_date, address=person.address)
        assert ink(scribble(rng)) > MIN_INK


def test_invented_claims_never_go_among_real_ones(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_ENV", "production")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "real"))
    answer = CliRunner().invoke(main, ["demo", "--claims", "1"])
    assert answer.exit_code != 0
    assert not (tmp_path / "real" / "portal.sqlite3").exists()


@pytest.mark.slow
def test_the_command_does_it_all_on_a_fresh_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(ROOT)
    answer = CliRunner().invoke(main, ["demo", "--claims", "2"])
    assert answer.exit_code == 0, answer.output
    assert "2 invented claims are in" in answer.output
