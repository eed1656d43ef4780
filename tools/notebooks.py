"""Run the notebooks and write them back as they are committed.

What differs from run to run is left out: ids of widgets, times, the version of
Python. So the same code gives the same bytes, and a change of an output shows
in a diff.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = Path(__file__).parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def main(names: list[str]) -> int:
    """Run the notebooks named, or all, and return how many differ from what was there."""
    paths = [Path(name) for name in names] or sorted(FOLDER.glob("*.ipynb"))
    changed = [path for path in paths if refresh(path)]
    for path in changed:
        print(f"{path}: written anew")
    return len(changed)


def refresh(path: Path) -> bool:
    """Run one notebook and write it back; tell whether it changed."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
    text = nbformat.writes(tidy(notebook))  # type: ignore[no-untyped-call]
    after = f"{text}\n"
    path.write_text(after, encoding="utf-8")
    return after != before


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Leave out what differs from run to run."""
    kept = {name: notebook.metadata[name] for name in ("voila",) if name in notebook.metadata}
    notebook.metadata = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"kernelspec": KERNEL, "language_info": {"name": "python"}, **kept}
    )
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number}"
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    return notebook


if __name__ == "__main__":
    main(sys.argv[1:])
