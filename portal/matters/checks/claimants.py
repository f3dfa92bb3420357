"""claimants.toml: kinds of claimant that eligibility, evidence and packets do not know, or that they leave out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.claimants import ClaimantsToml
from portal.matters.kinds import ACTING, kind_of
from portal.matters.model import EvidenceToml, PacketsToml, Question
from portal.matters.reading import plans


def findings(
    claimants: ClaimantsToml, evidence: EvidenceToml | None, questions: Sequence[Question] | None
) -> Iterator[Finding]:
    """Everything that the file contradicts. What could not be read elsewhere is told there."""
    yield from duplicates("kinds", "kind of claimant", [one.kind for one in claimants.kinds], key="kind")
    if evidence is not None:
        yield from _proofs(claimants, evidence)
    if questions is not None:
        yield from _answered(claimants, questions)


def _proofs(claimants: ClaimantsToml, evidence: EvidenceToml) -> Iterator[Finding]:
    known = {kind.id: kind for kind in evidence.kinds}
    for index, one in enumerate(claimants.kinds):
        path = ("kinds", index)
        named: list[tuple[tuple[str | int, ...], str]]
        named = [((*path, "proofs", place), proof) for place, proof in enumerate(one.proofs)]
        for place, exception in enumerate(one.exceptions):
            named.append(((*path, "exceptions", place, "proof"), exception.proof))
        for where, proof in named:
            kind = known.get(proof)
            if kind is None:
                yield Finding(where, f'"{proof}" is no kind of evidence in evidence.toml')
            elif not kind.authority:
                yield Finding(where, f'"{proof}" must be a kind with authority = true: it proves who acts')
        yield from duplicates(
            (*path, "exceptions"), "exception", [exception.id for exception in one.exceptions]
        )


def _answered(claimants: ClaimantsToml, questions: Sequence[Question]) -> Iterator[Finding]:
    acting = next((question for question in questions if question.id == ACTING), None)
    offered = {kind_of({ACTING: option.value}) for option in acting.options} if acting else {"self"}
    for index, one in enumerate(claimants.kinds):
        # Somebody under age is a minor whatever was answered, so minors need no answer of their own.
        if one.kind not in offered and one.kind != "minor":
            reason = f'no answer to "{ACTING}" in eligibility.toml leads to the kind "{one.kind}"'
            yield Finding(("kinds", index, "kind"), reason)
    for kind in sorted(offered - {one.kind for one in claimants.kinds}):
        reason = f'eligibility.toml offers claims of the kind "{kind}", which is not taken here'
        yield Finding(("kinds",), reason)


def document_findings(packets: PacketsToml, claimants: ClaimantsToml) -> Iterator[Finding]:
    """Documents for kinds of claimant that the matter does not take."""
    taken = {one.kind for one in claimants.kinds}
    for jurisdiction, plan in plans(packets):
        for index, document in enumerate(plan.documents):
            for kind in document.kinds:
                if kind not in taken:
                    reason = f'document "{document.id}" is for the kind "{kind}", which claimants.toml does not take'
                    yield Finding((jurisdiction, "documents", index, "kinds"), reason)
