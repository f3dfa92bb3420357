"""The words for states, outcomes and other closed sets, each in one place."""

from flask import Flask
from flask_babel import gettext as _

PASSES_BY_ITSELF = frozenset({"key-missing", "timestamp", "disk-full", "storage"})
"""Codes of failures that end without anybody touching the claim: the packet is then made by itself."""


def install(app: Flask) -> None:
    """Make them filters in templates."""
    for function in (
        state_word,
        state_kind,
        outcome_word,
        outcome_kind,
        packet_word,
        packet_kind,
        failure_word,
        failure_remedy,
        certificate_word,
        flag_word,
        actor_word,
        country_word,
    ):
        app.jinja_env.filters[function.__name__] = function


def state_word(state: str) -> str:
    """An engagement's state in plain words."""
    return {
        "draft": _("Not signed yet"),
        "submitted": _("Received"),
        "in_review": _("In review"),
        "information_requested": _("Information requested"),
        "accepted": _("Accepted"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
        "filed": _("Filed"),
    }[str(state)]


def state_kind(state: str) -> str:
    """The tag a state is shown with."""
    kinds = {"accepted": "good", "filed": "seal", "declined": "bad", "withdrawn": "plain", "draft": "plain"}
    return kinds.get(str(state), "wait")


def outcome_word(outcome: str) -> str:
    """A decision's outcome, as staff call it."""
    return {
        "eligible": _("Eligible"),
        "needs_review": _("Needs review"),
        "not_eligible": _("Not eligible"),
    }.get(str(outcome), "–")


def outcome_kind(outcome: str) -> str:
    """The tag an outcome is shown with."""
    return {"eligible": "good", "needs_review": "wait", "not_eligible": "bad"}.get(str(outcome), "plain")


def packet_word(state: str) -> str:
    """A packet's state."""
    return {"pending": _("Being made"), "sealed": _("Sealed"), "failed": _("Failed")}.get(str(state), "–")


def packet_kind(state: str) -> str:
    """The tag a packet is shown with."""
    return {"pending": "wait", "sealed": "seal", "failed": "bad"}.get(str(state), "plain")


def certificate_word(standing: str) -> str:
    """How a certificate about the signer stands, such as 인감증명서."""
    return {
        "good": _("May be filed"),
        "undated": _("Date of issue missing"),
        "before-signing": _("Issued before signing"),
        "expired": _("Too old to be filed"),
        "future": _("Date of issue lies ahead"),
    }[str(standing)]


def failure_word(code: str) -> str:
    """Why a packet could not be made, or why its seal does not hold."""
    return {
        "glyph": _("A character of the name or address cannot be printed."),
        "corrupt-exhibit": _("A piece of evidence is damaged and cannot be placed."),
        "key-missing": _("The sealing key is missing or has expired."),
        "timestamp": _(
            "The timestamp authority gives no timestamp that can be used. The packet waits for it."
        ),
        "disk-full": _("There was no room to store the packet."),
        "storage": _("The store of sealed files did not take the packet."),
        "oversized": _("Something does not fit on a page."),
        "unreadable": _("The claim's sealed details cannot be opened."),
        "erased": _("The claim was erased."),
        "seal-broken": _("The stored file is not the one that was sealed, or its seal does not hold."),
        "file-missing": _("The stored file is gone."),
        "file-damaged": _("The stored file was damaged."),
    }.get(str(code), _("The packet could not be made (%(code)s).", code=code))


def ending_word(use: str, name: str, day: str) -> str:
    """That a certificate ends soon, and what is to be done."""
    return {
        "seal": _(
            "The certificate of the firm's seal (%(name)s) ends on %(day)s. The operator renews it in time; "
            "packets sealed so far stay valid.",
            name=name,
            day=day,
        ),
        "counsel": _(
            "The certificate of counsel (%(name)s) ends on %(day)s. The lawyer renews it in time; signatures "
            "given so far stay valid.",
            name=name,
            day=day,
        ),
        "timestamps": _(
            "The root certificate of the timestamp authority (%(name)s) ends on %(day)s. The operator has "
            "packets extended in time.",
            name=name,
            day=day,
        ),
    }[use]


def failure_remedy(code: str) -> str:
    """What staff do about it. The signature stands whatever has failed."""
    by_itself = _("Once that is mended the packet is made by itself.")
    restored = _(
        "Do not hand this packet out. The operator brings the file back from the backup; then check again."
    )
    return {
        "glyph": _(
            "Ask the claimant to write the name or address with other characters and to sign again; or have the "
            "operator add the character to the fonts, then try again."
        ),
        "corrupt-exhibit": _(
            "The operator brings the file back from the backup; then try again. If it is lost, ask the claimant to "
            "send it once more."
        ),
        "key-missing": _("The operator puts the key in its place, or renews it.") + " " + by_itself,
        "timestamp": _("If it lasts for a day, tell the operator.") + " " + by_itself,
        "disk-full": _("The operator makes room.") + " " + by_itself,
        "storage": _("The operator brings the store back.") + " " + by_itself,
        "oversized": _("Tell the operator the claim number: the layout has to be mended; then try again."),
        "unreadable": _("Tell the operator at once: an older keyring may be in place. Then try again."),
        "erased": _(
            "Nothing can be done, and nothing has to be: what was sealed was destroyed with the claim."
        ),
        "seal-broken": restored,
        "file-missing": restored,
        "file-damaged": restored,
    }.get(str(code), _("Tell the operator this reason and the claim number; then try again."))


def flag_word(flag: str) -> str:
    """What staff should notice about an engagement (``claims.flags``)."""
    return {
        "pair": _("Likely pair"),
        "doubt": _("Doubt"),
        "conflict": _("Conflict to settle"),
        "second_eyes": _("Second person needed"),
        "correction": _("Correction not confirmed"),
        "unconfirmed": _("Claimant has not confirmed"),
        "cure_late": _("Answer is late"),
        "of_age": _("Came of age"),
        "recall": _("To be recalled"),
    }.get(str(flag), str(flag))


def actor_word(kind: str) -> str:
    """Who acted."""
    return {"claimant": _("Claimant"), "staff": _("Staff"), "system": _("System")}.get(str(kind), str(kind))


def country_word(code: str) -> str:
    """A country's name in the reader's language."""
    from babel import Locale
    from flask_babel import get_locale

    return (get_locale() or Locale("en")).territories.get(code, code)
