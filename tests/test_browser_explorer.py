"""The explorer as a person meets it: in JupyterLab and as a dashboard of Voilà, in a browser."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from aws_lb_sim.explorer.codes import decode, encode
from aws_lb_sim.explorer.controls import controls, field
from aws_lb_sim.explorer.moves import choose
from aws_lb_sim.explorer.real_envoy import run_on_real_envoy
from aws_lb_sim.explorer.scenario import Ask, Scenario, run, start
from aws_lb_sim.explorer.state import headline, state_of
from tests.conftest import WatchedPage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "explorer.ipynb"
READY = 20_000
RUN_ALL_CELLS = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
}"""
# Each would run, or leave an element behind, where text became markup.
PAYLOADS = (
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    '"><svg onload=window.hacked=1>',
    "</textarea><script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    "{{constructor.constructor('window.hacked=1')()}}",
    "<iframe srcdoc='<script>parent.hacked=1</script>'>",
    "</style><script>window.hacked=1</script>",
    "]]><script>window.hacked=1</script>",
    "<math><mtext></math><img src=x onerror=window.hacked=1>",
)


@dataclass
class Shown:
    """An explorer on a page."""

    watched: WatchedPage
    place: str

    @property
    def page(self) -> Page:
        return self.watched.page

    @property
    def root(self) -> Locator:
        return self.page.locator(".lb-explorer").first

    @property
    def code(self) -> str:
        return self.root.get_attribute("data-code") or ""

    @property
    def scenario(self) -> Scenario:
        return decode(self.code)

    def ready(self) -> None:
        """Wait until everything that is one click away is there."""
        expect(self.root).to_have_attribute("data-ready", "true", timeout=READY)

    def restore(self, scenario: Scenario) -> None:
        self.root.get_by_label("Restore from a code or link").fill(encode(scenario))
        self.root.get_by_role("button", name="Restore").click()
        expect(self.root).to_have_attribute("data-code", encode(scenario), timeout=READY)
        self.ready()

    def control(self, name: str) -> Locator:
        """Return a control, its group unfolded."""
        made = self.root.locator(f'[data-control="{name}"]')
        if not made.is_visible():
            panel = self.root.locator(".ex-panel").filter(
                has=self.page.locator(f'[data-control="{name}"]')
            )
            self.root.locator(f'[aria-controls="{panel.get_attribute("id")}"]').click()
        return made

    def option(self, name: str, number: int) -> Locator:
        return self.control(name).locator(".ex-option").nth(number)

    def assert_shows(self, scenario: Scenario) -> None:
        """Check that what is on the page is what Python finds for a scenario."""
        state, outcome = state_of(scenario)
        expect(self.root).to_have_attribute("data-code", state["code"], timeout=READY)
        expect(self.root.locator(".ex-headline")).to_contain_text(headline(outcome.flow)[1])
        answer = state["card"]["entries"][-1][1]
        expect(self.root.locator(".ex-tile").last).to_contain_text(answer)
        found = self.page.evaluate(
            """() => [...document.querySelectorAll('.lb-explorer .ex-line')]
              .filter(line => line.dataset.sign !== '−')
              .map(line => line.textContent.slice(1).replace(/\\n$/, '')).join('\\n')"""
        )
        selected = self.root.locator(".ex-tab[aria-selected=true]").get_attribute("data-file")
        assert found.rstrip("\n") == state["files"][selected].rstrip("\n")


@pytest.fixture(scope="module", params=["lab", "voila"])
def opened(request, browser, jupyter_server):
    """The notebook as it is delivered, opened once in each place and used by all tests."""
    name = f"explorer-{request.param}.ipynb"
    nbformat.write(nbformat.read(NOTEBOOK, as_version=4), jupyter_server.folder / name)
    context = browser.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True)
    watched = WatchedPage(context.new_page())
    watched.watch()
    if request.param == "lab":
        watched.page.goto(jupyter_server.lab_url(name))
        watched.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext"
        )
        watched.page.evaluate(RUN_ALL_CELLS)
    else:
        watched.page.goto(f"{jupyter_server.url}/voila/render/{name}?token={jupyter_server.token}")
    shown = Shown(watched, request.param)
    expect(shown.root).to_be_visible(timeout=60_000)
    shown.ready()
    yield shown
    context.close()


