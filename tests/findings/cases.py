"""Reads the cases of tests/data/findings: a bad and a good manifest, side by side.

A file is named after the code it is about (with something behind it, where a code has
several). After ``### bad`` and ``### good`` come comments that say how to simulate it and
the documents, which replace those of the same name in the base. ``# fires here`` marks the
line that the finding must name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lb_sim.cluster import Cluster, read
from aws_lb_sim.findings.check import describe
from aws_lb_sim.manifests.load import load_text
from aws_lb_sim.simulation import simulate

if TYPE_CHECKING:
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.manifests.document import Document

FOLDER = Path(__file__).parent.parent / "data" / "findings"
MARK = "# fires here"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One half of a file."""

    name: str
    kind: str
    text: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        codes = [hazard.code for hazard in describe() if self.name.startswith(hazard.code)]
        return max(codes, key=len)

    @property
    def line(self) -> int | None:
        """The line that must be named, from 1."""
        lines = self.text.splitlines()
        return next((n for n, text in enumerate(lines, 1) if MARK in text), None)

    def documents(self) -> tuple[Document, ...]:
        base = FOLDER / "bases" / f"{self.settings['base']}.yaml"
        documents = {_key(each): each for each in load_text(base.read_text(), base.name)}
        if any(line.strip() and not line.startswith("#") for line in self.text.splitlines()):
            own = load_text(self.text, f"{self.name}.yaml")
            documents.update((_key(each), each) for each in own)
        documents.pop(self.settings.get("without", ""), None)
        return tuple(documents.values())

    def cluster(self) -> Cluster:
        options: dict[str, Any] = {"emissary_version": self.settings.get("version", "3.3")}
        if "attribute" in self.settings:
            options["attributes"] = dict([self.settings["attribute"].split("=")])
        if "missing-secret" in self.settings:
            options["missing_secrets"] = [self.settings["missing-secret"]]
        if "in-front" in self.settings:
            options["in_front"] = [self.settings["in-front"]]
        options["node_without_pod"] = "node-without-pod" in self.settings
        return read(self.documents(), **options)

    def flow(self) -> Flow:
        url = self.settings.get("url", "https://shop.example.com/")
        header = self.settings.get("header")
        headers = (tuple(header.split(": ", 1)),) if header else ()
        return simulate(
            self.cluster(),
            url,
            http=self.settings.get("http", "1.1"),
            headers=headers,
        )


def _key(document: Document) -> str:
    return f"{document.kind}/{document.namespace}/{document.name}"


def read_cases(kind: str) -> list[Case]:
    """Read all halves that are ``bad``, or ``good``."""
    return [_read(path, kind) for path in sorted(FOLDER.glob("*.yaml"))]


def _read(path: Path, kind: str) -> Case:
    lines: list[str] = []
    settings: dict[str, str] = {}
    inside = False
    for line in path.read_text().splitlines():
        if line.startswith("### "):
            inside = line == f"### {kind}"
        # Lines of the other half are left empty, so that line numbers are the file's.
        lines.append(line if inside and not line.startswith("### ") else "")
        name, colon, value = line.removeprefix("# ").partition(": ")
        if inside and line.startswith("# ") and colon and " " not in name:
            settings[name] = value
    return Case(name=path.stem, kind=kind, text="\n".join(lines), settings=settings)
