"""What a visitor's signed cookie carries between the questions and the claim: nothing that identifies anybody."""

from __future__ import annotations

from collections.abc import Iterable

from flask import session

from portal.eligibility.path import Path, find_path
from portal.matters.matter import Matter


def path(matter: Matter) -> Path:
    """Where this visitor stands; answers that the present version of the matter does not know are left out."""
    held = session.get("answers")
    known = held if isinstance(held, dict) else {}
    return find_path(matter.questions, {str(key): str(value) for key, value in known.items()})


def answer(matter: Matter, question_id: str, value: str) -> Path:
    """Keep an answer and drop those that it makes void. A choice of tracks made on other answers is dropped too."""
    before = path(matter).answers
    found = find_path(matter.questions, {**before, question_id: value})
    if dict(found.answers) != dict(before):
        session.pop("tracks", None)
    session["answers"] = dict(found.answers)
    session["matter_version"] = matter.hash
    return found


def choose(matter: Matter, tracks: Iterable[str]) -> None:
    """Keep the tracks to go on with, in the matter's order."""
    wanted = set(tracks)
    session["tracks"] = [track.id for track in matter.tracks if track.id in wanted]
    session["matter_version"] = matter.hash


def chosen() -> tuple[str, ...]:
    """The tracks chosen on the result page; none before that."""
    return tuple(session.get("tracks") or ())


def forget() -> None:
    """Start again."""
    for key in ("answers", "tracks", "matter_version"):
        session.pop(key, None)
