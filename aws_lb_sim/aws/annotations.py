"""Annotations of one prefix, read as text, with the small languages their values use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.manifests.document import Document

__all__ = ["INGRESS_PREFIX", "SERVICE_PREFIX", "Annotations"]

SERVICE_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
INGRESS_PREFIX = "alb.ingress.kubernetes.io/"


class Annotations:
    """The annotations of a document under one prefix, by what follows the prefix.

    Parameters
    ----------
    document
        A Service or Ingress.
    prefix
        ``SERVICE_PREFIX`` or ``INGRESS_PREFIX``.

    Raises
    ------
    InputError
        Where the annotations are not a mapping of text to text, as the API
        server demands.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> metadata = {"annotations": {SERVICE_PREFIX + "type": "nlb"}}
    >>> Annotations(Document(data={"metadata": metadata}), SERVICE_PREFIX).get("type")
    'nlb'
    """

    __slots__ = ("document", "prefix", "values")

    def __init__(self, document: Document, prefix: str) -> None:
        self.document = document
        self.prefix = prefix
        self.values: dict[str, str] = {}
        for key, value in all_annotations(document).items():
            if key.startswith(prefix):
                self.values[key[len(prefix) :]] = value

    def get(self, suffix: str, default: str | None = None) -> str | None:
        """Return the value as written, ``default`` where it is absent."""
        return self.values.get(suffix, default)

    def where(self, suffix: str) -> str:
        """Name the place of one annotation for a person."""
        return self.document.where("metadata", "annotations", self.prefix + suffix)

    def name(self, suffix: str) -> str:
        """Return the whole annotation key."""
        return self.prefix + suffix

    def error(self, suffix: str, what: str, mend: str) -> InputError:
        """Make (not raise) an error about one annotation."""
        return InputError(what, where=self.where(suffix), mend=mend)

    def items(self, suffix: str) -> tuple[str, ...]:
        """Return a comma-separated list, blanks trimmed and empty items dropped."""
        text = self.values.get(suffix)
        if not text:
            return ()
        return tuple(part.strip() for part in text.split(",") if part.strip())

    def pairs(self, suffix: str) -> dict[str, str] | None:
        """Return ``key=value`` pairs separated by commas; None where one has no ``=``."""
        found: dict[str, str] = {}
        for item in self.items(suffix):
            key, equals, value = item.partition("=")
            if not equals:
                return None
            found[key.strip()] = value.strip()
        return found

    def starting(self, start: str) -> Iterable[str]:
        """Return the suffixes that begin with ``start``, in order."""
        return tuple(suffix for suffix in self.values if suffix.startswith(start))


def all_annotations(document: Document) -> dict[str, str]:
    """Return every annotation of a document, each checked to be text.

    Raises
    ------
    InputError
        Where one is a number or boolean: the API server takes text only.
    """
    metadata = document.data.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise document.error(
            "annotations are not a mapping", "metadata", "annotations", mend="write key: value"
        )
    for key, value in found.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise document.error(
                f"annotation {key} is {value!r}, and the API server accepts text only",
                "metadata",
                "annotations",
                key,
                mend=f'put it in quotes: "{str(value).lower()}"',
            )
    return found
