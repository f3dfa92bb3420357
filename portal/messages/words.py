"""Kinds, states and failures of messages in the reader's words."""

from flask_babel import gettext as _

from portal.messages.models import OutboxMessage


def kind_word(kind: str) -> str:
    """What a message is about."""
    return {
        "code": _("Code"),
        "received": _("Claim received"),
        "packets-ready": _("Documents ready"),
        "information-requested": _("Information requested"),
        "accepted": _("Claim accepted"),
        "countersigned": _("Signed by counsel"),
        "declined": _("Claim declined"),
        "decided-in-part": _("Accepted in part"),
        "correction": _("Correction to confirm"),
        "withdrawn": _("Claim withdrawn"),
        "counsel-withdrawn": _("Withdrawal, to counsel"),
        "filed": _("Papers filed"),
        "letter": _("Letter from counsel"),
        "erasure-answer": _("Answer about erasure"),
        "party-invited": _("Invitation to sign"),
        "claim-prepared": _("Invitation to confirm what was taken in"),
        "party-signed": _("Another signer has signed"),
        "party-refused": _("A signer refused"),
        "party-sign-again": _("Request to sign again"),
        "party-done": _("All have signed, to a representative"),
        "all-signed": _("All have signed"),
        "of-age": _("The claimant has come of age"),
        "recovery-started": _("Recovery of the contact begun"),
        "recovery-done": _("Contact recovered"),
        "contact-changed": _("Contact changed"),
        "already-have-claim": _("There is a claim already"),
        "reminder-unfinished": _("Reminder: not finished"),
        "reminder-unsigned": _("Reminder: not signed"),
        "draft-ending": _("Warning before erasure"),
        "erased": _("Data erased"),
        "not-delivered": _("Another message did not arrive"),
        "digest": _("Digest to staff"),
    }.get(kind, kind)


def state_word(state: str) -> str:
    """How a message stands."""
    return {
        "queued": _("Waiting"),
        "sent": _("Sent"),
        "bounced": _("Came back"),
        "failed": _("Not sent"),
    }[state]


def state_kind(state: str) -> str:
    """The look of the tag that says so."""
    return {"queued": "wait", "sent": "good"}.get(state, "bad")


def reason_word(message: OutboxMessage) -> str:
    """Why it did not leave or arrive; empty where nothing is wrong."""
    code = message.error or ""
    words = {
        "": "",
        "unreachable": _("The mail server or provider does not answer. It is tried again for three days."),
        "not_set_up": _("The mail server or provider does not serve us. The operator has to look."),
        "not_secured": _(
            "The mail server offers no encryption, so nothing was sent. The operator has to look."
        ),
        "refused": _("Refused: there is no such address, or it takes no messages."),
        "stopped": _("Not tried: an earlier message to this address came back."),
        "too_late": _("Not sent: nobody could have used it any more."),
        "erased": _("Not sent: the data was erased."),
    }
    if code in words:
        return words[code]
    if code.startswith("4.") and message.state == "sent":
        return _("Delayed on its way (%(code)s).", code=code)
    if code.startswith(("5.0.", "5.1.")):
        return _("There is no such address (%(code)s).", code=code)
    if code == "5.2.2":
        return _("The mailbox is full (%(code)s).", code=code)
    if code.startswith("5.2."):
        return _("The mailbox takes no messages (%(code)s).", code=code)
    if code.startswith("5.7."):
        return _(
            "Their server refused our message, not the address (%(code)s). Tell the operator.", code=code
        )
    return _("It did not arrive (%(code)s).", code=code)
