"""What claimants.toml holds: which kinds of claimant a matter takes, who signs for each, and what proves it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from portal.matters.bilingual import Part, Text
from portal.matters.model import ClaimKind
from portal.matters.questions import Identifier

ALONE: tuple[ClaimKind, ...] = ("self", "heir")
"""Kinds that sign for themselves; the others are signed for by representatives."""


class ActingException(Part):
    """Why fewer sign than the rule asks for, or another than the parents, with the kind of evidence that proves it.

    `guardian`: who signs is a guardian appointed in the parents' place and not a parent.
    """

    id: Identifier
    text: Text
    proof: Identifier
    note: Text
    guardian: bool = False


class ClaimantKind(Part):
    """One kind of claimant.

    `lead` says at the beginning how such a claim goes. `signers` is how many representatives sign as a rule; kinds that
    sign for themselves have none. `proofs` are kinds of evidence that prove who acts; `lacking` says before signing
    what it means that one of them is not there yet.
    """

    kind: ClaimKind
    lead: Text
    signers: Annotated[int, Field(ge=0, le=2)] = 0
    proofs: tuple[Identifier, ...] = ()
    lacking: Text | None = None
    exceptions: tuple[ActingException, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.kind in ALONE and (self.signers or self.exceptions):
            raise ValueError(f'claimants of the kind "{self.kind}" sign for themselves')
        if self.kind not in ALONE and not self.signers:
            raise ValueError(f'somebody must sign for claimants of the kind "{self.kind}": signers is 1 or 2')
        if self.kind != "minor" and (self.signers == 2 or self.exceptions):
            raise ValueError("two signers and exceptions are for minors")
        if self.proofs and self.lacking is None:
            raise ValueError("proofs need lacking, which says what follows while one is missing")
        return self

    @property
    def all_proofs(self) -> tuple[str, ...]:
        """Every kind of evidence that may prove who acts, those of the exceptions included; each once."""
        return tuple(dict.fromkeys((*self.proofs, *(one.proof for one in self.exceptions))))

    def exception(self, exception_id: str) -> ActingException | None:
        """The exception with this id, None where there is none."""
        return next((one for one in self.exceptions if one.id == exception_id), None)


ADULTS = ClaimantKind(kind="self", lead=Text(ko="본인이 신청합니다.", en="You take part for yourself."))


class ClaimantsToml(Part):
    """The whole of claimants.toml. A matter without the file takes adults who act for themselves."""

    kinds: Annotated[tuple[ClaimantKind, ...], Field(min_length=1)] = (ADULTS,)

    def kind(self, name: str) -> ClaimantKind | None:
        """The kind of that name, None where the matter does not take it."""
        return next((one for one in self.kinds if one.kind == name), None)
