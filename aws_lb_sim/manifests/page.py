"""The manifests that Emissary's AWS page prints, and what the page takes for granted."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from aws_lb_sim.design.design import EXAMPLE_CERTIFICATE_ARN

__all__ = ["PAGE_URL", "PAGE_VERSION", "assumed", "printed", "printed_text"]

PAGE_URL = "https://archive.getambassador.io/docs/emissary/3.3/topics/running/ambassador-with-aws"
"""The page, for Emissary-ingress 3.3."""

PAGE_VERSION = "3.3"

_PLACEHOLDER = "{{ACM_CERT_ARN}}"


def printed_text(recipe: str) -> str:
    """Return what the page prints for a recipe, with its placeholders, as YAML text.

    Examples
    --------
    >>> "use_proxy_proto: true" in printed_text("recommended")
    True
    """
    return (files(__package__) / "page" / f"{recipe}.yaml").read_text(encoding="utf-8")


def printed(recipe: str, version: str = PAGE_VERSION) -> tuple[dict[str, Any], ...]:
    """Return the documents that the page prints for a recipe.

    The one placeholder is filled in with an example certificate.

    Parameters
    ----------
    recipe
        Name of a file of the folder ``page``, without its ending.
    version
        Of Emissary. The page for 1.14 prints the same with another
        ``apiVersion`` (https://emissary-ingress.dev/docs/1.14/topics/running/ambassador-with-aws).

    Returns
    -------
    tuple of dict
        New on every call.

    Examples
    --------
    >>> [document["kind"] for document in printed("recommended")]
    ['Service', 'Module']
    >>> printed("recommended")[0]["spec"]["ports"][0]["name"]
    'HTTP'
    """
    documents = deepcopy(_read(recipe))
    if version == "1.14":
        for document in documents:
            if str(document.get("apiVersion", "")).startswith("getambassador.io/"):
                document["apiVersion"] = "getambassador.io/v2"
    return documents


def assumed(*, host: bool = False, version: str = PAGE_VERSION) -> tuple[dict[str, Any], ...]:
    """Return what the page assumes: default Listeners, a Mapping, and perhaps a Host.

    Parameters
    ----------
    host
        Whether a Host with a certificate is assumed.
    version
        Of Emissary; 1.14 has no Listeners.

    Examples
    --------
    >>> [document["kind"] for document in assumed(host=True)]
    ['Listener', 'Listener', 'Mapping', 'Host']
    """
    kinds = {"Mapping", "Host"} if host else {"Mapping"}
    documents = printed("assumed", version)
    if version == "1.14":
        for document in documents:
            if document["kind"] == "Mapping":
                # A v2 Mapping without a host serves any; it has no field "hostname".
                del document["spec"]["hostname"]
    else:
        kinds.add("Listener")
    return tuple(document for document in documents if document["kind"] in kinds)


@cache
def _read(recipe: str) -> tuple[dict[str, Any], ...]:
    # Not at the top: only those who ask for a preset have to wait for YAML.
    import yaml

    text = printed_text(recipe).replace(_PLACEHOLDER, EXAMPLE_CERTIFICATE_ARN)
    return tuple(yaml.safe_load_all(text))
