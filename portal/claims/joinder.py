"""Joining two suits: what a claimant declared, what of it goes together with which track, and what stops signing.

The matter's joinder.toml asks and says why; here its rules meet the answers. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.claims.models import Claim
from portal.claims.particulars import Joinder, Particulars
from portal.claims.states import ClaimState
from portal.eligibility.rules import visible_questions
from portal.matters.joinder import Fit, JoinderOption, JoinderQuestion, JoinderRule
from portal.matters.matter import Matter
from portal.matters.model import Track
from portal.matters.questions import Option, Question

__all__ = ["Blocked", "Cell", "Contradiction", "Declared", "Fit", "JoinderMap", "Row"]


@dataclass(frozen=True)
class Declared:
    """One question with what was answered, and the words beside it."""

    question: JoinderQuestion
    option: JoinderOption
    details: str = ""

    @property
    def lacks_details(self) -> bool:
        """Whether words are needed beside the answer and are missing."""
        return self.option.details_needed and not self.details


@dataclass(frozen=True)
class Cell:
    """How one track goes together with one thing, and why: worst first, empty where nothing is said."""

    track: Track
    fit: Fit
    reasons: tuple[JoinderRule, ...] = ()


@dataclass(frozen=True)
class Row:
    """One thing declared with its cell for each track; `declared` is None in the row of the tracks themselves."""

    declared: Declared | None
    cells: tuple[Cell, ...]

    @property
    def fit(self) -> Fit:
        """The worst of its cells."""
        return _worst(cell.fit for cell in self.cells)

    @property
    def reasons(self) -> tuple[tuple[JoinderRule, tuple[Track, ...]], ...]:
        """Each reason once, worst first, with the tracks that it is about."""
        found: dict[str, tuple[JoinderRule, list[Track]]] = {}
        for cell in self.cells:
            for rule in cell.reasons:
                found.setdefault(rule.id, (rule, []))[1].append(cell.track)
        ordered = sorted(found.values(), key=lambda pair: -pair[0].outcome.rank)
        return tuple((rule, tuple(tracks)) for rule, tracks in ordered)


@dataclass(frozen=True)
class JoinderMap:
    """A person's map: tracks by what was declared, and how each track stands in all.

    `rows` are the things declared, the worst first; `nothing` are the questions whose answer declares nothing.
    """

    tracks: tuple[Track, ...]
    rows: tuple[Row, ...]
    nothing: tuple[Declared, ...]

    def standing(self, track_id: str) -> Fit:
        """The worst that is said of a track."""
        return _worst(cell.fit for row in self.rows for cell in row.cells if cell.track.id == track_id)

    def within(self, jurisdiction: str) -> JoinderMap:
        """The map with the tracks of one jurisdiction only: what its counsel see of it.

        How the tracks go with each other is left out: whether another office acts is not theirs to know.
        """
        rows = tuple(
            Row(row.declared, tuple(cell for cell in row.cells if cell.track.jurisdiction == jurisdiction))
            for row in self.rows
            if row.declared
        )
        tracks = tuple(track for track in self.tracks if track.jurisdiction == jurisdiction)
        return JoinderMap(tracks, rows, self.nothing)

    @property
    def fit(self) -> Fit:
        """The worst of everything."""
        return _worst(row.fit for row in self.rows)


@dataclass(frozen=True)
class Blocked:
    """A track that cannot be signed for as long as the answers stand, with the rules that say so."""

    track: Track
    rules: tuple[JoinderRule, ...]


@dataclass(frozen=True)
class Contradiction:
    """An answer that cannot be true together with one of the eligibility check."""

    declared: Declared
    asked: Question
    answered: Option


def questions_for(matter: Matter, tracks: Iterable[str]) -> tuple[JoinderQuestion, ...]:
    """The questions that concern a claim on these tracks, in order; empty where the matter asks none."""
    chosen = frozenset(tracks)
    asked = matter.joinder.questions if matter.joinder else ()
    return tuple(one for one in asked if not one.tracks or not chosen.isdisjoint(one.tracks))


def asked(matter: Matter, tracks: Iterable[str], answers: Mapping[str, str]) -> tuple[JoinderQuestion, ...]:
    """The questions that these answers call for."""
    shown = {one.id for one in visible_questions(questions_for(matter, tracks), answers)}
    return tuple(one for one in questions_for(matter, tracks) if one.id in shown)


def declared(matter: Matter, tracks: Iterable[str], joinder: Joinder | None) -> tuple[Declared, ...]:
    """What was answered, question by question; answers that no longer count are left out."""
    said = joinder or Joinder()
    found = []
    for question in asked(matter, tracks, said.answers):
        option = question.option(said.answers.get(question.id, ""))
        if option:
            details = said.details.get(question.id, "") if option.details else ""
            found.append(Declared(question, option, details))
    return tuple(found)


def next_question(matter: Matter, tracks: Iterable[str], joinder: Joinder | None) -> JoinderQuestion | None:
    """The first question without an answer that counts, or without the words it needs; None when all is said."""
    chosen, said = tuple(tracks), joinder or Joinder()
    done = {one.question.id for one in declared(matter, chosen, said) if not one.lacks_details}
    return next((one for one in asked(matter, chosen, said.answers) if one.id not in done), None)


def complete(matter: Matter, claim: Claim, particulars: Particulars) -> bool:
    """Whether everything that the matter asks about other suits is answered."""
    return next_question(matter, claim.tracks, particulars.joinder) is None


def answered(
    matter: Matter, tracks: Iterable[str], joinder: Joinder | None, question_id: str, value: str, details: str
) -> Joinder:
    """The declaration with one answer put in, and without those that no longer count."""
    before, chosen = joinder or Joinder(), tuple(tracks)
    answers = {**before.answers, question_id: value}
    words = {**before.details, question_id: details}
    kept = declared(matter, chosen, Joinder(answers=answers, details=words))
    return Joinder(
        answers={one.question.id: one.option.value for one in kept},
        details={one.question.id: one.details for one in kept if one.details},
        matter_version=matter.version_label,
    )


def from_check(question: JoinderQuestion, check: Mapping[str, str]) -> JoinderOption | None:
    """The answer that says the same as the eligibility check did; None where the check says nothing of it."""
    said = check.get(question.check or "")
    return next((option for option in question.options if said and said in option.check), None)


def contradictions(
    matter: Matter, claim: Claim, particulars: Particulars, check: Mapping[str, str]
) -> tuple[Contradiction, ...]:
    """Where the declaration and the answers of the eligibility check cannot both be true."""
    asked_first = {question.id: question for question in matter.questions}
    found = []
    for one in declared(matter, claim.tracks, particulars.joinder):
        source = asked_first.get(one.question.check or "")
        said = source.option(check.get(source.id, "")) if source else None
        if source and said and said.value in one.option.against:
            found.append(Contradiction(one, source, said))
    return tuple(found)


def map_of(matter: Matter, claim: Claim, particulars: Particulars) -> JoinderMap | None:
    """The person's map; None where the matter has no rules for it."""
    if matter.joinder is None:
        return None
    chosen = frozenset(claim.tracks)
    tracks = tuple(track for track in matter.tracks if track.id in chosen)
    said = declared(matter, chosen, particulars.joinder)
    facts = {one.question.id: one.option.value for one in said}
    matching = [rule for rule in matter.joinder.rules if _holds(rule, facts)]
    rows = [Row(one, _cells(tracks, matching, one.question.id)) for one in said if not one.option.nothing]
    among = Row(None, _cells(tracks, matching, ""))
    if any(cell.reasons for cell in among.cells):
        rows.append(among)
    rows.sort(key=lambda row: -row.fit.rank)
    return JoinderMap(tracks, tuple(rows), tuple(one for one in said if one.option.nothing))


