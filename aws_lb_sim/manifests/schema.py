"""Emissary's documents against the schemas that the Kubernetes API server holds for them."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.findings.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

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
        ``schema-not-checked``, in the order of the schema's fields.

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
    data = _without_nulls(document.data)
    errors = sorted(_validator(document.kind).iter_errors(data), key=_order)
    return [finding for error in errors for finding in _findings(document, error)]


def _order(error: ValidationError) -> tuple[str, ...]:
    return tuple(str(part) for part in error.absolute_path)


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
        what, fix, path = f"there is no kind {kind!r} in {GROUP}", _near(kind, kinds), "kind"
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


def _near(word: str, words: Iterable[str]) -> str:
    """Suggest the words that are like ``word``, else list them all."""
    words = list(words)
    lower = {each.lower(): each for each in words}
    close = difflib.get_close_matches(word.lower(), lower, n=1)
    listed = ", ".join(each or '""' for each in words)
    return f"write {lower[close[0]]} (one of {listed})" if close else f"write one of {listed}"


def _without_nulls(value: Any) -> Any:
    """Drop fields that are null, as the API server does before it validates."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


@cache
def _validator(kind: str) -> Draft202012Validator:
    # Not at the top: only who validates needs it, and it takes longer to import than YAML.
    import json
    from importlib.resources import files

    from jsonschema import Draft202012Validator

    name = f"emissary-3.3-v3alpha1-{kind.lower()}.json"
    text = files("aws_lb_sim.manifests").joinpath("schemas", name).read_text("utf-8")
    schema = _closed(json.loads(text))
    schema["properties"].setdefault("status", {})  # the controller's own, in every kind
    return Draft202012Validator(schema)


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Let an object have no fields but its own, unless its schema says otherwise."""
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {name: _closed(each) for name, each in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            closed.setdefault("additionalProperties", False)
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            closed[inner] = _closed(schema[inner])
    return closed


def _findings(document: Document, error: ValidationError) -> Iterator[Finding]:
    path = tuple(error.absolute_path)
    field = ".".join(map(str, path)) or "document"
    value, rule = error.instance, error.validator
    limit: Any = error.validator_value
    if rule == "additionalProperties":
        yield from _unknown_fields(document, error)
        return
    if rule == "required":
        missing = next(name for name in limit if repr(name) in error.message)
        what, fix = f"{field} has no {missing}, which is required", f"add {missing}"
    elif rule == "enum":
        what = f"{field} is {value!r}"
        fix = _near(str(value), [str(each) for each in limit])
    elif rule == "type":
        what = f"{field} is {_type_name(value)}, where {_A_TYPE.get(limit, limit)} has to be"
        said = str(value).lower() if isinstance(value, bool) else value
        fix = f'write "{said}" in quotes' if limit == "string" else f"write {_A_TYPE[limit]}"
        if isinstance(value, dict | list):
            fix = f"write {_A_TYPE.get(limit, limit)}"
    elif rule in _LIMITS:
        what, fix = f"{field} is {value!r}", _LIMITS[rule].format(limit)
    else:
        what, fix = f"{field}: {error.message}", "correct it"
    yield _finding(document, f"{what}: the API server refuses the document", fix, path)


_LIMITS = {
    "maximum": "write at most {}",
    "minimum": "write at least {}",
    "pattern": "write a value that matches {}",
}
_A_TYPE = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "a text",
}


def _type_name(value: object) -> str:
    names = {bool: f"the truth value {str(value).lower()}", dict: "a mapping", list: "a list"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"the number {value}"
    return names.get(type(value), f"the text {value!r}" if isinstance(value, str) else "a date")


def _unknown_fields(document: Document, error: ValidationError) -> Iterator[Finding]:
    schema: Any = error.schema
    known = schema.get("properties", {})
    path = tuple(error.absolute_path)
    fields: Any = error.instance
    for name in fields:
        if name in known:
            continue
        close = difflib.get_close_matches(name, known, n=1)
        fix = f"write {close[0]}" if close else "remove it"
        yield Finding(
            code="schema",
            severity="warning",
            message=f"{'.'.join(map(str, (*path, name)))} is no field of a {document.kind}: "
            "kubectl refuses it, other clients drop it in silence",
            fix=fix,
            source=_PRUNED.format(document.kind.lower() + "s"),
            where=document.where(*path, name),
        )
