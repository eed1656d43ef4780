"""Notebooks as they are committed: nothing in them that differs from run to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from tools.notebooks import FOLDER, tidy

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# Outputs of these kinds are what nbval compares byte for byte; it leaves pictures out.
COMPARED = {"text/html", "text/markdown", "text/plain"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_written_as_the_tool_writes_it(path: Path):
    notebook = nbformat.read(path, as_version=4)
    assert path.read_text(encoding="utf-8") == f"{nbformat.writes(tidy(notebook))}\n"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_cell_was_run_and_every_output_can_be_compared(path: Path):
    cells = [each for each in nbformat.read(path, as_version=4).cells if each.cell_type == "code"]
    assert [each.execution_count for each in cells] == list(range(1, len(cells) + 1))
    outputs = [output for each in cells for output in each.outputs]
    assert {kind for output in outputs for kind in output.get("data", {})} <= COMPARED
    assert {output.output_type for output in outputs} <= {"execute_result", "stream"}
    # What is written to standard error is a warning that no reader should see.
    assert {output.get("name") for output in outputs} <= {None, "stdout"}
