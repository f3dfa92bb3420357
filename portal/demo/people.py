"""Invented people. Nobody here exists; addresses and contacts lead nowhere."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from portal.claims.particulars import Address, PersonName, Trade

SURNAMES = (
    ("김", "Kim", "金"),
    ("이", "Lee", "李"),
    ("박", "Park", "朴"),
    ("최", "Choi", "崔"),
    ("정", "Jung", "鄭"),
    ("강", "Kang", "姜"),
    ("윤", "Yoon", "尹"),
    ("임", "Lim", "林"),
    ("한", "Han", "韓"),
    ("서", "Seo", "徐"),
    ("남궁", "Namgung", "南宮"),
    ("뷁", "Bwelg", ""),
)
GIVEN = (
    ("민준", "Minjun", "民俊"),
    ("서연", "Seoyeon", "瑞姸"),
    ("도윤", "Doyun", ""),
    ("하은", "Haeun", ""),
    ("지호", "Jiho", "智浩"),
    ("수", "Su", "秀"),
    ("예린", "Yerin", ""),
    ("준서", "Junseo", ""),
    ("유나", "Yuna", ""),
    ("태현", "Taehyun", "泰賢"),
    ("다온", "Daon", ""),
    ("보라", "Bora", ""),
    ("가람", "Garam", ""),
    ("은채", "Eunchae", ""),
)
FOREIGN = (
    "Nguyễn Thị Ánh",
    "Aoife Ní Bhriain",
    "José Ángel Ñíguez",
    "Siobhán O'Brien",
    "Ólafur Ingólfsson",
    "Grace Okonkwo",
    "Marta Kowalska",
    "Jean-Luc d'Artagnan",
    "Priya Raghunathan",
    "Sam Rivera-Whitcombe",
)
ROADS = (
    ("서울특별시 종로구 새벽별로", "03001"),
    ("부산광역시 해운대구 물안개길", "48001"),
    ("대구광역시 수성구 느티나무로", "42001"),
    ("인천광역시 연수구 갈매기대로", "21901"),
    ("광주광역시 북구 무지개로", "61001"),
    ("경기도 성남시 분당구 은하수로", "13501"),
    ("제주특별자치도 제주시 오름길", "63001"),
)
US_TOWNS = (
    ("Fort Lee", "NJ", "07024"),
    ("Palisades Park", "NJ", "07650"),
    ("Flushing", "NY", "11354"),
    ("Los Angeles", "CA", "90005"),
    ("Duluth", "GA", "30096"),
)
HARMS = (
    "배송이 지연된다는 문자를 받고 링크를 눌렀습니다. 그 뒤로 모르는 번호에서 전화가 하루에 다섯 번 넘게 옵니다.",
    "공동현관 비밀번호가 유출되었다는 안내를 받고 집에 혼자 있기가 불안해졌습니다. "
    "비밀번호를 바꾸느라 관리사무소를 두 번 찾아갔습니다.",
    "카드 부정 사용 알림이라는 문자를 받았습니다. 은행에 확인하는 데 반나절이 걸렸습니다.",
    "",
    "I get three or four scam texts a day that name my street. I changed my number and lost old contacts.",
    "부모님 주소와 전화번호가 제 주소록에 있었습니다. 부모님께도 사칭 전화가 왔습니다.",
)


@dataclass(frozen=True)
class Invented:
    """One invented person and what they would answer."""

    name: PersonName
    language: str
    birth_date: date
    address: Address
    phone: str
    email: str
    harm: str
    answers: dict[str, str]
    trades: tuple[Trade, ...]

    @property
    def signed_name(self) -> str:
        """The name as this person would type it."""
        return self.name.shown(self.language)


def invent(number: int, rng: Random) -> Invented:
    """The ``number``-th invented person; the same seed gives the same people."""
    foreign = rng.random() < 0.12
    abroad = rng.random() < 0.15
    name, latin = _foreign_name(rng) if foreign else _korean_name(rng)
    shareholder = rng.random() < 0.12
    return Invented(
        name=name,
        language="en" if foreign or (abroad and rng.random() < 0.4) else "ko",
        birth_date=date(1946, 1, 1) + timedelta(days=rng.randrange(60 * 365)),
        address=_us_address(rng) if abroad else _korean_address(rng),
        phone=f"+1201555{number % 10000:04d}" if abroad else f"+82105550{number % 10000:04d}"[:13],
        email=f"{latin.split()[0].lower()}.{number}@mail.example",
        harm=rng.choice(HARMS),
        answers={},
        trades=_trades(rng) if shareholder else (),
    )


def scribble(rng: Random) -> tuple[tuple[tuple[float, float, float], ...], ...]:
    """A signature as somebody would draw it: some loops in two or three strokes."""
    strokes = []
    x, clock = rng.uniform(80, 200), 0.0
    for _stroke in range(rng.randint(2, 3)):
        y, points = rng.uniform(150, 250), []
        for _point in range(rng.randint(14, 26)):
            x, y = min(x + rng.uniform(4, 22), 960.0), min(max(y + rng.uniform(-55, 55), 40.0), 360.0)
            clock += rng.uniform(8, 20)
            points.append((round(x, 1), round(y, 1), round(clock, 1)))
        strokes.append(tuple(points))
        clock += 180.0
    return tuple(strokes)


def _korean_name(rng: Random) -> tuple[PersonName, str]:
    (surname, latin_surname, hanja_surname), (given, latin_given, hanja_given) = (
        rng.choice(SURNAMES),
        rng.choice(GIVEN),
    )
    hanja = hanja_surname + hanja_given if hanja_surname and hanja_given and rng.random() < 0.4 else ""
    passport = f"{latin_surname} {latin_given}".upper()
    return PersonName(hangul=surname + given, hanja=hanja, passport=passport), latin_given


def _foreign_name(rng: Random) -> tuple[PersonName, str]:
    name = rng.choice(FOREIGN)
    plain = "".join(
        character for character in name if (character.isascii() and character.isalpha()) or character == " "
    )
    return PersonName(passport=name), plain or "guest"


def _korean_address(rng: Random) -> Address:
    road, postcode = rng.choice(ROADS)
    flat = (
        f"{rng.randint(101, 120)}동 {rng.randint(1, 24)}0{rng.randint(1, 4)}호" if rng.random() < 0.7 else ""
    )
    return Address(country="KR", postcode=postcode, line1=f"{road} {rng.randint(1, 300)}", line2=flat)


def _us_address(rng: Random) -> Address:
    city, state, postcode = rng.choice(US_TOWNS)
    return Address(
        country="US",
        postcode=postcode,
        line1=f"{rng.randint(1, 900)} Lantern Avenue",
        line2=f"Apt {rng.randint(1, 30)}",
        city=city,
        region=state,
    )


def _trades(rng: Random) -> tuple[Trade, ...]:
    first = date(2025, 8, 6) + timedelta(days=rng.randrange(90))
    bought = Decimal(rng.randrange(10, 900))
    trades = [Trade(on=first, side="buy", quantity=bought, price=Decimal("27.15"), account="brokerage")]
    if rng.random() < 0.6:
        trades.append(
            Trade(
                on=date(2025, 12, 17),
                side="sell",
                quantity=bought / 2,
                price=Decimal("24.02"),
                account="brokerage",
            )
        )
    return tuple(trades)
