"""The reference of `eligibility`: the rules of coupang-2025 as a programmer would write them out by hand.

Like the portal it answers every reason of every track, not only the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping

Decision = tuple[str, list[str]]
_OTHERS = ("child", "minor", "ward", "heir", "company")


def decide(answers: Mapping[str, str]) -> dict[str, Decision]:
    """Outcome and sorted reason codes of each track."""
    return {
        "kr-consumer": _korea(answers),
        "us-consumer": _consumer(answers),
        "us-securities": _securities(answers),
    }


def _worst(good: list[str], review: list[str], refused: list[str]) -> Decision:
    if refused:
        return "not_eligible", sorted(refused + review + good)
    if review:
        return "needs_review", sorted(review + good)
    if good:
        return "eligible", sorted(good)
    return "needs_review", ["incomplete"]


def _shared(answers: Mapping[str, str], prefix: str, review: list[str], refused: list[str]) -> None:
    """What the two consumer tracks ask alike: release, other case, insider."""
    release = answers.get("release")
    if release == "not_sure":
        review.append(f"{prefix}-release-unsure")
    elif release == "voucher":
        review.append(f"{prefix}-voucher")
    elif release == "terms":
        review.append(f"{prefix}-terms")
    elif release == "signed":
        refused.append(f"{prefix}-release-signed")
    other_case = answers.get("other_case")
    if other_case == "lawyer":
        review.append(f"{prefix}-other-lawyer")
    elif other_case == "not_sure":
        review.append(f"{prefix}-other-unsure")
    elif other_case == "joined":
        refused.append(f"{prefix}-other-joined")
    insider = answers.get("insider")
    if insider == "household":
        review.append(f"{prefix}-household")
    elif insider == "employee":
        review.append(f"{prefix}-employee")
    elif insider == "officer":
        refused.append(f"{prefix}-officer")


def _korea(answers: Mapping[str, str]) -> Decision:
    good: list[str] = []
    review: list[str] = []
    refused: list[str] = []
    account, acting, notice, harm = (answers.get(fact) for fact in ("account", "acting", "notice", "harm"))
    if account == "yes":
        good.append("kr-account-yes")
        if notice in ("sms", "email", "app"):
            good.append("kr-notice")
        if acting in ("self", "child"):
            good.append(f"kr-{acting}")
        if harm == "money":
            good.append("kr-harm-money")
        elif harm == "contact":
            good.append("kr-harm-contact")
        elif harm in ("worry", "none"):
            good.append("kr-harm-other")
    elif account == "not_sure":
        review.append("kr-account-unsure")
    elif account == "no":
        refused.append("kr-account-no")
    if notice == "none":
        review.append("kr-no-notice")
    if acting in ("minor", "ward", "heir", "company"):
        review.append(f"kr-{acting}")
    _shared(answers, "kr", review, refused)
    return _worst(good, review, refused)


def _consumer(answers: Mapping[str, str]) -> Decision:
    good: list[str] = []
    review: list[str] = []
    refused: list[str] = []
    account, acting, residence = (answers.get(fact) for fact in ("account", "acting", "residence"))
    if account == "yes":
        good.append("us-account-yes")
        if residence in ("kr", "us"):
            good.append("us-residence-known")
        if answers.get("notice") == "none":
            good.append("us-no-notice")
        if acting == "self":
            good.append("us-self")
    elif account == "not_sure":
        review.append("us-account-unsure")
    elif account == "no":
        refused.append("us-account-no")
    if residence == "elsewhere":
        review.append("us-residence-elsewhere")
    if acting in _OTHERS:
        review.append("us-represented")
    _shared(answers, "us", review, refused)
    return _worst(good, review, refused)


def _securities(answers: Mapping[str, str]) -> Decision:
    good: list[str] = []
    review: list[str] = []
    refused: list[str] = []
    shares, purchase, sale, insider = (
        answers.get(fact) for fact in ("shares", "purchase", "sale", "insider")
    )
    if shares == "direct" and purchase == "class" and sale == "held":
        good.append("securities-bought-and-held")
    if shares == "none":
        refused.append("securities-no-shares")
    elif shares == "not_sure":
        review.append("securities-shares-unsure")
    elif shares == "fund":
        review.append("securities-fund")
    if purchase == "earlier":
        review.append("securities-earlier-period")
    elif purchase == "outside":
        refused.append("securities-no-purchase")
    elif purchase == "not_sure":
        review.append("securities-purchase-unsure")
    if sale == "sold":
        review.append("securities-sold-early")
    elif sale == "not_sure":
        review.append("securities-sale-unsure")
    if shares in ("direct", "fund", "not_sure"):
        if answers.get("acting") in _OTHERS:
            review.append("securities-represented")
        if insider in ("household", "employee"):
            review.append("securities-household")
    if insider == "officer":
        refused.append("securities-officer")
    return _worst(good, review, refused)
