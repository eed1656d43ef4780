"""Notebooks as a trainee meets them: opened in JupyterLab, in a real browser, run, and used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.conftest import JupyterServer, WatchedPage

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
SMALL = """\
import ipywidgets as widgets

choice = widgets.ToggleButtons(options=["nlb", "alb"], description="Load balancer")
shown = widgets.HTML(f"<p id='shown'>{choice.value}</p>")
choice.observe(lambda change: setattr(shown, "value", f"<p id='shown'>{change.new}</p>"), ["value"])
widgets.VBox([choice, shown])
"""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
# Run every cell of the notebook in front, and hand back the errors that cells ended with.
RUN_ALL_CELLS = """async () => {
  const late = new Promise(done => setTimeout(done, 120000, ['not done after 120 s']));
  return Promise.race([late, run()]);

  async function run() {
    const app = window.jupyterapp;
    await app.restored;
    const panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await app.commands.execute('notebook:run-all-cells');
    const outputs = [...panel.content.model.cells].flatMap(
      cell => cell.type === 'code' ? cell.outputs.toJSON() : []);
    return outputs.filter(output => output.output_type === 'error')
      .map(output => output.ename + ': ' + output.evalue);
  }
}"""


@pytest.fixture
def run_notebook(jupyter_server: JupyterServer, watched_page: WatchedPage, tmp_path: Path):
    """Open a notebook, run all its cells, and wait for its first widget."""

    def run(notebook) -> WatchedPage:
        name = f"{tmp_path.name}.ipynb"
        nbformat.write(notebook, jupyter_server.folder / name)
        page = watched_page.page
        page.goto(jupyter_server.lab_url(name))
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
        assert page.evaluate(RUN_ALL_CELLS) == []
        return watched_page

    return run


def notebook_of(source: str):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata=KERNEL)


def assert_calm(watched_page: WatchedPage) -> None:
    assert watched_page.errors == []
    assert watched_page.requests_elsewhere == []


def test_a_toggle_changes_what_is_shown(run_notebook, tmp_path):
    watched = run_notebook(notebook_of(SMALL))
    expect(watched.page.locator("#shown")).to_have_text("nlb")
    watched.page.get_by_role("button", name="alb").click()
    expect(watched.page.locator("#shown")).to_have_text("alb")
    screenshot = tmp_path / "toggle.png"
    watched.page.screenshot(path=screenshot)
    assert screenshot.stat().st_size > 0
    assert_calm(watched)


def test_an_error_in_a_cell_is_noticed(run_notebook):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_notebook(notebook_of("1 / 0"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_in_jupyterlab(run_notebook, path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    watched = run_notebook(notebook)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    if any("widgets" in source or "explore" in source for source in sources):
        # A widget of ipywidgets, or the explorer, which is one of anywidget.
        shown = watched.page.locator(".jupyter-widgets, .lb-explorer")
        expect(shown.first).to_be_visible()
    watched.page.screenshot(path=tmp_path / f"{path.stem}.png")
    assert_calm(watched)
