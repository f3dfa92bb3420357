"""Invented people with what each of them tells the portal. Nobody here exists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from portal.claims.particulars import (
    AccountFacts,
    Address,
    Company,
    Deceased,
    Incident,
    Joinder,
    Money,
    OtherCounsel,
    Particulars,
    PersonName,
    Representative,
    Securities,
    Trade,
    VerifiedContact,
)

SIGNED = datetime(2026, 2, 3, 5, 5, 9, tzinfo=UTC)

MINJUN = Particulars(
    contacts=(
        VerifiedContact(
            kind="email", value="minjun.kim@mail.example", verified_at=SIGNED - timedelta(minutes=31)
        ),
    ),
    name=PersonName(hangul="김민준", hanja="金民俊", passport="KIM MINJUN"),
    birth_date=date(1988, 4, 17),
    address=Address(
        country="KR", postcode="06236", line1="서울특별시 강남구 테헤란로 152", line2="제12층 1203호(역삼동)"
    ),
    phone="+821012345678",
    account=AccountFacts(
        noticed_on=date(2025, 11, 29),
        harm="2025년 12월 2일부터 택배 배송 지연을 가장한 문자를 모두 일곱 번 받았습니다. "
        "문자에는 제 이름과 아파트 동·호수가 정확히 적혀 있었습니다. 공동현관 비밀번호를 바꾸었고, "
        "가족의 배송지 정보까지 알려졌을까 걱정되어 밤에 자주 깹니다.",
    ),
    other=OtherCounsel(),
)
JIWOO = Particulars(
    contacts=(
        VerifiedContact(
            kind="email", value="jiwoo.park@mail.example", verified_at=SIGNED - timedelta(minutes=44)
        ),
        VerifiedContact(kind="phone", value="+12015550123", verified_at=SIGNED - timedelta(minutes=40)),
    ),
    name=PersonName(hangul="박지우", passport="PARK JIWOO OLIVIA"),
    birth_date=date(1979, 10, 2),
    address=Address(
        country="US",
        postcode="07024",
        line1="1425 Palisade Avenue",
        line2="Apartment 9C",
        city="Fort Lee",
        region="NJ",
    ),
    phone="+12015550123",
    account=AccountFacts(
        email="jiwoo.olivia@mail.example",
        noticed_on=date(2025, 11, 30),
        harm="I ordered for my parents in Bundang with this account. Since the breach my mother has had four calls "
        "from people who knew her address and the door code, and she paid 480,000 won to one of them "
        "before she called me.",
    ),
    other=OtherCounsel(voucher="unused"),
    securities=Securities(
        trades=(
            Trade(
                on=date(2025, 8, 20),
                side="buy",
                quantity=Decimal("120"),
                price=Decimal("28.41"),
                account="Brokerage",
            ),
            Trade(
                on=date(2025, 10, 6),
                side="buy",
                quantity=Decimal("45.5"),
                price=Decimal("31.92"),
                account="Roth IRA",
            ),
            Trade(
                on=date(2025, 12, 17),
                side="sell",
                quantity=Decimal("60"),
                price=Decimal("23.8"),
                account="Brokerage",
            ),
        )
    ),
)


def _contact(kind: Literal["email", "phone"], value: str, minutes: int) -> VerifiedContact:
    return VerifiedContact(kind=kind, value=value, verified_at=SIGNED - timedelta(minutes=minutes))


_HOME = Address(
    country="KR", postcode="03925", line1="서울특별시 마포구 월드컵북로 396", line2="105동 1502호(상암동)"
)
_JOINDER = Joinder(
    answers={
        "lawyer": "none", "suit": "none", "mediation": "none", "release": "none", "voucher": "unused",
        "payment": "repaid",
    },
    details={"payment": "카드사에서 2025. 12. 20.에 소액결제 33,000원을 돌려받음"},
)  # fmt: skip
_DIARY = (
    Incident(
        id="i1",
        kind="smishing",
        on=date(2025, 12, 2),
        until=date(2025, 12, 9),
        text="택배 배송 지연을 가장한 문자를 네 번 받음. 이름과 동·호수가 적혀 있었음.",
        minutes=40,
        reported="KISA 118",
    ),
    Incident(
        id="i2",
        kind="money",
        on=date(2025, 12, 4),
        text="문자에 적힌 곳에서 소액결제 33,000원이 두 번 이루어짐. 한 번은 카드사가 돌려줌.",
        lost=Money(amount=Decimal("66000"), currency="KRW"),
        minutes=150,
        reported="경찰 112, 2025. 12. 5. 접수번호 2025-41872",
    ),
    Incident(
        id="i3",
        kind="entrance",
        on=date(2025, 12, 6),
        text="공동현관 비밀번호가 알려져 관리사무소에서 세대 전체의 번호를 바꿈.",
        minutes=60,
    ),
)
HAYUN = Particulars(
    contacts=(_contact("email", "seoyeon.lee@mail.example", 95),),
    name=PersonName(hangul="김하윤", hanja="金河潤", passport="KIM HAYUN"),
    birth_date=date(2013, 5, 21),
    address=_HOME,
    phone="+821023456789",
    account=AccountFacts(noticed_on=date(2025, 11, 30)),
    representatives=(
        Representative(
            id="r1",
            kind="parent",
            name=PersonName(hangul="이서연", passport="LEE SEOYEON"),
            birth_date=date(1984, 9, 3),
        ),
        Representative(
            id="r2",
            kind="parent",
            name=PersonName(hangul="김도현", passport="KIM DOHYUN"),
            birth_date=date(1982, 2, 14),
            invited="+821034567890",
            contact=_contact("phone", "+821034567890", 22),
        ),
    ),
    diary=_DIARY,
    joinder=_JOINDER,
)
SUMIN = Particulars(
    contacts=(_contact("email", "sumin.jung@mail.example", 35),),
    name=PersonName(hangul="정수민", passport="JUNG SUMIN"),
    birth_date=date(1985, 7, 8),
    address=_HOME,
    phone="+821045678901",
    account=AccountFacts(
        email="youngho.jung@mail.example",
        noticed_on=date(2025, 11, 29),
        harm="아버지는 2025년 11월 30일 저에게 통지 문자를 보여 주시며 걱정하셨습니다.",
    ),
    deceased=Deceased(
        name=PersonName(hangul="정영호", hanja="鄭永浩"),
        birth_date=date(1951, 1, 19),
        died_on=date(2025, 12, 28),
        relation="child",
        share_of=2,
        share_in=7,
    ),
    diary=_DIARY[:2],
    joinder=_JOINDER,
)
GARAM = Particulars(
    contacts=(_contact("email", "office@garam.example", 28),),
    address=Address(country="KR", postcode="34126", line1="대전광역시 유성구 대학로 99", line2="3층"),
    phone="+82428210000",
    account=AccountFacts(email="orders@garam.example", noticed_on=date(2025, 12, 1)),
    company=Company(
        name="주식회사 가람상회", name_latin="Garam Trading Co., Ltd.", registration="1234567891"
    ),
    representatives=(
        Representative(
            id="r1",
            kind="officer",
            name=PersonName(hangul="한지훈", passport="HAN JIHOON"),
            position="대표이사",
        ),
    ),
    diary=(
        _DIARY[1].model_copy(
            update={
                "id": "i1",
                "text": "거래처를 사칭한 전화를 받고 대금을 다른 계좌로 보냄.",
                "lost": Money(amount=Decimal("1850000"), currency="KRW"),
            }
        ),
    ),
    joinder=_JOINDER,
)
DONGSU = HAYUN.model_copy(
    update={
        "name": PersonName(hangul="윤동수", hanja="尹東洙"),
        "birth_date": date(1944, 3, 2),
        "representatives": (
            Representative(
                id="r1",
                kind="guardian",
                name=PersonName(hangul="윤미래", passport="YOON MIRAE"),
                birth_date=date(1976, 12, 1),
            ),
        ),
    }
)
PEOPLE: dict[str, Particulars] = {"minor": HAYUN, "heir": SUMIN, "company": GARAM, "represented": DONGSU}
"""A child of 12 with both parents, an heir, a company and a ward."""
ANSWERS = {
    "acting": "self",
    "residence": "kr",
    "account": "yes",
    "notice": "sms",
    "harm": "contact",
    "release": "none",
    "other_case": "none",
    "insider": "none",
    "shares": "none",
}
