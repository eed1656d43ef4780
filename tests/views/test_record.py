from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aws_lb_sim.decide.cost import Load
from aws_lb_sim.decide.decision import PAGE_ANSWERS, decide
from aws_lb_sim.errors import InputError
from aws_lb_sim.views.markdown import block, code, escaped, linked
from aws_lb_sim.views.record import to_html, to_markdown, write_record
from aws_lb_sim.views.record_checks import set_up, verification
from aws_lb_sim.views.record_content import RecordHead
from aws_lb_sim.views.roll_back import roll_back
from tests.views.flows import XSS

PAYLOADS = (
    *XSS,
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example/>",
    "https://evil.example/",
    "a | b | c",
    "```\n<script>alert(1)</script>\n```",
    "`<b>`",
    "# not a heading",
    "1. not a list",
    "- not a list",
    "> not a quotation",
    "---",
    "{{ 7 * 7 }}{% raw %}",
    "$x$ ~~y~~ **z** _w_",
    "[ref]: https://evil.example/",
    "\x1b[2J\x00\u202e",
    "<!-- --><plaintext>",
    "\\",
    "\n\n    <script>alert(1)</script>",
)
OUR_TAGS = {"a", "blockquote", "br", "code", "details", "em", "h1", "h2", "h3", "hr", "img", "li"}
OUR_TAGS |= {
    "ol",
    "p",
    "pre",
    "strong",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.words += data


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def rendered(markdown):
    # HTML is let through, as the most careless renderer does.
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)


@pytest.fixture(scope="module")
def page():
    return decide(PAGE_ANSWERS, load=Load(new_connections=2000, gigabytes=5))


@pytest.fixture(scope="module")
def few():
    """A decision among few designs, so that a record of it is quickly written."""
    return decide({"redirect": "must"}, load_balancer="alb", target_type="ip", xff_mode="append")


@pytest.fixture(scope="module")
def plain_html(few):
    return to_html(few, head=head_of("plain words"))


@pytest.fixture(scope="module")
def plain_markdown(few):
    return to_markdown(few, head=head_of("plain words"))


def head_of(payload):
    return RecordHead(
        title=payload, context=payload, status=payload, deciders=payload, date=payload
    )


def test_the_record_is_the_same_every_time_and_undated(page):
    again = decide(PAGE_ANSWERS, load=Load(new_connections=2000, gigabytes=5))
    assert to_markdown(page) == to_markdown(again)
    assert to_html(page) == to_html(again)
    assert "Date:" not in to_markdown(page)


def test_it_has_every_part_of_a_record(page):
    headings = re.findall(r"^## (.+)$", to_markdown(page), re.MULTILINE)
    assert headings == [
        "Context",
        "Requirements",
        "Decision",
        "What happens to a request",
        "Consequences",
        "Alternatives",
        "Manifests",
        "How to verify it on the real cluster",
        "How to roll back",
        "Sources",
    ]
    html_headings = re.findall(r"<h2>(.+?)</h2>", to_html(page))
    assert html_headings == headings


def test_the_page_loads_nothing_and_runs_nothing(page):
    text = to_html(page)
    seen = read(text)
    assert "script" not in seen.tags
    assert not {"link", "iframe", "object", "img"} & set(seen.tags)
    assert not any(name in ("src", "href") or name.startswith("on") for name, _ in seen.attributes)
    assert "url(" not in text
    assert "default-src 'none'" in text
    assert seen.tags["svg"] == 2


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_write_stays_text_in_html(few, plain_html, payload):
    plain = read(plain_html)
    seen = read(to_html(few, head=head_of(payload)))
    paragraphs = seen.tags.pop("p") - plain.tags.pop("p")
    assert seen.tags == plain.tags
    assert paragraphs in (-1, 0, 1, 2)  # blank lines part paragraphs, and nothing else
    assert [name for name, _ in seen.attributes] == [name for name, _ in plain.attributes]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_write_stays_text_in_markdown(few, plain_markdown, payload):
    plain = read(rendered(plain_markdown))
    seen = read(rendered(to_markdown(few, head=head_of(payload))))
    assert set(seen.tags) <= OUR_TAGS
    paragraphs = seen.tags.pop("p") - plain.tags.pop("p")
    assert seen.tags == plain.tags
    assert paragraphs in (-1, 0, 1, 2)
    assert [pair for pair in seen.attributes if pair not in plain.attributes] == []


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_any_text_is_escaped_for_markdown(text):
    shown = read(rendered(f"before {escaped(text)} after"))
    assert set(shown.tags) == {"p"}
    cell = read(rendered(f"| head |\n|---|\n| {escaped(text)} |"))
    assert set(cell.tags) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert cell.tags["td"] == 1


@given(st.text(alphabet="`~ab<>|\n", max_size=40))
def test_any_text_stays_in_its_fence(text):
    shown = read(rendered(block(text, "sh")))
    assert set(shown.tags) == {"pre", "code"}


@given(st.text(alphabet="`ab<>", min_size=1, max_size=20).filter(str.strip))
def test_any_text_stays_in_its_quotes(text):
    assert set(read(rendered(f"x {code(text)} y")).tags) <= {"p", "code"}


