"""The claim's pages about the case: account, harm, other lawyers, and trades in shares."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, RadioField, SelectField
from wtforms.validators import InputRequired

from portal.claims.exposed import exposed_choices
from portal.claims.fields import (
    Checked,
    Email,
    Phone,
    amount,
    date_parts,
    parts_of,
    shown_phone,
    today,
    written_date,
)
from portal.claims.forms import StepForm
from portal.claims.models import Claim
from portal.claims.particulars import AccountFacts, OtherCounsel, Particulars, Securities, Trade
from portal.matters.matter import Matter
from portal.web import language
from portal.web.typed import Line, Lines, Several, refuse

FIRST_TRADE = date(1990, 1, 1)
MOST_TRADES = 100


class AccountForm(StepForm):
    """The account with the defendant, and what its notice said."""

    email = Line(_l("E-mail address of the account"), [Email()], longest=254)
    phone = Line(_l("Phone number of the account"), [Phone()], longest=40)
    noticed = date_parts(_l("When did the notice arrive?"))
    exposed = Several(_l("Which data did the notice name?"))
    phone_country = ""

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.exposed.choices = [
            (code, text[language.current()]) for code, text in exposed_choices(matter).items()
        ]
        self.phone_country = claim.residence or ""

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        account = particulars.account or AccountFacts()
        return {
            "email": account.email,
            "phone": shown_phone(account.phone) if account.phone else "",
            "noticed": parts_of(account.noticed_on),
            "exposed": list(account.exposed),
        }

    def apply(self, particulars: Particulars) -> Particulars:
        said = {
            "email": "" if self.email.data == particulars.email else self.email.data,
            "phone": getattr(self, "numbers", {}).get("phone", ""),
            "noticed_on": self.noticed.form.value,
            "exposed": tuple(self.exposed.data or ()),
        }
        account = (particulars.account or AccountFacts()).model_copy(update=said)
        return particulars.model_copy(update={"account": account})


class HarmForm(StepForm):
    """What happened, in the claimant's own words; nobody has to write anything."""

    harm = Lines(_l("What happened to you?"), longest=2000)

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        return {"harm": particulars.account.harm if particulars.account else ""}

    def apply(self, particulars: Particulars) -> Particulars:
        account = (particulars.account or AccountFacts()).model_copy(update={"harm": self.harm.data or ""})
        return particulars.model_copy(update={"account": account})


class OtherForm(StepForm):
    """Another lawyer, a voucher, a release: what could touch this claim."""

    lawyer = RadioField(
        _l("Another lawyer or suit"),
        [InputRequired(_l("Choose an answer."))],
        choices=[
            ("none", _l("No other lawyer and no other suit")),
            ("consulted", _l("I asked a lawyer, but retained nobody")),
            ("retained", _l("I retained a lawyer or joined another suit")),
        ],
    )
    details = Line(_l("Which lawyer or suit?"), longest=300)
    voucher = RadioField(
        _l("Compensation voucher"),
        [InputRequired(_l("Choose an answer."))],
        choices=[
            ("none", _l("I got none")),
            ("unused", _l("I got one and have not used it")),
            ("used", _l("I used it, in whole or in part")),
        ],
    )
    release = RadioField(
        _l("Agreement not to claim"),
        [InputRequired(_l("Choose an answer."))],
        choices=[
            ("none", _l("I agreed to nothing of the kind")),
            ("unsure", _l("I am not sure")),
            ("signed", _l("I signed or clicked such an agreement")),
        ],
    )

    def validate_details(self, field: Line) -> None:
        if self.lawyer.data == "retained" and not field.data:
            raise refuse(_("Name the lawyer or the suit, so that nobody represents you twice."))

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        return particulars.other.model_dump() if particulars.other else {}

    def apply(self, particulars: Particulars) -> Particulars:
        details = self.details.data if self.lawyer.data != "none" else ""
        other = OtherCounsel(
            lawyer=self.lawyer.data, details=details, voucher=self.voucher.data, release=self.release.data
        )
        return particulars.model_copy(update={"other": other})


class TradeForm(Form):
    """One purchase or sale; a row left empty is no trade."""

    on = Checked(_l("Date"), 20)
    side = SelectField(_l("Bought or sold"), choices=[("buy", _l("Bought")), ("sell", _l("Sold"))])
    quantity = Checked(_l("Number of shares"), 20)
    price = Checked(_l("Price a share (USD)"), 20)
    account = Line(_l("Kind of account"), longest=40)

    @property
    def blank(self) -> bool:
        """Whether nothing was entered into the row."""
        return not (self.on.data or self.quantity.data or self.price.data)

    def validate_on(self, field: Checked) -> None:
        found = written_date(field.data or "")
        if not self.blank and (found is None or not FIRST_TRADE <= found <= today()):
            raise refuse(_("Enter the date of the trade, like 2025-09-01."))

    def validate_quantity(self, field: Checked) -> None:
        if not self.blank and amount(field.data or "") is None:
            raise refuse(_("Enter the number of shares, like 100 or 12.5."))

    def validate_price(self, field: Checked) -> None:
        if not self.blank and amount(field.data or "") is None:
            raise refuse(_("Enter the price of one share in US dollars, like 28.16."))

    def trade(self) -> Trade:
        """The trade of a valid row that is not blank."""
        return Trade(
            on=written_date(self.on.data),
            side=self.side.data,
            quantity=amount(self.quantity.data),
            price=amount(self.price.data),
            account=self.account.data or "",
        )


class SecuritiesForm(StepForm):
    """Every trade in the class period, and lead roles sought, 15 U.S.C. 78u-4(a)(2)(A)(iv) and (v)."""

    trades = FieldList(FormField(TradeForm), min_entries=1, max_entries=MOST_TRADES)
    lead_roles = Lines(_l("Lead roles in other cases"), longest=1000)

    def validate_trades(self, field: FieldList) -> None:
        if all(entry.form.blank for entry in field):
            raise refuse(_("Enter at least one purchase."))
        if not any(entry.form.side.data == "buy" for entry in field if not entry.form.blank):
            raise refuse(_("Enter at least one purchase."))

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        held = particulars.securities or Securities()
        rows = [
            {
                "on": trade.on.isoformat(),
                "side": trade.side,
                "quantity": f"{trade.quantity.normalize():f}",
                "price": f"{trade.price.normalize():f}",
                "account": trade.account,
            }
            for trade in held.trades
        ]
        return {"trades": rows, "lead_roles": held.lead_roles}

    def apply(self, particulars: Particulars) -> Particulars:
        trades = [entry.form.trade() for entry in self.trades if not entry.form.blank]
        trades.sort(key=lambda trade: trade.on)
        held = Securities(trades=tuple(trades), lead_roles=self.lead_roles.data or "")
        return particulars.model_copy(update={"securities": held})

    def rearrange(self, add: bool, remove: int | None) -> None:
        """Give the page one row more, or take one away; nothing is saved by it."""
        rows = [entry.data for entry in self.trades]
        if remove is not None and 0 <= remove < len(rows):
            del rows[remove]
        if add and len(rows) < MOST_TRADES:
            rows.append({})
        while self.trades.entries:
            self.trades.pop_entry()
        for row in rows or [{}]:
            self.trades.append_entry(row)
