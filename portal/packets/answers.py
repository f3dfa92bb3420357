"""What the public page says of a packet, in plain words: each answer's sentence, its meaning, and its colour."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.packets.standing import Answer, Standing

KINDS = {
    Answer.CURRENT: "good",
    Answer.RECEIPT: "good",
    Answer.HANDED_IN: "good",
    Answer.SUPERSEDED: "wait",
    Answer.WITHDRAWN: "wait",
    Answer.NO_LONGER_KEPT: "wait",
    Answer.UNSEALED: "wait",
    Answer.PAPER: "wait",
    Answer.UNRECORDED: "wait",
    Answer.CHANGED: "bad",
    Answer.NOT_OURS: "bad",
    Answer.UNREADABLE: "bad",
    Answer.UNKNOWN: "bad",
}
"""The tag that each answer is shown with."""


def word(standing: Standing) -> str:
    """The answer in a word or two."""
    if standing.genuine:
        return _("Genuine") if standing.verdict else _("On record")
    return {
        Answer.UNSEALED: _("Not sealed yet"),
        Answer.PAPER: _("A form"),
        Answer.UNRECORDED: _("Not on record"),
        Answer.CHANGED: _("Changed"),
        Answer.NOT_OURS: _("Not ours"),
        Answer.UNREADABLE: _("Unreadable"),
        Answer.UNKNOWN: _("Unknown"),
    }[standing.answer]


def headline(standing: Standing) -> str:
    """The answer as one sentence. Of a code it says what stands on record, for no file was seen."""
    return _of_file(standing) if standing.verdict else _of_code(standing)


def meaning(standing: Standing) -> str:
    """What the answer means for somebody who wants to rely on the packet."""
    return {
        Answer.CURRENT: _("Nothing has taken its place, and it was not withdrawn."),
        Answer.SUPERSEDED: _(
            "The same person has signed anew since. Ask for the later revision before you rely on this one."
        ),
        Answer.WITHDRAWN: _(
            "The person has withdrawn. This packet proves what was signed, not that it still holds."
        ),
        Answer.RECEIPT: _("It proves that the person withdrew from this law firm's action."),
        Answer.HANDED_IN: _(
            "It proves what was received and when. It does not say that the law firm has accepted the claim."
        ),
        Answer.NO_LONGER_KEPT: _(
            "The claim was erased, and the firm can no longer open it. Ask the firm before you rely on this packet."
        ),
        Answer.UNSEALED: _("It was signed, and its packet is being made. Ask again in a little while."),
        Answer.PAPER: _(
            "It was printed to be signed in ink. The form alone proves nothing: the sealed packet made from it "
            "bears a code of its own."
        ),
        Answer.UNRECORDED: _(
            "The seal is ours and nothing was changed, but this site's record does not know the file. Ask the law "
            "firm before you rely on it."
        ),
        Answer.CHANGED: _(
            "Do not rely on it. Even printing into a new PDF or saving with another program changes a file: ask for "
            "the file as it was downloaded."
        ),
        Answer.NOT_OURS: _(
            "It carries no seal of ours. It may be a printed or scanned copy, or a file of somebody else: ask for "
            "the file as it was downloaded."
        ),
        Answer.UNREADABLE: _(
            "It is not a PDF, is damaged, or asks for more than a packet ever needs. Nothing can be said of it."
        ),
        Answer.UNKNOWN: _(
            "The code is well formed, but it was never given to a packet. Compare it with the cover once more; if it "
            "is the same, do not rely on that document."
        ),
    }[standing.answer]


def level(name: str) -> str:
    """How long and by whose clock a seal can be proved."""
    return {
        "B-B": _("the firm's seal"),
        "B-T": _("the firm's seal, with the time of an independent authority"),
        "B-LTA": _("the firm's seal, with times and proofs kept for the long term"),
    }.get(name, name)


def edition(kind: str) -> str:
    """What a state of a packet's file was made for."""
    return {
        "sealed": _("as sealed"),
        "countersigned": _("with counsel's countersignature"),
        "extended": _("with a later timestamp"),
    }.get(kind, kind)


def _of_file(standing: Standing) -> str:
    return {
        Answer.CURRENT: _("This packet is genuine and current."),
        Answer.SUPERSEDED: _(
            "This packet is genuine, but revision %(number)s has replaced it.", number=standing.by
        ),
        Answer.WITHDRAWN: _("This packet is genuine, but it was withdrawn."),
        Answer.RECEIPT: _("This receipt of a withdrawal is genuine."),
        Answer.HANDED_IN: _("This receipt of a claim is genuine."),
        Answer.NO_LONGER_KEPT: _("This packet is genuine, but the firm no longer keeps this claim."),
        Answer.UNSEALED: _("This packet is not sealed yet."),
        Answer.UNRECORDED: _("The seal is ours, but the file is not on record."),
        Answer.CHANGED: _("This file was changed after it was sealed."),
        Answer.NOT_OURS: _("This file is not a packet of ours."),
        Answer.UNREADABLE: _("This file cannot be read."),
    }[standing.answer]


def _of_code(standing: Standing) -> str:
    return {
        Answer.CURRENT: _("The packet with this code is current."),
        Answer.SUPERSEDED: _(
            "The packet with this code was replaced by revision %(number)s.", number=standing.by
        ),
        Answer.WITHDRAWN: _("The packet with this code was withdrawn."),
        Answer.RECEIPT: _("The receipt of a withdrawal has this code."),
        Answer.HANDED_IN: _("The receipt of a claim has this code."),
        Answer.NO_LONGER_KEPT: _(
            "The packet with this code was genuine; the firm no longer keeps its claim."
        ),
        Answer.UNSEALED: _("The packet with this code is not sealed yet."),
        Answer.PAPER: _("This is the code of a printed form, not of a packet."),
        Answer.UNKNOWN: _("No packet has this code."),
    }[standing.answer]