@pytest.fixture
def explorer(opened):
    """The same page, back at the beginning, calm before and after each test."""
    opened.restore(start("recommended-nlb", Ask(scheme="http")))
    yield opened
    assert opened.watched.errors == [], opened.place
    assert opened.watched.requests_elsewhere == []
    assert opened.page.evaluate("() => window.hacked") is None


def test_it_opens_on_a_design_that_works(explorer):
    explorer.assert_shows(start("recommended-nlb", Ask(scheme="http")))
    expect(explorer.root.locator(".flow-view svg").first).to_be_visible()
    expect(explorer.root.locator(".ex-none")).to_contain_text("No errors")


@pytest.mark.parametrize("name", [made.name for made in controls() if made.options])
def test_each_control_changes_what_is_shown(explorer, name):
    base = start("tls-at-l7-alb" if name in ON_AN_ALB else "tls-at-l4-elb")
    if name == "alpn_policy":
        base = choose(
            choose(base, "load_balancer", "nlb").scenario, "split_ports", value=False
        ).scenario
        base = choose(base, "controller", "aws-load-balancer-controller").scenario
    elif name in ("preserve_client_ip", "proxy_protocol_by", "alpn_protocols"):
        base = start("recommended-nlb")
    explorer.restore(base)
    explorer.control(name)
    possible = explorer.control(name).locator("input:enabled:not(:checked)")
    number = int(possible.first.get_attribute("value"))
    explorer.option(name, number).click()
    made = next(each for each in controls() if each.name == name)
    value = made.options[number].value
    explorer.assert_shows(choose(base, name, value).scenario)
    record = explorer.scenario.ask if made.of_request else explorer.scenario.design
    assert getattr(record, field(made)) == value


ON_AN_ALB = ("xff_mode", "target_protocol_version", "alb_redirect", "target_type")


def test_a_click_needs_no_kernel(explorer):
    sent = []
    explorer.page.on("websocket", lambda _: None)
    explorer.page.evaluate(
        """() => {
          window.painted = [];
          const root = document.querySelector('.lb-explorer');
          document.querySelector('[data-control="forged_for"] input[value="1"]').click();
          window.painted.push(root.dataset.code);
        }"""
    )
    code = explorer.page.evaluate("() => window.painted[0]")
    assert sent == []
    assert decode(code).ask.forged_for, "the page was painted within the click itself"


def test_what_is_impossible_is_disabled_and_says_why(explorer):
    explorer.restore(start("tls-at-l7-alb"))
    control = explorer.control("tls_termination")
    emissary = control.locator("input[value='1']")
    expect(emissary).to_be_disabled()
    reason = "a load balancer on layer 7 cannot pass TLS through"
    expect(control.locator(".ex-why")).to_contain_text(reason)
    assert reason in (explorer.option("tls_termination", 1).get_attribute("title") or "")
    described = emissary.get_attribute("aria-describedby")
    expect(explorer.page.locator(f"#{described}")).to_contain_text(reason)


def test_what_gives_way_is_said_and_can_be_undone(explorer):
    before = explorer.code
    explorer.option("load_balancer", 3).click()
    expect(explorer.root.locator(".ex-notice")).to_contain_text(
        "TLS ends at: Emissary → load balancer"
    )
    assert explorer.scenario.design.load_balancer == "alb"
    explorer.root.get_by_role("button", name="Undo").click()
    expect(explorer.root).to_have_attribute("data-code", before)


