"""The exported page in a real Chromium, with the network off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import WatchedPage
from tests.views import flows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from aws_lb_sim.flow import Flow

PLAY, NEXT, BACK = ("[data-act=play]", "[data-act=next]", "[data-act=back]")
WIDTHS = (900, 1280, 1920)


@pytest.fixture
def open_page(browser: Browser, tmp_path) -> Iterator[Callable[..., Page]]:
    """Open a flow's page without a network; at the end nothing may have gone wrong in it."""
    opened = []

    def open_flow(flow: Flow, width: int = 1280, **options) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 720}, offline=True, **options
        )
        watched = WatchedPage(context.new_page())
        watched.watch()
        loaded = []
        watched.page.on("request", lambda request: loaded.append(request.url))
        opened.append((context, watched, loaded))
        file = flow.save_html(tmp_path / f"{len(opened)}.html")
        watched.page.goto(file.as_uri())
        watched.page.wait_for_selector(".fv-picture")
        return watched.page

    yield open_flow
    for context, watched, loaded in opened:
        context.close()
        assert watched.errors == []
        assert len(loaded) == 1, loaded


def serious(page: Page) -> list[str]:
    """Return what axe-core calls a serious or critical violation."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def play_to_the_end(page: Page) -> list[str]:
    """Play at the highest speed; return each place where the packet was seen."""
    page.evaluate(RECORD)
    page.select_option(".fv-speed", "4")
    page.click(PLAY)
    page.wait_for_selector(f"{PLAY} >> text=Pause")
    page.wait_for_selector(f"{PLAY} >> text=Play", timeout=60_000)
    return page.evaluate("[...places]")


def test_it_plays_through_redirects_to_the_end(open_page):
    page = open_page(flows.redirected_then_ok())
    assert len(play_to_the_end(page)) > 30
    assert page.get_attribute(".fv-chip:nth-child(2)", "aria-current") == "step"
    assert "200, from service" in page.inner_text(".fv-caption")


def test_with_reduced_motion_the_packet_stands_still_in_the_middle_of_each_hop(open_page):
    flow = flows.tls_ok()
    page = open_page(flow, reduced_motion="reduce")
    assert len(play_to_the_end(page)) == len(flow.hops) + 1  # and the answer


def test_it_steps_forward_and_back(open_page):
    page = open_page(flows.tls_ok())
    for _ in range(3):
        page.click(NEXT)
    assert page.inner_text(".fv-caption").startswith("Step 3 of")
    page.click(BACK)
    assert page.inner_text(".fv-caption").startswith("Step 2 of")


def test_the_keyboard_alone_reaches_everything(open_page):
    page = open_page(flows.tls_ok())
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.key"):
            break
    assert page.evaluate("document.activeElement.dataset.key") == "box client"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.key") == "box load-balancer"
    page.keyboard.press("Enter")
    assert "What it did, and by which rule" in page.inner_text(".fv-inspector")
    page.keyboard.press("Escape")
    assert not page.is_visible(".fv-inspector")
    assert page.evaluate("document.activeElement.dataset.key") == "box load-balancer"
    page.keyboard.press("Space")
    assert page.inner_text(PLAY) == "Pause"
    page.keyboard.press("Space")
    page.focus("summary")
    page.keyboard.press("Enter")
    page.wait_for_selector(".fv-table")


def test_the_inspector_shows_rule_and_source(open_page):
    page = open_page(flows.tls_error())
    page.click("[data-key='box emissary'] .fv-frame")
    words = page.inner_text(".fv-inspector")
    assert "Rule: For the tests." in words
    assert "Source: the tests" in words
    assert "Arrived from node" in words
    page.click("[data-key='hop load-balancer → node'] .fv-pill")
    assert "0d 0a 0d 0a 00 0d 0a 51" in page.inner_text(".fv-inspector")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", sorted(flows.ALL))
def test_axe_finds_nothing_serious(open_page, name, scheme):
    page = open_page(flows.ALL[name](), color_scheme=scheme, bypass_csp=True)
    assert page.get_attribute("#flow", "data-theme") == scheme
    page.click("[data-key='box load-balancer'] .fv-frame")
    page.click(".flow-view summary")
    page.wait_for_selector(".fv-table")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_texts_of_the_picture_have_contrast(open_page, scheme):
    """As axe does not look into pictures."""
    page = open_page(flows.forged_wins(), color_scheme=scheme)
    ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 60
    assert {text: ratio for text, ratio in ratios if ratio < 4.5} == {}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", sorted(flows.ALL))
def test_nothing_overflows_or_overlaps(open_page, name, width):
    page = open_page(flows.ALL[name](), width)
    for round_ in page.query_selector_all(".fv-chip") or [None]:
        if round_ and round_.is_visible():
            round_.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("payload", flows.XSS)
def test_hostile_texts_stay_text(open_page, payload):
    page = open_page(flows.hostile(payload))
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    before = page.evaluate("document.scripts.length")
    for item in page.query_selector_all("[data-key]"):
        item.dispatch_event("click")
    page.click(".flow-view summary")
    page.wait_for_selector(".fv-table")
    assert page.evaluate("document.scripts.length") == before == 2
    bad = "img, iframe, [onload], [onerror], a:not([href^='https:'])"
    assert page.query_selector_all(bad) == []
    assert payload in page.inner_text(".fv-table")
    assert dialogs == []


def test_a_loop_is_seen_and_goes_on(open_page):
    page = open_page(flows.redirect_loop(), reduced_motion="reduce")
    page.select_option(".fv-speed", "4")
    assert page.is_visible(".fv-loop")
    page.click(PLAY)
    page.wait_for_selector(".fv-again >> text=now on request 4, it never arrives")


# Every place of the packet, from now on.
RECORD = """() => {
  globalThis.places = new Set();
  new MutationObserver((changes) => changes.forEach(({ target }) => {
    if (target.matches(".fv-packet")) places.add(target.getAttribute("transform"));
  })).observe(document.body, { subtree: true, attributeFilter: ["transform"] });
}"""

# Contrast of each text of the picture with what lies under its middle (WCAG 2.2, 1.4.3).
CONTRASTS = """() => {
  const light = (colour) => {
    const part = (value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    const [red, green, blue] = colour.match(/[0-9.]+/g).map(Number);
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const paints = (shape) => {
    const style = getComputedStyle(shape);
    return /rgb\\(/.test(style.fill) && style.fillOpacity === "1" && style.opacity === "1";
  };
  const shapes = [...document.querySelectorAll(".fv-picture rect, .fv-picture circle")];
  return [...document.querySelectorAll(".fv-picture text")].filter((text) => text.textContent)
    .map((text) => {
      const at = text.getBoundingClientRect();
      const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
      const under = shapes.filter((shape) => {
        const box = shape.getBoundingClientRect();
        const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
        const covers = box.x <= x && x <= box.right && box.y <= y && y <= box.bottom;
        return before && covers && paints(shape);
      });
      const ground = light(getComputedStyle(under.at(-1)).fill);
      const ink = light(getComputedStyle(text).fill);
      const [high, low] = ink > ground ? [ink, ground] : [ground, ink];
      return [text.textContent, (high + 0.05) / (low + 0.05)];
    });
}"""

# Texts of the picture that lie over each other, or over its edge.
OVERLAPS = """() => {
  const frame = document.querySelector(".fv-picture").getBoundingClientRect();
  const texts = [...document.querySelectorAll(".fv-picture text")]
    .filter((text) => text.textContent.trim())
    .map((text) => ({ words: text.textContent, at: text.getBoundingClientRect() }));
  const out = texts.filter(({ at }) => at.left < frame.left || at.right > frame.right + 1);
  const found = out.map(({ words }) => `${words} leaves the picture`);
  texts.forEach((one, place) => {
    for (const other of texts.slice(place + 1)) {
      const wide = Math.min(one.at.right, other.at.right) - Math.max(one.at.left, other.at.left);
      const high = Math.min(one.at.bottom, other.at.bottom) - Math.max(one.at.top, other.at.top);
      if (wide > 1 && high > 5) found.push(`${one.words} / ${other.words}`);
    }
  });
  return found;
}"""
