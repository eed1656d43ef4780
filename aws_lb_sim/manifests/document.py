"""One Kubernetes (or AWS) document, and where each of its fields stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aws_lb_sim.errors import InputError

__all__ = ["Document"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A mapping read from a file, from standard input, or built in memory.

    Parameters
    ----------
    data
        The document as plain dicts, lists and scalars. Treat it as read-only.
    source
        The file name, ``<stdin>`` or ``<memory>``.
    index
        Its place in the source, counted from 1.
    node
        The YAML node tree it was built from, for line numbers; None in memory.

    Examples
    --------
    >>> service = {"kind": "Service", "metadata": {"name": "edge", "namespace": "emissary"}}
    >>> Document(data=service).where("spec", "ports")
    'Service emissary/edge, spec.ports'
    """

    data: dict[str, Any]
    source: str = "<memory>"
    index: int = 1
    node: Any = field(default=None, compare=False, repr=False)

    @property
    def kind(self) -> str:
        """``kind``, or an empty string where there is none."""
        value = self.data.get("kind")
        return value if isinstance(value, str) else ""

    @property
    def name(self) -> str:
        """``metadata.name``, or an empty string."""
        metadata = self.data.get("metadata")
        return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""

    @property
    def namespace(self) -> str:
        """``metadata.namespace``, ``default`` where it is absent."""
        metadata = self.data.get("metadata")
        found = metadata.get("namespace") if isinstance(metadata, dict) else None
        return found if isinstance(found, str) and found else "default"

    def line(self, *path: str | int) -> int | None:
        """Return the line (from 1) of the field at ``path``, or of its nearest parent that exists.

        None for a document built in memory.
        """
        node = self.node
        if node is None:
            return None
        line = node.start_mark.line
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return int(line) + 1

    def where(self, *path: str | int) -> str:
        """Describe the place of the field at ``path`` for a person."""
        place = self.kind or "document"
        if self.name:
            place += f" {self.namespace}/{self.name}"
        if path:
            place += ", " + _dotted(path)
        line = self.line(*path)
        if line is None:
            return place
        return f"{self.source}, document {self.index}, line {line} ({place})"

    def error(self, what: str, *path: str | int, mend: str = "") -> InputError:
        """Make (not raise) the error that says ``what`` is wrong at ``path``."""
        return InputError(what, where=self.where(*path), mend=mend)


def _dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _child(node: Any, part: str | int) -> tuple[int, Any] | None:
    """Return the line of the key (or item) and the node under it."""
    if isinstance(part, int):
        items = node.value if node.id == "sequence" else []
        return (items[part].start_mark.line, items[part]) if part < len(items) else None
    pairs = node.value if node.id == "mapping" else []
    return next(((k.start_mark.line, v) for k, v in pairs if k.value == part), None)