def test_changed_lines_of_the_manifests_are_marked(explorer):
    explorer.option("external_traffic_policy", 1).click()
    code = explorer.root.locator(".ex-code")
    expect(code.locator("[data-sign='+']").last).to_contain_text("externalTrafficPolicy: Local")
    expect(code.locator("[data-sign='−']").last).to_contain_text("externalTrafficPolicy: Cluster")
    expect(explorer.root.locator(".ex-changed-lines")).to_contain_text("Your last choice")


def test_every_preset_can_be_started_from(explorer):
    for preset in ("tls-at-l4-elb-as-printed", "client-ip-proxy-protocol"):
        explorer.root.get_by_label("Start from").select_option(preset)
        explorer.assert_shows(start(preset, Ask(scheme="http")))
        expect(explorer.root.get_by_label("Start from")).to_have_value(preset)
        explorer.ready()


def test_the_packet_can_be_stepped(explorer):
    flow = explorer.root.locator(".flow-view")
    caption = flow.locator("[data-act='next']")
    before = flow.inner_text()
    caption.click()
    assert flow.inner_text() != before


def test_a_fix_is_applied_by_its_button(explorer):
    base = choose(start("tls-at-l4-elb"), "split_ports", value=False).scenario
    explorer.restore(base)
    expect(explorer.root.locator(".ex-headline")).to_contain_text("Redirect loop")
    explorer.root.locator("[data-code='redirect-loop'] .ex-fix").first.click()
    expect(explorer.root.locator(".ex-headline")).not_to_contain_text("Redirect loop")
    expect(explorer.root.locator(".ex-notice")).to_contain_text("Done")
    assert not run(explorer.scenario).flow.redirect_loop
    explorer.assert_shows(explorer.scenario)


def test_the_bundle_is_downloaded_and_is_what_was_simulated(explorer):
    explorer.restore(start("tls-at-l7-alb-as-printed"))
    bundle = run(explorer.scenario).bundle
    with explorer.page.expect_download() as archive:
        explorer.root.get_by_role("button", name="Download all (zip)").click()
    data = Path(archive.value.path()).read_bytes()
    assert archive.value.suggested_filename == "load-balancer-manifests.zip"
    assert data == bundle.zip()
    with zipfile.ZipFile(BytesIO(data)) as held:
        assert held.namelist() == list(bundle.files)
    explorer.root.get_by_role("tab", name="cloudformation.yaml").click()
    with explorer.page.expect_download() as file:
        explorer.root.get_by_role("button", name="Download file").click()
    assert Path(file.value.path()).read_text() == bundle.files["cloudformation.yaml"]


def test_a_real_envoy_runs_at_the_press_of_a_button(explorer):
    run = explorer.root.get_by_role("button", name="Run it on a real Envoy")
    panel = explorer.root.get_by_role("region", name="A real Envoy")
    expect(panel).to_be_hidden()
    run.focus()
    for _ in range(2):  # the second press is while the first one runs
        explorer.page.keyboard.press("Enter")
    running = explorer.root.get_by_role("button", name="Running on a real Envoy")
    expect(running).to_have_attribute("aria-disabled", "true")
    expect(panel.get_by_role("status")).to_contain_text("✓ A real Envoy agrees", timeout=READY)
    expect(run).to_be_focused()
    wanted = run_on_real_envoy(explorer.scenario)
    assert [row for request in wanted["requests"] for row in request["rows"] if not row[-1]] == []
    rows = panel.locator("tbody tr:not(.ex-request)")
    expect(rows).to_have_count(sum(len(each["rows"]) for each in wanted["requests"]))
    expect(rows.first).to_contain_text("✓ same")
    explorer.option("forged_for", 1).click()
    expect(panel).to_be_hidden()  # it was about another design
    explorer.root.get_by_role("button", name="Undo").click()
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def test_a_code_that_is_none_is_refused_in_words(explorer):
    before = explorer.code
    explorer.root.get_by_label("Restore from a code or link").fill("<b>junk</b>")
    explorer.root.get_by_role("button", name="Restore").click()
    expect(explorer.root.locator(".ex-alert")).to_contain_text("no code of the explorer")
    assert explorer.code == before


