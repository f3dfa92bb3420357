import tomllib

from portal.matters.toml_lines import TomlLines

SOURCE = '''# a comment = [ "with marks" ]
slug = "x"
text = { ko = "가", en = "a, [b] = {c} # no comment" }

[retention]
days = 3 # comment

[[questions]]
id = "first"
when = [
  { fact = "a", operator = "is", value = "1" },
  { fact = "b", operator = "in", value = ["1",
    "2"] },
]
options = [{ value = "yes", text = { ko = "예", en = "yes" } },

           { value = "no", text = { ko = "아니오", en = "no" } }]

[[questions]]
id = "second"
long = """
several
lines = [
"""
after = 'it'
numbers = [1, 2,
  3]

[[kr.documents]]
id = "one"
[[kr.documents]]
"quoted key" = 1
[[kr.documents.parts]]
name = "part"
'''


def test_every_value_is_found_on_its_line() -> None:
    tomllib.loads(SOURCE)
    lines = TomlLines(SOURCE)
    expected = {
        ("slug",): 2,
        ("text", "en"): 3,
        ("retention",): 5,
        ("retention", "days"): 6,
        ("questions", 0): 8,
        ("questions", 0, "id"): 9,
        ("questions", 0, "when", 0, "fact"): 11,
        ("questions", 0, "when", 1): 12,
        ("questions", 0, "when", 1, "value", 1): 13,
        ("questions", 0, "options", 0, "text", "ko"): 15,
        ("questions", 0, "options", 1): 17,
        ("questions", 0, "options", 1, "text", "ko"): 17,
        ("questions", 1): 19,
        ("questions", 1, "long"): 21,
        ("questions", 1, "after"): 25,
        ("questions", 1, "numbers", 2): 27,
        ("kr", "documents", 0, "id"): 30,
        ("kr", "documents", 1): 31,
        ("kr", "documents", 1, "quoted key"): 32,
        ("kr", "documents", 1, "parts", 0, "name"): 34,
    }
    assert {path: lines.of(path) for path in expected} == expected


def test_an_array_that_opens_with_two_brackets_on_its_own_line_is_no_table() -> None:
    source = 'a = [\n[[1], [2]],\n["x"]\n]\n[b]\nc = 1\n'
    tomllib.loads(source)
    lines = TomlLines(source)
    assert lines.of(("a", 0, 1, 0)) == 2
    assert lines.of(("a", 1, 0)) == 3
    assert lines.of(("b", "c")) == 6


def test_what_is_missing_is_reported_where_it_should_stand() -> None:
    lines = TomlLines(SOURCE)
    assert lines.of(("questions", 1, "text", "ko")) == 19
    assert lines.of(("nowhere",)) == 0
