"""Journeys of people for whom somebody else signs, who lost their way in, leave again, or only ask what is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portal.claims.jobs import recoveries
from tests.browser.fixtures import OpenPage
from tests.browser.look import axe, fits
from tests.claims.families import FATHER, FILLED, MOTHER
from tests.journeys.desk import Browsing, Desk, open_desk
from tests.visitor import ADULT_IN_KOREA, DETAILS

KOREA = ("kr-consumer",)
BOTH = ("kr-consumer", "us-consumer")
Sit = Callable[..., Browsing]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One portal for all of these people."""
    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture
def sit(desk: Desk, open_page: OpenPage) -> Sit:
    """``sit("ko", phone=True)``: somebody with a device of their own."""
    return lambda lang="ko", **device: Browsing(desk, open_page(lang, **device), lang)


def steps_of(acting: str, **changed: dict[str, str]) -> dict[str, dict[str, str]]:
    """What this kind of claimant types, step by step; a phone number of its own keeps the claims apart."""
    usual = {name: dict(fields) for name, fields in DETAILS.items() if name not in ("harm", "joinder")}
    del usual["address"]["where"]  # no field: the page's own address says it
    return {**usual, **FILLED.get(acting, {}), **changed}


def begun(at: Browsing, contact: str, acting: str, tracks: tuple[str, ...] = KOREA) -> None:
    at.answer_all({**ADULT_IN_KOREA, "acting": acting}, tracks)
    at.prove(contact)
    at.details(steps_of(acting))


def test_a_minor_and_two_parents_on_three_devices(desk: Desk, sit: Sit) -> None:
    child = sit(phone=True)
    begun(child, "saessak@example.com", "minor")
    child.go("/claim/signers")
    assert "직접 서명하실 수는 없습니다" in child.text
    child.press("지금 초대하기")
    assert [kind for kind, _words in desk.messages_to(MOTHER)] == ["party-invited"]
    assert "김새싹" not in desk.messages_to(MOTHER)[0][1]

    mother = sit()
    mother.prove(MOTHER)
    assert mother.path == "/claim/joined"
    mother.read_and_sign("김하늘")
    child.go("/claim")
    assert "김하늘" in child.text
    assert "서명함" in child.text

    father = sit(phone=True)
    father.prove(FATHER)
    father.read_and_sign("이바다")
    child.go("/claim")
    assert child.page.locator(".claim-number").count() == 1
    desk.make_packets()
    child.go("/claim")
    assert child.page.locator("a[download]").count() >= 1
    assert "party-done" in [kind for kind, _words in desk.messages_to(MOTHER)]


def test_an_heir(desk: Desk, sit: Sit) -> None:
    heir = sit("en", phone=True)
    begun(heir, "summer@example.com", "heir")
    heir.go("/claim/review")
    assert "최산마루" in heir.text
    assert "2/7" in heir.text
    heir.read_and_sign("최여름")
    assert heir.path == "/claim"
    assert heir.page.locator(".claim-number").count() == 1


def test_a_company(desk: Desk, sit: Sit) -> None:
    company = sit()
    begun(company, "office@example.com", "company")
    company.go("/claim/review")
    assert "주식회사 구름상사" in company.text
    assert "123-45-67891" in company.text
    company.read_and_sign("한가람")
    assert company.path == "/claim"
    assert company.page.locator(".claim-number").count() == 1


def test_a_lost_mailbox(desk: Desk, sit: Sit) -> None:
    owner = sit()
    begun(owner, "lost.box@example.com", "self")
    owner.go("/claim/card")
    number = owner.page.locator(".claim-card dd").first.inner_text()

    def ask(at: Browsing) -> None:
        at.go("/claim/recover")
        at.fill({"phone": DETAILS["contact"]["phone"]})
        at.press()
        at.fill({"code": desk.code("+821023456789")})
        at.press()
        at.fill({"number": number, **DETAILS["birth"]})
        at.press()

    phone = sit(phone=True)
    ask(phone)
    assert phone.path == "/claim/recover/asked"
    recoveries(desk.runtime)
    assert "recovery-started" in [kind for kind, _words in desk.messages_to("lost.box@example.com")]
    desk.clock.advance(hours=73)
    recoveries(desk.runtime)
    later = sit(phone=True)
    ask(later)
    later.go("/claim")
    assert later.path == "/claim"
    assert number in later.text


