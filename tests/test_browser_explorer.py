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

BASE = start("recommended-nlb", Ask(scheme="http"))
TEXTS = {
    "hostname": "*.example.com",
    "namespace": "edge",
    "backend": "front:8080",
    "certificate_arn": "arn:aws:acm:eu-central-1:111122223333:certificate/feed",
    "tls_secret": "another-secret",
    "host": "www.example.com",
    "path": "/cart?id=1",
    "client_ip": "2001:db8::7",
    "headers": "X-Real-Ip: 198.51.100.9",
}
ON_AN_ALB = ("xff_mode", "target_protocol_version", "alb_redirect", "target_type")


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
        address = f"{jupyter_server.url}/voila/render/{name}?token={jupyter_server.token}"
        # Voilà sends the page while its cells run: what is waited for is the explorer in it.
        watched.page.goto(address, wait_until="commit")
    shown = Shown(watched, request.param)
    expect(shown.root).to_be_visible(timeout=60_000)
    shown.ready()
    yield shown
    context.close()


@pytest.fixture
def anywhere(opened):
    """The same page, wherever the test before left it, calm after each test."""
    yield opened
    assert opened.watched.errors == [], opened.place
    assert opened.watched.requests_elsewhere == []
    assert opened.page.evaluate("() => window.hacked") is None


@pytest.fixture
def explorer(anywhere):
    """The same, back at the beginning."""
    anywhere.restore(BASE)
    anywhere.ready()
    return anywhere


# What of an element can be seen, as a share of its height: the parts of it within all that
# scroll it.
SEEN = """element => new Promise(done => new IntersectionObserver(([entry], observer) => {
  observer.disconnect();
  done(entry.intersectionRatio);
}).observe(element))"""


def test_the_first_screen_tells_the_story(opened):
    """Right after it was run: nobody has scrolled, JupyterLab's side bar is open."""
    for selector in (".ex-top", ".ex-headline", ".ex-tiles", ".fv-bar", ".fv-picture"):
        seen = opened.root.locator(selector).first.evaluate(SEEN)
        assert seen > 0.98, (opened.place, selector, seen)


def test_it_opens_on_a_design_that_works(explorer):
    explorer.assert_shows(BASE)
    expect(explorer.root.locator(".flow-view svg").first).to_be_visible()
    expect(explorer.root.locator(".ex-none")).to_contain_text("No errors")


@pytest.mark.parametrize("name", [made.name for made in controls() if made.options])
def test_each_control_changes_what_is_shown(anywhere, name):
    explorer = anywhere
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


def test_each_text_changes_what_is_shown(explorer):
    scenario = BASE
    for name, value in TEXTS.items():
        explorer.control(name).locator("input, textarea").fill(value)
        scenario = choose(scenario, name, value).scenario
        explorer.assert_shows(scenario)


def test_every_text_is_tested():
    assert set(TEXTS) == {made.name for made in controls() if made.is_text}


def test_a_click_needs_no_kernel(explorer):
    """Flow, headline and manifests: what the benchmark of latency takes for painted."""
    code, answer, lines = explorer.page.evaluate(
        """() => {
          const root = document.querySelector('.lb-explorer');
          root.querySelector('[data-control="insecure_action"] input[value="1"]').click();
          return [
            root.dataset.code,
            root.querySelector('.fv-answer').textContent,
            [...root.querySelectorAll('.ex-line[data-sign="+"]')].map(line => line.textContent),
          ];
        }"""
    )
    assert decode(code).design.insecure_action == "Route", "painted within the click itself"
    assert "200" in answer
    assert any("Route" in line for line in lines)


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


def test_the_packet_is_stepped_to_the_answer_and_back(explorer):
    flow = explorer.root.locator(".flow-view")
    flow.locator(".fv-chip").first.click()
    caption = flow.locator(".fv-caption")
    steps = [2 * len(each.hops) + 2 for each in run(explorer.scenario).flow.exchanges]
    assert len(steps) == 2, "the redirect is followed"
    forward = flow.get_by_role("button", name="Next")
    for number, count in enumerate(steps):
        for step in range(1, count + 1):
            forward.click()
            expect(caption).to_contain_text(f"Step {step} of {count}")
        expect(flow.locator(".fv-chip").nth(number)).to_have_attribute("aria-current", "step")
    expect(caption).to_contain_text("200")
    expect(flow.locator(".fv-packet")).to_have_attribute("visibility", "visible")
    flow.get_by_role("button", name="Back", exact=True).click()
    expect(caption).to_contain_text(f"Step {steps[1] - 1} of {steps[1]}")
    flow.get_by_role("button", name="Whole picture").click()
    expect(caption).to_contain_text("Whole picture")
    flow.get_by_role("button", name="Play").click()
    expect(caption).to_contain_text("Step 2 of")
    flow.get_by_role("button", name="Pause").click()


