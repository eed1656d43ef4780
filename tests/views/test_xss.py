"""Hostile texts in a real browser: whatever is in a header, a name or a host, no script runs."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import aws_lb_sim
from aws_lb_sim.decide.decision import decide
from aws_lb_sim.explorer.comparison import Comparison
from aws_lb_sim.views.bundle_html import to_html as bundle_html
from aws_lb_sim.views.figure import svg, to_figure
from aws_lb_sim.views.html import card_html, findings_html
from aws_lb_sim.views.image import flow_image
from aws_lb_sim.views.panels import message_html
from aws_lb_sim.views.record import to_html as record_html
from aws_lb_sim.views.record import to_markdown
from aws_lb_sim.views.record_content import RecordHead
from aws_lb_sim.views.svg import to_svg
from tests.views import flows

LINES = (Path(__file__).parents[1] / "data" / "xss-payloads.txt").read_text("utf-8").splitlines()
PAYLOADS = [line for line in LINES if line and not line.startswith("# ")]
# Several at once where a page takes long to load, each beginning a paragraph or a line once.
AT_ONCE = 12
CHUNKS = [PAYLOADS[first : first + AT_ONCE] for first in range(0, len(PAYLOADS), AT_ONCE)]
PAGE = "http://127.0.0.1:9/"
# Whatever a payload calls is noted on the top window, by the name of its frame.
NOTE = """
for (const name of ['alert', 'confirm', 'prompt', 'print'])
  window[name] = () => { (window.top.fired ??= []).push(window.name || 'page'); };
