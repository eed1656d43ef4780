"""Manifests that show a statement: the page's recipes, and variations on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.design import EXAMPLE_CERTIFICATE_ARN, Design
from aws_lb_sim.manifests.manifests import Manifests
from aws_lb_sim.manifests.page import assumed
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.manifests.write import write

if TYPE_CHECKING:
    from aws_lb_sim.page.statement import World

__all__ = [
    "CERTIFICATE",
    "behind",
    "corrected",
    "designed",
    "insecure",
    "mapping",
    "module",
    "printed",
    "tls_host",
    "without",
]

Documents = tuple[dict[str, Any], ...]
Edit = Callable[[Documents], Documents]
_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
CERTIFICATE: Mapping[str, str] = {"ssl-cert": EXAMPLE_CERTIFICATE_ARN, "ssl-ports": "443"}
"""Annotations, by suffix, of a load balancer that ends TLS on port 443."""


def printed(
    name: str,
    *edits: Edit,
    attributes: Mapping[str, str] | None = None,
) -> Callable[[World], Manifests]:
    """Take a recipe as the page prints it.

    Parameters
    ----------
    name
        Of the preset, without ``-as-printed``.
    edits
        What is changed about it, in order.
    attributes
        Set by hand in place of the recipe's own.
    """

    def make(world: World) -> Manifests:
        manifests = preset(f"{name}-as-printed").manifests(world.version)
        documents = manifests.documents
        for edit in edits:
            documents = edit(documents)
        by_hand = manifests.attributes if attributes is None else attributes
        return replace(
            manifests, documents=documents, attributes=by_hand, controller=world.controller
        )

    return make


def corrected(name: str) -> Callable[[World], Manifests]:
    """Take a corrected recipe."""
    return lambda world: preset(name).manifests(world.version)


def designed(**choices: Any) -> Callable[[World], Manifests]:
    """Write a design that keeps to the page's service controller where nothing else is said."""

    def make(world: World) -> Manifests:
        start = {"controller": world.controller, "proxy_protocol": False}
        version: Any = world.version
        return write(Design(**{**start, "emissary_version": version, **choices}))

    return make


def behind(
    annotations: Mapping[str, str],
    *edits: Edit,
    targets: tuple[int, int] = (8080, 8443),
    host: bool = True,
    **spec: object,
) -> Callable[[World], Manifests]:
    """Put a Service of type LoadBalancer before the Emissary that the page assumes.

    Parameters
    ----------
    annotations
        By suffix: ``{"type": "nlb"}``.
    edits
        What is changed about the documents, in order.
    targets
        targetPort of ports 80 and 443.
    host
        Whether a Host with a certificate is there.
    spec
        Further fields of the Service's spec.
    """

    def make(world: World) -> Manifests:
        documents: Documents = (
            _service(annotations, targets, spec),
            *assumed(host=host, version=world.version),
        )
        for edit in edits:
            documents = edit(documents)
        return Manifests(
            documents=documents,
            controller=world.controller,
            emissary_version=world.version,
        )

    return make


def _service(
    annotations: Mapping[str, str], targets: tuple[int, int], spec: Mapping[str, object]
) -> dict[str, Any]:
    ports = zip(("http", "https"), (80, 443), targets, strict=True)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "ambassador",
            "namespace": "ambassador",
            "annotations": {f"{_PREFIX}{key}": value for key, value in annotations.items()},
        },
        "spec": {
            "type": "LoadBalancer",
            "ports": [
                {"name": name, "port": port, "targetPort": target} for name, port, target in ports
            ],
            "selector": {"service": "ambassador"},
            **spec,
        },
    }


def _changed(kind: str, **fields: object) -> Edit:
    def edit(documents: Documents) -> Documents:
        return tuple(
            {**each, "spec": {**each.get("spec", {}), **fields}} if each["kind"] == kind else each
            for each in documents
        )

    return edit


def insecure(action: str) -> Edit:
    """Set ``requestPolicy.insecure.action`` of the Hosts."""
    return _changed("Host", requestPolicy={"insecure": {"action": action}})


def tls_host(**tls: object) -> Edit:
    """Set fields of the Hosts' ``tls``."""
    return _changed("Host", tls=tls)


def mapping(**fields: object) -> Edit:
    """Set fields of the Mappings."""
    return _changed("Mapping", **fields)


def module(**config: object) -> Edit:
    """Add to the Module, or put one in."""

    def edit(documents: Documents) -> Documents:
        modules = [each for each in documents if each["kind"] == "Module"]
        before = modules[0]["spec"]["config"] if modules else {}
        emissary = [each for each in documents if "getambassador.io" in each["apiVersion"]]
        others = tuple(each for each in documents if each["kind"] != "Module")
        added = {
            "apiVersion": emissary[0]["apiVersion"],
            "kind": "Module",
            "metadata": {"name": "ambassador", "namespace": "ambassador"},
            "spec": {"config": {**before, **config}},
        }
        return (*others, added)

    return edit


def without(what: str) -> Edit:
    """Take documents of a kind away, or with ``labels`` the labels of the Mappings."""

    def edit(documents: Documents) -> Documents:
        if what != "labels":
            return tuple(each for each in documents if each["kind"] != what)
        return tuple(
            {**each, "metadata": {k: v for k, v in each["metadata"].items() if k != "labels"}}
            if each["kind"] == "Mapping"
            else each
            for each in documents
        )

    return edit