def test_a_fix_is_applied_by_its_button(explorer):
    base = choose(start("tls-at-l4-elb"), "split_ports", value=False).scenario
    explorer.restore(base)
    explorer.ready()
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


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press a key until the focus is there: what cannot be reached so fails."""
    for _ in range(150):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_the_keyboard_does_everything(explorer):
    """One way through all of it: choose, step, inspect, mend, take away, restore."""
    page, keyboard = explorer.page, explorer.page.keyboard
    explorer.root.get_by_label("Start from").focus()
    if not explorer.root.locator('[data-control="load_balancer"]').is_visible():
        tab_to(page, ".ex-head")
        keyboard.press("Enter")
    tab_to(page, '[data-control="load_balancer"] input')
    keyboard.press("ArrowRight")
    explorer.assert_shows(choose(BASE, "load_balancer", "alb").scenario)
    tab_to(page, ".ex-top button:not([disabled])", "Shift+Tab")
    keyboard.press("Enter")
    explorer.assert_shows(BASE)
    tab_to(page, "[data-act=play]")
    keyboard.press("Enter")
    expect(explorer.root.locator("[data-act=play]")).to_have_text("Pause")
    keyboard.press("Enter")
    tab_to(page, ".fv-item")
    keyboard.press("PageUp")
    keyboard.press("End")
    keyboard.press("Enter")
    expect(explorer.root.locator(".fv-inspector")).to_contain_text("301")
    keyboard.press("Escape")
    keyboard.press("Escape")
    expect(explorer.root.locator(".fv-caption")).to_contain_text("Whole picture")
    tab_to(page, ".ex-tab")
    keyboard.press("End")
    expect(explorer.root.get_by_role("tab").last).to_have_attribute("aria-selected", "true")
    expect(explorer.root.get_by_role("tab").last).to_be_focused()
    with page.expect_download() as archive:
        tab_to(page, ".ex-files .ex-strong", "Shift+Tab")
        keyboard.press("Enter")
    assert Path(archive.value.path()).read_bytes() == run(explorer.scenario).bundle.zip()
    looping = choose(start("tls-at-l4-elb"), "split_ports", value=False).scenario
    tab_to(page, ".ex-share form input")
    keyboard.insert_text(encode(looping))
    keyboard.press("Enter")
    expect(explorer.root).to_have_attribute("data-code", encode(looping), timeout=READY)
    explorer.ready()
    tab_to(page, "[data-code='redirect-loop'] .ex-fix", "Shift+Tab")
    keyboard.press("Enter")
    expect(explorer.root.locator(".ex-headline")).not_to_contain_text("Redirect loop")
    explorer.root.get_by_label("Restore from a code or link").fill("")


def test_nobody_is_kept_out(explorer):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(explorer.page, context=".lb-explorer")
    grave = [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found.response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_stillness_is_kept_for_who_asked_for_it(explorer):
    page = explorer.page
    page.emulate_media(reduced_motion="reduce")
    packet = explorer.root.locator(".fv-packet")
    next_ = explorer.root.get_by_role("button", name="Next")
    next_.click()
    explorer.root.locator("[data-act=play]").click()
    expect(explorer.root.locator(".fv-caption")).to_contain_text("Step 2 of")
    place = packet.get_attribute("transform")
    page.wait_for_timeout(200)
    assert packet.get_attribute("transform") == place
    explorer.root.locator("[data-act=play]").click()
    page.emulate_media(reduced_motion="no-preference")


def test_nothing_is_cut_off_on_a_narrow_screen(explorer):
    page = explorer.page
    page.set_viewport_size({"width": 900, "height": 720})
    sticking_out = explorer.root.evaluate(
        """root => {
          const edge = root.getBoundingClientRect().right + 1;
          const scrolled = ".fv-stage *, pre *, code *, .ex-lab-facts *, [hidden] *";
          return [...root.querySelectorAll("*")]
            .filter(each => !each.matches(scrolled) && each.getBoundingClientRect().right > edge)
            .map(each => each.outerHTML.slice(0, 120));
        }"""
    )
    page.set_viewport_size({"width": 1280, "height": 720})
    assert sticking_out == []


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
    shown.page.goto(f"{address}&token={jupyter_server.token}", wait_until="commit")
    expect(shown.root).to_be_visible(timeout=60_000)
    shown.assert_shows(scenario)
    assert (
        f"?code={encode(scenario)}" in shown.root.get_by_label("Link to this state").input_value()
    )
    context.close()
