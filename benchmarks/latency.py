"""``python -m benchmarks.latency``: from a click to the painted page, in a real browser.

Needs the packages and the Chromium of the tests. In JupyterLab and in Voilà two pages are
open: the explorer, and the floor, a ToggleButton of ipywidgets whose callback echoes one line
into ``ipywidgets.HTML``. They are clicked in turns, at a person's pace. The clock runs in the
page, from the click to the first moment after the frame in which the change was drawn.
"""

from __future__ import annotations

import secrets
import statistics
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from playwright.sync_api import sync_playwright

from benchmarks.__main__ import describe_machine
from tests.conftest import (
    JupyterServer,
    free_port,
    jupyter_command,
    jupyter_environment,
    wait_until_up,
)
from tools.browser import browser_arguments, find_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

TABLE = Path(__file__).parent / "LATENCY.md"
TOKEN = "benchmark"  # noqa: S105 - of a server on loopback
TOGGLES = 50
TEXTS = 30
WARM_UP = 5
PAUSE = 400
"""Milliseconds between a click on one page and the next click on the other."""
MOST_OF_FLOOR, MOST_MILLISECONDS, MOST_OF_FLOOR_TEXT = 0.6, 50, 1.3
KERNEL = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "voila": {"template": "aws-lb-sim"},
}
FLOOR = """\
import ipywidgets as widgets

toggle = widgets.ToggleButton(description="Toggle")
line = widgets.HTML("<p id='line'>False</p>")
toggle.observe(lambda change: setattr(line, "value", f"<p id='line'>{change.new}</p>"), ["value"])
widgets.VBox([toggle, line])
"""
EXPLORER = "from aws_lb_sim.explorer import Explorer\n\nExplorer('recommended-nlb', scheme='http')"
RUN_ALL_CELLS = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
}"""
# Installs window.timed(watched, act): milliseconds from a doing to the moment after the frame in
# which the change of what is watched was drawn.
CLOCK = """() => {
  const painted = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  }));
  window.timed = async (watched, what, act) => {
    const changed = new Promise((done, fail) => {
      const observer = new MutationObserver(() => { observer.disconnect(); done(); });
      observer.observe(watched, what);
      setTimeout(() => fail(new Error('nothing changed for 10 s')), 10000);
    });
    // At any moment of a frame, as a person's finger comes down.
    await new Promise(done => setTimeout(done, Math.random() * 20));
    const begin = performance.now();
    act();
    await changed;
    return await painted() - begin;
  };
}"""
CLICK_FLOOR = """() => timed(document.querySelector('#line').parentElement.parentElement,
  {childList: true, characterData: true, subtree: true},
  () => document.querySelector('.widget-toggle-button').click())"""
# The code of the state is written when flow, controls and manifests have been changed: in the
# frame after it all of them are drawn.
CLICK_EXPLORER = """async number => {
  const root = document.querySelector('.lb-explorer');
  const possible = [...root.querySelectorAll('[data-control] input[type=radio]')]
    .filter(input => !input.checked && !input.disabled);
  const input = possible[(number * 7919) % possible.length];
  const before = root.dataset.code;
  let here = false;
  const time = await timed(root, {attributeFilter: ['data-code']}, () => {
    input.click();
    here = root.dataset.code !== before;
  });
  return [time, here];
}"""
TYPE_EXPLORER = """async number => {
  const root = document.querySelector('.lb-explorer');
  const input = root.querySelector('[data-control="path"] input');
  return await timed(root, {attributeFilter: ['data-code']}, () => {
    input.value = '/typed/' + number;
    input.dispatchEvent(new Event('input', {bubbles: true}));
  });
}"""


@dataclass
class Times:
    """Milliseconds of one kind of doing."""

    each: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.each)

    @property
    def p95(self) -> float:
        """The one that 95 of 100 do not exceed."""
        return sorted(self.each)[min(len(self.each) - 1, round(0.95 * len(self.each)))]

    def __str__(self) -> str:
        return f"{self.median:.0f} ({self.p95:.0f})"


@dataclass
class Place:
    """What was measured in JupyterLab or Voilà."""

    name: str
    floor: Times = field(default_factory=Times)
    toggles: Times = field(default_factory=Times)
    texts: Times = field(default_factory=Times)
    at_hand: int = 0


def main() -> None:
    """Measure, print, and write the table."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as served:
        write_notebooks(served.folder)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=find_browser(), headless=True, args=browser_arguments()
            )
            places = [measure(chromium, served, name) for name in ("JupyterLab", "Voilà")]
            chromium.close()
    table = report(places)
    print(table)
    TABLE.write_text(table, encoding="utf-8")


