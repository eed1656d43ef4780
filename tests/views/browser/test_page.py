from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.views.browser.page import inline_json, save_page, to_page
from aws_lb_sim.views.browser.view_model import to_view_model
from tests.views import flows


def data_of(page):
    return re.search(r'<script type="application/json" id="flow-data">(.*?)</script>', page)[1]


def test_it_is_one_file_that_loads_nothing(any_flow):
    page = to_page(any_flow)
    assert page.count("<script") == 2
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b", page)
    assert not re.search(r"\b(src|action|formaction)=", page)
    assert "@import" not in page
    assert "url(" not in page


def test_its_policy_allows_its_own_script_and_style_alone():
    page = to_page(flows.tls_ok())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    for kind, element in (("script", 'script type="module"'), ("style", "style")):
        text = re.search(rf"<{element}>(.*?)</{kind}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert " style=" not in page  # the policy would drop it


def test_the_data_comes_back_as_it_was(any_flow):
    page = to_page(any_flow)
    assert json.loads(data_of(page)) == to_view_model(any_flow)


@pytest.mark.parametrize(
    "payload", [*flows.XSS, "</script>", "<!--<script>", "\u2028\u2029", "]]>"]
)
def test_no_text_ends_the_script_that_holds_it(payload):
    page = to_page(flows.hostile(payload), title=payload)
    assert page.count("</script>") == 2
    assert page.count("<script") == 2
    assert "<!--" not in page
    assert not re.search("[<>&\u2028\u2029]", data_of(page))
    assert json.loads(inline_json({"a": payload})) == {"a": payload}


def test_it_says_everything_as_text_as_well(any_flow):
    page = to_page(any_flow)
    assert f"client {any_flow.client_ip}" in page or any_flow.client_ip in page
    for finding in any_flow.findings:
        assert finding.code in page


def test_it_is_the_same_each_time_and_not_large(any_flow):
    assert to_page(any_flow) == to_page(any_flow)
    assert len(to_page(any_flow).encode()) < 120_000


def test_a_file_is_not_overwritten_unasked(tmp_path):
    target = save_page(flows.tls_ok(), tmp_path / "flow.html")
    assert target.read_text(encoding="utf-8") == to_page(flows.tls_ok())
    with pytest.raises(InputError, match="is there already"):
        save_page(flows.tls_error(), target)
    flows.tls_error().save_html(target, overwrite=True, title="A lesson")
    assert "<title>A lesson</title>" in target.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_an_error_in_words(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        save_page(flows.tls_ok(), tmp_path / "nowhere" / "flow.html")