def test_free_text_is_simulated_as_it_is_typed(explorer):
    explorer.control("client_ip").locator("input").fill("2001:db8::7")
    explorer.assert_shows(start("recommended-nlb", Ask(scheme="http", client_ip="2001:db8::7")))


def test_what_cannot_be_used_is_said_beside_the_text(explorer):
    before = explorer.code
    box = explorer.control("client_ip").locator("input")
    box.fill("nowhere")
    expect(explorer.control("client_ip").locator(".ex-why")).to_contain_text("no IP address")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert explorer.code == before
    box.fill("192.0.2.9")
    expect(box).not_to_have_attribute("aria-invalid", "true")
    assert explorer.scenario.ask.client_ip == "192.0.2.9"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text(explorer, payload):
    page = explorer.page
    before = page.evaluate("() => document.querySelectorAll('script, iframe, img, math').length")
    for name, value in (
        ("headers", f"X-Forwarded-For: {payload}"),
        ("path", f"/{payload}"),
        ("host", payload),
        ("client_ip", payload),
        ("hostname", payload),
        ("backend", payload),
    ):
        explorer.control(name).locator("input, textarea").fill(value)
        page.wait_for_timeout(60)
    explorer.root.get_by_label("Restore from a code or link").fill(payload)
    explorer.root.get_by_role("button", name="Restore").click()
    expect(explorer.root.locator(".ex-alert")).to_contain_text("no code")
    after = page.evaluate("() => document.querySelectorAll('script, iframe, img, math').length")
    assert after == before
    assert page.evaluate("() => window.hacked") is None


def test_the_keyboard_does_everything(explorer):
    page = explorer.page
    explorer.control("load_balancer")
    explorer.root.get_by_label("Start from").focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => document.activeElement.closest('[data-control]')?.dataset.control"
        )
        if focused == "load_balancer":
            break
    assert focused == "load_balancer"
    page.keyboard.press("ArrowRight")
    expect(explorer.root).not_to_have_attribute(
        "data-code", encode(start("recommended-nlb", Ask(scheme="http")))
    )
    assert explorer.scenario.design.load_balancer == "alb"
    explorer.ready()
    explorer.root.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    assert explorer.scenario == start("recommended-nlb", Ask(scheme="http"))
    tabs = explorer.root.get_by_role("tab")
    explorer.root.locator(".ex-tab[aria-selected=true]").focus()
    page.keyboard.press("End")
    expect(tabs.last).to_have_attribute("aria-selected", "true")
    expect(tabs.last).to_be_focused()


def test_nobody_is_kept_out(explorer):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(explorer.page, context=".lb-explorer")
    grave = [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_a_dark_theme_is_dark(explorer):
    page = explorer.page
    before = page.evaluate("() => document.body.dataset.jpThemeLight")
    page.evaluate("() => { document.body.dataset.jpThemeLight = 'false'; }")
    expect(explorer.root).to_have_attribute("data-theme", "dark")
    page.evaluate("(was) => { document.body.dataset.jpThemeLight = was ?? 'true'; }", before)
    expect(explorer.root).to_have_attribute("data-theme", "light")


def test_a_link_to_voila_restores_the_state(browser, jupyter_server):
    name = "explorer-link.ipynb"
    nbformat.write(nbformat.read(NOTEBOOK, as_version=4), jupyter_server.folder / name)
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    shown = Shown(WatchedPage(context.new_page()), "voila")
    scenario = start("tls-at-l7-alb", Ask(forged_for=True))
    address = f"{jupyter_server.url}/voila/render/{name}?code={encode(scenario)}"
    shown.page.goto(f"{address}&token={jupyter_server.token}")
    expect(shown.root).to_be_visible(timeout=60_000)
    shown.assert_shows(scenario)
    assert (
        f"?code={encode(scenario)}" in shown.root.get_by_label("Link to this state").input_value()
    )
    context.close()