"""
# Point at, click on, focus and unfold everything, in the page and in its frames.
PROVOKE = """() => {
  const frames = Array.from({length: window.frames.length}, (_, place) => window.frames[place]);
  for (const frame of [window, ...frames]) {
    let elements = [];
    try { elements = [...frame.document.querySelectorAll('body *')]; } catch { continue; }
    // A link of the page's own leads away from what is looked at.
    frame.addEventListener('click', event => {
      if (event.target.closest?.('a[href^="https:"]')) event.preventDefault();
    }, true);
    for (const each of elements) {
      for (const type of ['mouseover', 'mouseenter', 'focus', 'toggle'])
        each.dispatchEvent(new Event(type, {bubbles: true}));
      if (each.tagName === 'DETAILS') each.open = true;
      if (each.click) each.click();
    }
  }
}"""
# What may not be in a page, whoever wrote it.
FORBIDDEN = (
    "script, iframe, object, embed, base, form, video, audio, math, marquee, "
    "meta[http-equiv=refresh], link, animate, set, [onload], [onerror], [onmouseover], [onfocus], "
    "[href*='evil.example'], img:not([src^='data:image/svg+xml,']), [href^='javascript' i], "
    "[action], [formaction]"
)


class Hooked:
    """A page that notes scripts run by payloads, and what they would load."""

    def __init__(self, page):
        self.page = page
        self.asked = []
        self.body = ""
        page.context.add_init_script(NOTE)
        page.context.route("**/*", self._answer)

    def _answer(self, route):
        if route.request.url == PAGE:
            route.fulfill(body=self.body, content_type="text/html; charset=utf-8")
        else:
            self.asked.append(route.request.url)
            route.abort()

    def open(self, body, patience=50):
        self.body, self.asked = body, []
        self.page.goto(PAGE, wait_until="domcontentloaded")
        self.page.evaluate(PROVOKE)
        self.page.wait_for_timeout(patience)  # milliseconds in which animations begin

    @property
    def fired(self):
        return self.page.evaluate("() => window.fired ?? []")

    def assert_calm(self):
        assert self.fired == []
        assert self.asked == []


@pytest.fixture
def hooked(watched_page):
    return Hooked(watched_page.page)


def unescaped(payload):
    """Put a payload where careless code would: in text, attributes, a script, Markdown."""
    return (
        payload,
        f'<input value="{payload}">',
        f"<input value='{payload}'>",
        f'<a href="{payload}">x</a>',
        f"<script>x = '{payload}'</script>",
        f'<script>x = "{payload}"; y = `{payload}`</script>',
        MarkdownIt("commonmark", {"html": True}).render(payload),
    )


def test_the_payloads_do_harm_where_nothing_escapes_them(hooked):
    """The list and the hooks are worth something only if this holds."""
    fired, asked = set(), []
    for patience in (1000, 4000):  # those that were too slow on a busy machine get more time
        left = [text for number, text in enumerate(PAYLOADS) if str(number) not in fired]
        for first in range(0, len(left), AT_ONCE):
            frames = [
                f'<iframe name="{PAYLOADS.index(payload)}" srcdoc="{html.escape(text)}"></iframe>'
                for payload in left[first : first + AT_ONCE]
                for text in unescaped(payload)
            ]
            hooked.open(f"<!DOCTYPE html>{''.join(frames)}", patience=patience)
            fired.update(hooked.fired)
            asked += hooked.asked
    harmless = [text for number, text in enumerate(PAYLOADS) if str(number) not in fired]
    assert len(harmless) <= 0.25 * len(PAYLOADS), harmless
    assert any("evil.example" in url for url in asked)


def of_a_flow(payload):
    """Every view of a flow in which every free text is the payload."""
    flow = flows.hostile(payload)
    yield flow._repr_html_()
    yield card_html(flow)
    yield findings_html(flow.findings)
    yield to_svg(flow)
    yield flow_image(flow)
    yield flow.table()._repr_html_()
    yield message_html("bad", payload, payload)
    yield Comparison(flows={payload: flow, "other": flows.tls_ok()})._repr_html_()


def of_manifests(payload):
    """What a person sees of a cluster whose names, values and requests are the payload."""
    manifests = aws_lb_sim.preset("recommended-nlb").manifests()
    for document in manifests.documents:
        document["metadata"]["name"] = payload
        document["metadata"].setdefault("labels", {})["app"] = payload
        document["metadata"].setdefault("annotations", {})[payload] = payload
        if document["kind"] == "Mapping":
            document["spec"]["headers"] = {payload: payload}
    yield bundle_html(manifests.bundle())
    flow = aws_lb_sim.simulate(
        aws_lb_sim.read_manifests(manifests),
        "https://shop.example.com/",
        headers=(("X-Forwarded-For", payload), ("X-Note", payload)),
    )
    yield flow._repr_html_()
    yield flow.table()._repr_html_()


@pytest.mark.parametrize("surface", [of_a_flow, of_manifests])
def test_no_payload_is_markup_in_a_notebook(hooked, surface):
    sections = [
        f"<section><pre>{html.escape(payload)}</pre>{''.join(surface(payload))}</section>"
        for payload in PAYLOADS
    ]
    hooked.open(f"<!DOCTYPE html><body>{''.join(sections)}", patience=1000)
    hooked.assert_calm()
    assert hooked.page.locator(FORBIDDEN).count() == 0
    shown = hooked.page.locator("section").evaluate_all(
        "all => all.map(each => [each.firstChild.textContent, each.textContent])"
    )
    assert len(shown) == len(PAYLOADS)
    # Beside the line that the test wrote itself, the payload stands there as text.
    assert all(text.count(payload) > 1 for payload, text in shown)


def test_no_payload_is_markup_in_a_figure(hooked):
    some = PAYLOADS[::4]  # each takes half a second to draw, and all go through one function
    drawn = [svg(to_figure(flows.hostile(payload))).partition("<svg")[2] for payload in some]
    hooked.open("<!DOCTYPE html><body>" + "".join(f"<svg{each}" for each in drawn))
    hooked.assert_calm()
    assert hooked.page.locator("svg > g").count() == len(some)
    assert hooked.page.locator(FORBIDDEN).count() == 0


def test_no_payload_is_markup_in_a_saved_page(hooked, tmp_path):
    for number, chunk in enumerate(CHUNKS):
        text = " ".join(chunk)
        path = flows.hostile(text).save_html(tmp_path / f"{number}.html", title=text)
        hooked.open(path.read_text(encoding="utf-8"), patience=500)
        hooked.assert_calm()
        assert hooked.page.locator("script").count() == 2  # the flow, and the player
        assert hooked.page.title().split() == text.split()


@pytest.fixture(scope="module")
def decision():
    return decide({"redirect": "must"}, load_balancer="alb", target_type="ip", xff_mode="append")


def head(chunk):
    text = " ".join(chunk)
    return RecordHead(
        title=text, context="\n\n".join(chunk), status=chunk[0], deciders=chunk[1], date=text
    )


@pytest.mark.parametrize("chunk", CHUNKS, ids=range(len(CHUNKS)))
def test_no_payload_is_markup_in_a_record(hooked, decision, chunk):
    hooked.open(record_html(decision, head=head(chunk)))
    hooked.assert_calm()
    assert hooked.page.locator(FORBIDDEN).count() == 0
    assert hooked.page.locator("h1").text_content() == " ".join(chunk)
    paragraphs = hooked.page.locator("p").all_text_contents()
    assert set(chunk) <= set(paragraphs)


@pytest.mark.parametrize("chunk", CHUNKS, ids=range(len(CHUNKS)))
def test_no_payload_is_markup_in_a_record_as_markdown(hooked, decision, chunk):
    careless = MarkdownIt("commonmark", {"html": True}).enable("table")
    text = to_markdown(decision, head=head(chunk)).replace("](flow-", "](data:image/svg+xml,")
    hooked.open(f"<!DOCTYPE html><body>{careless.render(text)}")
    hooked.assert_calm()
    assert hooked.page.locator(FORBIDDEN).count() == 0
    paragraphs = [each.split() for each in hooked.page.locator("p").all_text_contents()]
    assert all(payload.split() in paragraphs for payload in chunk)
