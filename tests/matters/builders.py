"""The smallest matter that has everything, to be spoilt in one place by a test."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from portal.matters.folder import read_matter
from portal.matters.matter import Matter
from portal.matters.messages import MESSAGE_KINDS

MATTER = """\
slug = "small"
prefix = "SM"
name = { ko = "작은 사건", en = "A small matter" }
short_name = { ko = "작은 사건", en = "Small" }
headline = { ko = "확인하십시오.", en = "Check." }
lead = { ko = "짧게 묻습니다.", en = "We ask briefly." }

[defendant]
name = { ko = "주식회사 피고", en = "Defendant Inc." }
detail = { ko = "한국 회사입니다.", en = "A company." }

[[courts]]
id = "seoul"
jurisdiction = "kr"
name = { ko = "서울중앙지방법원", en = "Seoul Central District Court" }

[[courts]]
id = "ndcal"
jurisdiction = "us"
name = { ko = "캘리포니아 북부 연방지방법원", en = "N.D. Cal." }

[[counsel]]
jurisdiction = "kr"
name = { ko = "법무법인 하나", en = "Hana Law" }
address = { ko = "서울", en = "Seoul" }
phone = "02-0000-0000"
email = "kr@firm.example"
responsible_lawyer = { ko = "김변호", en = "Kim" }
registration = "00000"
advertising = { ko = "변호사 광고", en = "Lawyer advertising" }

[[counsel]]
jurisdiction = "us"
name = "One LLP"
address = "New York"
phone = "+1-212-555-0100"
email = "us@firm.example"
responsible_lawyer = "Jane One"
registration = "0000000"
advertising = { ko = "변호사 광고", en = "Attorney Advertising" }

[[fees]]
jurisdiction = "kr"
label = { ko = "착수금", en = "Retainer fee" }
value = { ko = "없음", en = "None" }

[[timeline]]
date = 2025-11-18
text = { ko = "알았습니다.", en = "Noticed." }
source = "Daily, 2025-11-18"

[[timeline]]
date = 2025-11-29
text = { ko = "알렸습니다.", en = "Told." }
source = "Daily, 2025-11-29"

[[tracks]]
id = "kr-consumer"
jurisdiction = "kr"
name = { ko = "한국 소송", en = "Korean suit" }
short = { ko = "한국 소송", en = "Korean suit" }
summary = { ko = "공동소송입니다.", en = "A joint suit." }
court = "seoul"
opens = 2025-12-01
closes = 2027-12-31
case_name = { ko = "손해배상 사건", en = "Action for damages" }

[[tracks]]
id = "us-securities"
jurisdiction = "us"
name = { ko = "주주 소송", en = "Shareholders' action" }
short = { ko = "주주 소송", en = "Shareholders' action" }
summary = { ko = "집단소송입니다.", en = "A class action." }
court = "ndcal"
opens = 2025-12-01
case_name = "Barry v. Defendant"

[[deadlines]]
id = "limitation"
jurisdiction = "kr"
date = 2028-11-29
text = { ko = "소멸시효", en = "Limitation" }
source = "민법 제766조"

[retention]
draft_days = 30
declined_days = 90
withdrawn_days = 90
closed_years = 5
log_years = 2
"""

ELIGIBILITY = """\
version = 1

[[questions]]
id = "account"
text = { ko = "계정이 있었습니까?", en = "Did you have an account?" }
options = [
  { value = "yes", text = { ko = "예", en = "Yes" } },
  { value = "no", text = { ko = "아니요", en = "No" } },
  { value = "not_sure", text = { ko = "모름", en = "Not sure" } },
]

[[questions]]
id = "notice"
text = { ko = "안내를 받았습니까?", en = "Did you get a notice?" }
when = [{ fact = "account", operator = "is_not", value = "no" }]
options = [
  { value = "yes", text = { ko = "예", en = "Yes" } },
  { value = "no", text = { ko = "아니요", en = "No" } },
]

[[questions]]
id = "shares"
text = { ko = "주식을 샀습니까?", en = "Did you buy shares?" }
options = [
  { value = "yes", text = { ko = "예", en = "Yes" } },
  { value = "no", text = { ko = "아니요", en = "No" } },
]

[[rules]]
id = "kr-account"
track = "kr-consumer"
outcome = "eligible"
when = [{ fact = "account", operator = "is", value = "yes" }]
reason = { ko = "계정이 있었습니다.", en = "You had an account." }

[[rules]]
id = "kr-no-account"
track = "kr-consumer"
outcome = "not_eligible"
when = [{ fact = "account", operator = "is", value = "no" }]
reason = { ko = "계정이 없었습니다.", en = "You had no account." }
remedy = { ko = "계정이 있었다면 달라집니다.", en = "An account would change this." }

[[rules]]
id = "kr-no-notice"
track = "kr-consumer"
outcome = "needs_review"
when = [{ fact = "notice", operator = "is", value = "no" }]
reason = { ko = "안내가 없습니다.", en = "There is no notice." }

[[rules]]
id = "us-shares"
track = "us-securities"
outcome = "eligible"
when = [{ fact = "shares", operator = "is", value = "yes" }]
reason = { ko = "주식을 샀습니다.", en = "You bought shares." }