@contextmanager
def server(folder: Path) -> Iterator[JupyterServer]:
    """Run one server for both: Voilà is an extension of it."""
    home, notebooks = folder / "home", folder / "notebooks"
    home.mkdir()
    notebooks.mkdir()
    served = JupyterServer(
        url=f"http://127.0.0.1:{free_port()}",
        token=secrets.token_hex(16),
        folder=notebooks,
    )
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            jupyter_command(served),
            env=jupyter_environment(home),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_up(served, process, log)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=30)


def write_notebooks(folder: Path) -> None:
    """Write a notebook of one cell for the floor and for the explorer."""
    for name, source in (("floor", FLOOR), ("explorer", EXPLORER)):
        cells = [nbformat.v4.new_code_cell(source)]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)
        nbformat.write(notebook, folder / f"{name}.ipynb")


def open_page(chromium: Browser, served: JupyterServer, place: str, name: str) -> Page:
    """Open a notebook in its own window, and run it."""
    page = chromium.new_context(viewport={"width": 1280, "height": 720}).new_page()
    if place == "JupyterLab":
        page.goto(served.lab_url(f"{name}.ipynb"))
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
        page.evaluate(RUN_ALL_CELLS)
    else:
        page.goto(f"{served.url}/voila/render/{name}.ipynb?token={served.token}")
    ready = "#line" if name == "floor" else ".lb-explorer[data-ready=true]"
    page.wait_for_selector(ready, timeout=90_000)
    page.evaluate(CLOCK)
    page.wait_for_timeout(1000)
    return page


def measure(chromium: Browser, served: JupyterServer, name: str) -> Place:
    """Click the floor and the explorer in turns; then type."""
    place = Place(name)
    floor = open_page(chromium, served, name, "floor")
    explorer = open_page(chromium, served, name, "explorer")
    for number in range(WARM_UP + TOGGLES):
        time = timed(floor, CLICK_FLOOR)
        taken, at_hand = timed(explorer, CLICK_EXPLORER, number)
        if number >= WARM_UP:
            place.floor.each.append(time)
            place.toggles.each.append(taken)
            place.at_hand += at_hand
    for number in range(WARM_UP + TEXTS):
        time = timed(floor, CLICK_FLOOR)
        taken = timed(explorer, TYPE_EXPLORER, number)
        if number >= WARM_UP:
            place.floor.each.append(time)
            place.texts.each.append(taken)
    floor.context.close()
    explorer.context.close()
    return place


def timed(page: Page, script: str, number: int | None = None) -> Any:
    """Do something on a page, and wait as long as a person would look at it."""
    taken = page.evaluate(script) if number is None else page.evaluate(script, number)
    page.wait_for_timeout(PAUSE)
    return taken


def report(places: list[Place]) -> str:
    """Return the table, in Markdown."""
    lines = [
        "# From click to paint",
        "",
        (
            "Written by `python -m benchmarks.latency`: milliseconds, median (95th percentile), "
            f"{TOGGLES} toggles and {TEXTS} texts, in a real browser. The floor is a ToggleButton "
            "whose callback echoes one line of `ipywidgets.HTML`, clicked in turns in the "
            "same run. Machines are noisy: compare ratios of one run."
        ),
        "",
        describe_machine(),
        "",
        "| where | what | explorer | floor | of floor | aim | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for place in places:
        ratio = place.toggles.median / place.floor.median
        met = ratio <= MOST_OF_FLOOR and place.toggles.p95 <= MOST_MILLISECONDS
        aim = f"≤ {MOST_OF_FLOOR} × floor, 95th percentile ≤ {MOST_MILLISECONDS} ms"
        lines.append(row(place, "toggle", place.toggles, ratio, aim, met=met))
        ratio = place.texts.median / place.floor.median
        aim, met = f"≤ {MOST_OF_FLOOR_TEXT} × floor", ratio <= MOST_OF_FLOOR_TEXT
        lines.append(row(place, "free text", place.texts, ratio, aim, met=met))
    at_hand = ", ".join(f"{place.name} {place.at_hand} of {TOGGLES}" for place in places)
    lines += ["", f"Toggles painted from states that were on the page already: {at_hand}."]
    return "\n".join(lines) + "\n"


def row(place: Place, what: str, times: Times, ratio: float, aim: str, *, met: bool) -> str:
    """Return one line of the table."""
    answer = "yes" if met else "no"
    return f"| {place.name} | {what} | {times} | {place.floor} | {ratio:.2f} | {aim} | {answer} |"


if __name__ == "__main__":
    main()