def test_is_this_message_real(sit: Sit) -> None:
    anybody = sit("en", phone=True)
    anybody.go("/is-this-ours")
    anybody.fill({"text": "[CJ] Your parcel is delayed. Pay the fee at http://bit.ly/3xample <b>now</b>"})
    anybody.press("Check it")
    said = anybody.text
    assert "112" in said
    assert "118" in said
    assert "<b>now</b>" in said
    assert anybody.page.locator('main a[href*="bit.ly"]').count() == 0


def test_leaving_one_jurisdiction_and_staying_in_the_other(desk: Desk, sit: Sit) -> None:
    person = sit("en")
    begun(person, "leaves@example.com", "self", BOTH)
    person.read_and_sign("홍길동")
    person.go("/claim/withdraw/us")
    person.press("Yes, withdraw")
    person.go("/claim")
    firms = person.page.locator("main .card", has=person.page.locator(".tag")).all_inner_texts()
    assert sum("Withdrawn" in one for one in firms) == 1
    assert any("Received" in one for one in firms)
    assert "withdrawn" in [kind for kind, _words in desk.messages_to("leaves@example.com")]


def test_by_keyboard_alone_from_the_first_page_to_a_saved_detail(desk: Desk, sit: Sit) -> None:
    at = sit("en")
    page = at.page

    def tab_to(selector: str) -> None:
        for _press in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                seen = page.evaluate(
                    "() => [document.activeElement, document.activeElement.closest('label, .choice')].some(one => {"
                    " const s = one && getComputedStyle(one);"
                    " return s && (s.outlineStyle !== 'none' || s.boxShadow !== 'none'); })"
                )
                assert seen, f"the focus on {selector} cannot be seen at {page.url}"
                return
        raise AssertionError(f"{selector} is not reached by the keyboard at {page.url}")

    def enter() -> None:
        with page.expect_navigation():
            page.keyboard.press("Enter")

    at.go("/")
    tab_to("main a.button.action")
    enter()
    while at.path != "/check/result":
        wanted = ADULT_IN_KOREA[at.path.rsplit("/", 1)[1]]
        tab_to("main input[type=radio]")
        page.keyboard.press("Space")
        for _option in range(8):
            if page.evaluate("wanted => document.activeElement.value === wanted", wanted):
                break
            page.keyboard.press("ArrowDown")
        assert page.locator(f'input[value="{wanted}"]').is_checked()
        tab_to("main button.block")
        enter()
    tab_to("main button.block")
    enter()
    tab_to("input[name=email]")
    page.keyboard.type("keyboard@example.com")
    enter()
    tab_to("input[name=code]")
    page.keyboard.type(desk.code("keyboard@example.com"))
    enter()
    assert at.path == "/claim"
    tab_to("main a.button.block")
    enter()
    tab_to("input[name=phrase]")
    page.keyboard.type("three grey herons")
    enter()
    assert at.path == "/claim/details/name"


@pytest.mark.parametrize("path", ["/", "/check/acting", "/claim/start", "/is-this-ours"])
def test_at_twice_the_size_and_in_forced_colours(sit: Sit, path: str) -> None:
    at = sit("ko")
    at.page.set_viewport_size({"width": 640, "height": 450})  # what a window of 1,280 pixels shows at 200 %
    at.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    at.go(path)
    fits(at.page)
    axe(at.page)
    moving = at.page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    assert moving == 0