[[rules]]
id = "us-no-shares"
track = "us-securities"
outcome = "not_eligible"
when = [{ fact = "shares", operator = "in", value = ["no"] }]
reason = { ko = "주식을 사지 않았습니다.", en = "You bought no shares." }
"""

EVIDENCE = """\
[[kinds]]
id = "notice"
name = { ko = "안내문", en = "Notice" }
help = { ko = "화면을 저장하십시오.", en = "Save the screen." }
tracks = ["kr-consumer"]
proves = { ko = "안내한 사실", en = "That notice was given" }
"""

_PLAN = """\
title = { ko = "서류", en = "Papers" }
clause_heading = { ko = "제{number}조 ({title})", en = "Article {number} ({title})" }
sample_notice = { ko = "변호사 검토용 예시문", en = "Sample for counsel's review" }
governing_notice = { ko = "기준 언어", en = "Governing language" }
"""

PACKETS = f"""\
[kr]
page = "A4"
governing_language = "ko"
exhibit_style = "gap"
{_PLAN}
[[kr.documents]]
id = "kr-retainer"
kind = "agreement"
title = {{ ko = "위임계약서", en = "Retainer" }}
summary = {{ ko = "맡깁니다.", en = "You retain counsel." }}

[[kr.documents]]
id = "kr-consent"
kind = "consent"
title = {{ ko = "동의서", en = "Consent" }}
required = true
refusal = {{ ko = "거부하면 접수할 수 없습니다.", en = "Refusing blocks the claim." }}
summary = {{ ko = "동의합니다.", en = "You consent." }}

[[kr.documents]]
id = "kr-exhibits"
kind = "exhibits"
title = {{ ko = "증거설명서", en = "Exhibits" }}
summary = {{ ko = "목록입니다.", en = "A list." }}

[us]
page = "Letter"
governing_language = "en"
exhibit_style = "letter"
{_PLAN}
[[us.documents]]
id = "us-pslra"
kind = "certification"
title = {{ ko = "인증서", en = "Certification" }}
tracks = ["us-securities"]
summary = {{ ko = "인증합니다.", en = "You certify." }}
"""

DOCUMENTS = {
    "kr-retainer.ko": """\
# 위임계약서

{{ schedule }}

## 1. 당사자

위임인은 {{ counsel.kr.name }}에 **{{ track.kr-consumer.case_name }}**을 맡깁니다.

## 2. 보수

1. 착수금: {{ fee.kr.1 }}
2. 성공보수: 없음

{{ signature }}
""",
    "kr-retainer.en": """\
# Retainer agreement

{{ schedule }}

## 1. Parties

The client retains {{ counsel.kr.name }} for the **{{ track.kr-consumer.case_name }}**.

## 2. Fees

1. Retainer fee: {{ fee.kr.1 }}
2. Success fee: none

{{ signature }}
""",
    "kr-consent.ko": "# 동의서\n\n## 1. 목적\n\n소송\n\n{{ signature }}\n",
    "kr-consent.en": "# Consent\n\n## 1. Purpose\n\nThe suit\n\n{{ signature }}\n",
    "kr-exhibits.ko": "# 증거설명서\n\n{{ exhibits }}\n",
    "kr-exhibits.en": "# Statement of exhibits\n\n{{ exhibits }}\n",
    "us-pslra.ko": "# 인증서\n\n## 1. 거래\n\n{{ trades }}\n\n{{ signature }}\n",
    "us-pslra.en": "# Certification\n\n## 1. Transactions\n\n{{ trades }}\n\n{{ signature }}\n",
}


class MatterFolder:
    """A valid folder in memory; each step spoils or changes it and returns it."""

    def __init__(self) -> None:
        self.texts = {
            "matter.toml": MATTER,
            "eligibility.toml": ELIGIBILITY,
            "evidence.toml": EVIDENCE,
            "packets.toml": PACKETS,
        }
        self.texts.update({f"documents/{name}.md": text for name, text in DOCUMENTS.items()})
        for kind in MESSAGE_KINDS:
            value = "code" if kind == "code" else "site"
            self.texts[f"messages/{kind}.ko.md"] = f"Subject: 알림 {kind}\n\n내용 {{{{ {value} }}}}\n"
            self.texts[f"messages/{kind}.en.md"] = f"Subject: Notice {kind}\n\nText {{{{ {value} }}}}\n"
        self.raw: dict[str, bytes] = {}

    def replacing(self, file: str, old: str, new: str) -> Self:
        """With the first `old` in a file replaced; a test that would change nothing fails here."""
        assert old in self.texts[file], f"{old!r} does not stand in {file}"
        self.texts[file] = self.texts[file].replace(old, new, 1)
        return self

    def adding(self, file: str, text: str) -> Self:
        """With text at the end of a file, or a new file."""
        self.texts[file] = self.texts.get(file, "") + text
        return self

    def without(self, file: str) -> Self:
        """With a file less."""
        del self.texts[file]
        return self

    def with_bytes(self, file: str, content: bytes) -> Self:
        """With a file's content as it is, even if it is no text."""
        self.raw[file] = content
        return self

    def files(self) -> dict[str, bytes]:
        """What `read_matter`, `check` and `publish` take."""
        return {**{file: text.encode() for file, text in self.texts.items()}, **self.raw}

    def line_of(self, file: str, text: str) -> int:
        """The line on which a text first stands."""
        before, found, _ = self.texts[file].partition(text)
        assert found, f"{text!r} does not stand in {file}"
        return before.count("\n") + 1

    def matter(self) -> Matter:
        """The folder as a Matter."""
        return read_matter(self.files())

    def written(self, directory: Path) -> Path:
        """The folder on disk."""
        for file, content in self.files().items():
            path = directory / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return directory


def a_matter_folder() -> MatterFolder:
    """A small matter with nothing wrong in it."""
    return MatterFolder()