def blocking(matter: Matter, claim: Claim, particulars: Particulars) -> tuple[Blocked, ...]:
    """The tracks that cannot be signed for now. What is signed already is counsel's to look at: it blocks no more."""
    found = map_of(matter, claim, particulars)
    if found is None:
        return ()
    unsigned = {track for one in claim.engagements if one.state is ClaimState.DRAFT for track in one.tracks}
    blocked = []
    for track in found.tracks:
        cells = [cell for row in found.rows for cell in row.cells if cell.track.id == track.id]
        rules = tuple(rule for cell in cells for rule in cell.reasons if rule.outcome is Fit.BLOCKS)
        if rules and track.id in unsigned:
            blocked.append(Blocked(track, rules))
    return tuple(blocked)


def _cells(tracks: tuple[Track, ...], rules: list[JoinderRule], fact: str) -> tuple[Cell, ...]:
    present = {track.id for track in tracks}
    cells = []
    for track in tracks:
        own = [one for one in rules if _row_of(one) == fact and _is_about(one, track.id, present)]
        own.sort(key=lambda rule: -rule.outcome.rank)
        cells.append(Cell(track, _worst(rule.outcome for rule in own), tuple(own)))
    return tuple(cells)


def _row_of(rule: JoinderRule) -> str:
    return rule.when[0].fact if rule.when else ""


def _is_about(rule: JoinderRule, track: str, present: set[str]) -> bool:
    beside = not rule.beside or bool((present - {track}) & set(rule.beside))
    return track in rule.tracks and beside


def _holds(rule: JoinderRule, facts: Mapping[str, str]) -> bool:
    return all(condition.holds(facts.get(condition.fact)) for condition in rule.when)


def _worst(fits: Iterable[Fit]) -> Fit:
    return max(fits, key=lambda fit: fit.rank, default=Fit.FITS)
