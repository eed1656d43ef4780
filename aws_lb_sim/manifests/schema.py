"""Emissary's documents against the schemas that the Kubernetes API server holds for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.findings.finding import Finding
from aws_lb_sim.manifests._breaches import breaches, closed, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema_rs import Draft202012Validator

    from aws_lb_sim.manifests._breaches import Breach
    from aws_lb_sim.manifests.document import Document

__all__ = ["GROUP", "SCHEMA_KINDS", "validate"]

GROUP = "getambassador.io"
"""API group of Emissary's kinds."""

VERSION = "v3alpha1"

SCHEMA_KINDS = ("Host", "Listener", "Mapping", "Module", "TCPMapping", "TLSContext")
"""Kinds whose schema is at hand."""

# The other kinds of the group (Emissary 3.3, pkg/api/getambassador.io/v3alpha1).
_OTHER_KINDS = (
    "AuthService",
    "ConsulResolver",
    "DevPortal",
    "KubernetesEndpointResolver",
    "KubernetesServiceResolver",
    "LogService",
    "RateLimitService",
    "TracingService",
)
_OLDER_VERSIONS = ("v1", "v2")

_SOURCE = "Emissary 3.3, CustomResourceDefinition {}.v3alpha1.getambassador.io"
# kubectl since 1.27 refuses unknown fields (KEP-2885); other clients have them dropped in silence.
_PRUNED = "Kubernetes, Custom Resources: unknown fields are pruned; " + _SOURCE


def validate(document: Document) -> list[Finding]:
    """Check a document of Emissary's API group as the API server would.

    The simulator goes on with what it is given, even where the API server
    would refuse it, hence findings and not errors.

    Parameters
    ----------
    document
        Any document; other API groups give no findings.

    Returns
    -------
    list of Finding
        Of code ``schema`` (what the API server refuses or drops) or
        ``schema-not-checked``, in the order of the document's fields.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> spec = {"requestPolicy": {"insecure": {"action": "redirect"}}}
    >>> host = {"apiVersion": "getambassador.io/v3alpha1", "kind": "Host", "spec": spec}
    >>> validate(Document(data=host))[0].fix
    'write Redirect (one of Redirect, Reject, Route)'
    """
    version = document.data.get("apiVersion")
    if not isinstance(version, str) or version.partition("/")[0] != GROUP:
        return []
    unchecked = _unchecked(document, version.partition("/")[2])
    if unchecked is not None:
        return [unchecked]
    found = breaches(document.data, *_schema(document.kind))
    return [_of(document, breach) for breach in found]


def _unchecked(document: Document, version: str) -> Finding | None:
    """Return the finding that says why there is no schema to check against."""
    kind = document.kind
    if version == VERSION and kind in SCHEMA_KINDS:
        return None
    kinds = (*SCHEMA_KINDS, *_OTHER_KINDS)
    if kind in kinds and (version == VERSION or version in _OLDER_VERSIONS):
        return Finding(
            code="schema-not-checked",
            severity="info",
            message=f"not modelled: the fields of a {kind} of {GROUP}/{version} are not checked",
            fix="" if version == VERSION else f"write it as {GROUP}/{VERSION}",
            source=_SOURCE.format("*"),
            where=document.where("apiVersion"),
        )
    if kind not in kinds:
        what, fix, path = f"there is no kind {kind!r} in {GROUP}", nearest(kind, kinds), "kind"
    else:
        what, fix, path = (
            f"there is no version {version!r} of {GROUP}",
            f"write {GROUP}/{VERSION}",
            "apiVersion",
        )
    return _finding(document, f"{what}: the API server refuses the document", fix, (path,))


def _finding(document: Document, message: str, fix: str, path: Iterable[str | int]) -> Finding:
    return Finding(
        code="schema",
        severity="error",
        message=message,
        fix=fix,
        source=_SOURCE.format(document.kind.lower() + "s"),
        where=document.where(*path),
    )


@cache
def _schema(kind: str) -> tuple[dict[str, Any], Draft202012Validator]:
    # Not at the top: only who validates needs them.
    import json
    from importlib.resources import files

    from jsonschema_rs import Draft202012Validator

    name = f"emissary-3.3-v3alpha1-{kind.lower()}.json"
    text = files("aws_lb_sim.manifests").joinpath("schemas", name).read_text("utf-8")
    schema = closed(json.loads(text))
    schema["properties"].setdefault("status", {})  # the controller's own, in every kind
    return schema, Draft202012Validator(schema)


def _of(document: Document, breach: Breach) -> Finding:
    if not breach.is_unknown_field:
        message = f"{breach.what}: the API server refuses the document"
        return _finding(document, message, breach.fix, breach.path)
    return Finding(
        code="schema",
        severity="warning",
        message=f"{breach.what} in a {document.kind}: kubectl refuses it, other clients drop it "
        "in silence",
        fix=breach.fix,
        source=_PRUNED.format(document.kind.lower() + "s"),
        where=document.where(*breach.path),
    )
