"""Templates: each parses with the application's own filters, and none needs what the CSP forbids."""

import re
from pathlib import Path

import pytest
from jinja2 import TemplateError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "portal" / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
NAMES = [str(path.relative_to(FOLDER)) for path in TEMPLATES]

FORBIDDEN = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "something from another host": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:https?:)?//", re.IGNORECASE
    ),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "a form without a token": re.compile(
        r"<form\b(?=[^>]*method=.?post)(?:(?!csrf|hidden_tag|</form>|forms\.).)*</form>",
        re.IGNORECASE | re.DOTALL,
    ),
}
EXAMPLES = {
    "an inline style": '<p style="color:red">',
    "an inline script": "<script>alert(1)</script>",
    "an inline handler": '<a href="#" onclick="go()">',
    "a script address": '<a href="javascript:go()">',
    "something from another host": '<img alt="" src="//cdn.example/x.png">',
    "text that is not escaped": "{{ words | safe }}",
    "a form without a token": '<form method="post"><button>Send</button></form>',
}


def test_there_are_templates():
    assert "layout.html" in NAMES


def test_templates_parse_in_the_application(app):
    broken = {}
    for name in NAMES:
        try:
            app.jinja_env.get_template(name)
        except TemplateError as error:
            broken[name] = str(error)
    assert not broken


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_works_under_the_content_security_policy(path):
    source = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    found = {what: match[0][:80] for what, rule in FORBIDDEN.items() if (match := rule.search(source))}
    assert not found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_each_rule_catches_what_it_forbids(what):
    assert FORBIDDEN[what].search(EXAMPLES[what])
