"""The notebooks as dashboards: no code, no error, and nothing asked of another machine."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

FOLDER = Path(__file__).parent.parent / "notebooks"
# The last thing on each page, which is there when all cells have run.
LAST = {"decision": "Open it in the explorer", "is-the-page-right": "selector"}


@pytest.mark.parametrize("name", LAST)
def test_a_notebook_is_a_dashboard(name, jupyter_server, watched_page):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.write(notebook, jupyter_server.folder / f"{name}-voila.ipynb")
    page = watched_page.page
    page.goto(
        f"{jupyter_server.url}/voila/render/{name}-voila.ipynb?token={jupyter_server.token}",
        timeout=240_000,
    )
    expect(page.get_by_text(LAST[name]).last).to_be_visible(timeout=60_000)
    title = page.locator("h1").first.text_content().removesuffix("¶")
    assert title in notebook.cells[0].source
    assert page.get_by_text("import HTML").count() == 0
    assert page.get_by_text("Traceback").count() == 0
    assert watched_page.errors == []
    assert watched_page.requests_elsewhere == []


def test_the_panel_opens_what_it_recommends_in_the_explorer(jupyter_server, watched_page):
    cell = (
        "from aws_lb_sim.explorer.decide_panel import decide_panel\n"
        "decide_panel({'waf': 'must'}, load_balancer='alb')"
    )
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell)],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "voila": {"template": "aws-lb-sim"},
        },
    )
    nbformat.write(notebook, jupyter_server.folder / "panel-voila.ipynb")
    page = watched_page.page
    page.goto(
        f"{jupyter_server.url}/voila/render/panel-voila.ipynb?token={jupyter_server.token}",
        timeout=240_000,
    )
    asked = page.get_by_label("Fixed addresses (Elastic IP)")
    asked.select_option("must")
    expect(page.get_by_text("None of ")).to_be_visible(timeout=60_000)
    button = page.get_by_role("button", name="Open it in the explorer")
    expect(button).to_be_disabled()
    asked.select_option("don't care")
    expect(button).to_be_enabled(timeout=60_000)
    button.click()
    expect(page.locator(".lb-explorer")).to_be_visible(timeout=60_000)
    expect(page.locator(".lb-explorer").get_by_text("It works: 200").first).to_be_visible()
    assert watched_page.errors == []
    assert watched_page.requests_elsewhere == []
