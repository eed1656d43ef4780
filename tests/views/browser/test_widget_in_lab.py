"""The widget as people meet it: in JupyterLab, in a real browser, light and dark."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.test_browser_notebook import assert_calm, notebook_of, run_notebook  # noqa: F401

SOURCE = """\
from aws_lb_sim import preset, read_manifests, simulate

cluster = read_manifests(preset("recommended-nlb").manifests())
view = simulate(cluster, "http://shop.example.com/").view()
view
"""


def test_it_is_drawn_stepped_and_inspected(run_notebook, tmp_path):  # noqa: F811
    watched = run_notebook(notebook_of(SOURCE))
    page = watched.page
    picture = page.locator(".flow-view")
    expect(picture.locator(".fv-box")).to_have_count(4)
    expect(picture).to_have_attribute("data-theme", "light")
    picture.get_by_role("button", name="Next").click()
    expect(picture.locator(".fv-caption")).to_contain_text("Step 1 of 8")
    picture.locator("[data-key='box client']").focus()
    page.keyboard.press("ArrowRight")
    expect(picture.locator(".fv-caption")).to_contain_text("Hop 1, client to load-balancer")
    page.keyboard.press("Enter")
    expect(picture.locator(".fv-inspector")).to_contain_text("On the wire")
    page.keyboard.press("Escape")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    expect(picture).to_have_attribute("data-theme", "dark")
    page.screenshot(path=tmp_path / "lab.png")
    assert_calm(watched)