def test_the_browser_sees_no_markup_of_others(page, watched_page, tmp_path):
    head = RecordHead(title=" ".join(XSS), context="\n\n".join(PAYLOADS), deciders=XSS[1])
    write_record(page, tmp_path, head=head)
    watched_page.page.on("dialog", lambda dialog: watched_page.errors.append(dialog.message))
    watched_page.page.goto((tmp_path / "decision.html").as_uri())
    assert watched_page.page.locator("script, img, iframe").count() == 0
    assert watched_page.page.locator("h2").count() == 10
    # Nothing hangs over the side at the width of a small laptop.
    for width in (900, 1280):
        watched_page.page.set_viewport_size({"width": width, "height": 720})
        assert watched_page.page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched_page.errors == []
    assert watched_page.requests_elsewhere == []


def test_files_are_written_once(page, tmp_path):
    written = write_record(page, tmp_path / "record")
    names = [str(path.relative_to(tmp_path / "record")) for path in written]
    assert names[:4] == ["decision.md", "decision.html", "flow-https.svg", "flow-http.svg"]
    assert "manifests/service.yaml" in names
    for picture in re.findall(r"\]\(([^)]+\.svg)\)", (written[0]).read_text(encoding="utf-8")):
        assert (tmp_path / "record" / picture).read_text(encoding="utf-8").startswith("<svg")
    before = {path: path.read_bytes() for path in written}
    with pytest.raises(InputError, match="there already"):
        write_record(page, tmp_path / "record")
    write_record(page, tmp_path / "record", overwrite=True)
    assert {path: path.read_bytes() for path in written} == before


def test_one_file_in_the_way_stops_all(page, tmp_path):
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "host.yaml").write_text("mine")
    with pytest.raises(InputError, match=r"host\.yaml"):
        write_record(page, tmp_path)
    assert not (tmp_path / "decision.md").exists()


def test_there_is_nothing_to_record_where_nothing_meets_all(tmp_path):
    made = decide({"waf": "must", "static-ip": "must"}, controller="aws-load-balancer-controller")
    with pytest.raises(InputError, match="make a must a want"):
        write_record(made, tmp_path)


def test_a_head_is_text():
    with pytest.raises(InputError, match="date"):
        RecordHead(date=20260901)


def test_what_to_expect_is_what_was_simulated(page):
    expected = {step.title: step.expect for step in verification(page.best)}
    assert expected["http is redirected"] == "301 https://shop.example.com/"
    assert expected["https is answered"] == "200"
    assert expected["HTTP/2 is agreed on"] == "ALPN protocol: h2"
    assert expected["The listeners"] == "80 TCP, 443 TCP"
    assert "proxy_protocol_v2.enabled true" in expected["The target groups' attributes"]
    forged = next(text for title, text in expected.items() if "forged" in title)
    assert forged.startswith('"198.51.100.66,YOUR.OWN.ADDRESS" in the log')
    assert expected["A forged PROXY header (curl 8.2 or later)"].startswith("000 (no answer")
    assert expected["The targets' health"] == "healthy for every node"


def expectations(asked, **fixed):
    option = decide(asked, **fixed).best
    return {step.title: step for step in verification(option)}


def test_the_box_that_ends_tls_shows_its_own_certificate():
    emissary = expectations({"mtls": "must"}, load_balancer="nlb")
    step = emissary["Who ends TLS: Emissary, whose certificate is shown"]
    assert "kubectl get secret" in step.command
    balancer = expectations({"acm-certificates": "must"}, load_balancer="alb")
    step = balancer["Who ends TLS: the load balancer, whose certificate is shown"]
    assert "aws acm describe-certificate" in step.command


def test_under_local_only_nodes_with_a_pod_are_healthy():
    local = expectations({"redirect": "must"}, load_balancer="nlb", external_traffic_policy="Local")
    assert "no other" in local["The targets' health"].expect


def test_behind_cloudfront_clients_ask_cloudfront():
    behind = decide({"waf": "must"}, in_front=("cloudfront",)).best
    assert 'FRONT="$HOST"' in set_up(behind)
    assert 'FRONT="$LB"' in set_up(decide({"waf": "must"}, load_balancer="alb").best)


def test_going_back_touches_only_what_the_record_brought(page):
    commands = [command for _, command in roll_back(page.best)]
    assert not any("--all-namespaces" in each for each in commands)
    # What kubectl apply would refuse, or take for another object, is not kept.
    done = subprocess.run(
        ["/bin/sh", "-c", commands[0].partition("| ")[2].partition(" > ")[0]],
        input="metadata:\n  name: a\n  resourceVersion: '7'\n  uid: b\nspec: {}\n",
        text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == "metadata:\n  name: a\nspec: {}\n"


def test_addresses_of_sources_stand_apart_from_the_words_before():
    assert linked("AWS, a page, https://docs.aws.amazon.com/a; more") == (
        "AWS, a page, <https://docs.aws.amazon.com/a>; more"
    )


@pytest.mark.parametrize(
    ("asked", "fixed"),
    [
        ({"waf": "must"}, {}),
        ({"waf": "must"}, {"controller": "cloudformation"}),
        ({"redirect": "must"}, {"load_balancer": "classic-tcp"}),
        ({"redirect": "must"}, {"load_balancer": "classic-tcp", "proxy_protocol_by": "by-hand"}),
        ({"redirect": "must"}, {"load_balancer": "classic-http", "controller": "cloudformation"}),
        ({}, {"emissary_version": "1.14"}),
        ({"waf": "must"}, {"in_front": ("cloudfront",)}),
    ],
)
def test_every_command_is_one_that_a_shell_can_read(asked, fixed):
    best = decide(asked, **fixed).best
    commands = [set_up(best), *(step.command for step in verification(best))]
    commands += [command for _, command in roll_back(best) if command]
    for command in commands:
        done = subprocess.run(
            ["/bin/sh", "-n"], input=command, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert all(step.expect for step in verification(best))
