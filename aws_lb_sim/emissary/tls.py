"""Which Hosts have TLS, and which Emissary drops because their TLS cannot be set up.

Source: emissary-ingress python/ambassador/ir/{irhost,irtlscontext}.py@3.3.0 and 4.1.0;
dropping observed with 3.3 and 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.envoy.listener import TlsContext

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aws_lb_sim.emissary.resources import Host, TlsContextResource
    from aws_lb_sim.emissary.versions import Release

__all__ = ["host_tls"]

_VERSIONS = {"v1.0": "1.0", "v1.1": "1.1", "v1.2": "1.2", "v1.3": "1.3"}


def host_tls(
    host: Host,
    contexts: Sequence[TlsContextResource],
    missing_secrets: Collection[str],
    release: Release,
) -> tuple[TlsContext | None, str]:
    """Work out how a Host ends TLS.

    Parameters
    ----------
    host
        The Host.
    contexts
        All TLSContexts.
    missing_secrets
        Names of TLS Secrets that do not exist.
    release
        Gives the default lowest TLS version.

    Returns
    -------
    tuple
        (its TLS, or None for none; why the Host is dropped, empty where it is not).

    Examples
    --------
    >>> from aws_lb_sim.emissary.resources import Host
    >>> from aws_lb_sim.emissary.versions import release
    >>> host = Host(name="h", namespace="n", hostname="*", insecure_action="Route", secret="s")
    >>> host_tls(host, [], ["s"], release("3.3"))[1]
    'its tlsSecret s does not exist'
    """
    if host.secret is None:
        return None, ""
    if host.secret in missing_secrets:
        return None, f"its tlsSecret {host.secret} does not exist"
    if host.tls_context and host.tls:
        return None, "it has both tlsContext and tls"
    implicit = f"{host.name}-context"
    if host.tls is not None and host.tls_context is None:
        return _own(implicit, host.secret, host.tls, release)
    wanted = host.tls_context or implicit
    context = next((each for each in contexts if each.name == wanted), None)
    if context is None:
        if host.tls_context:
            return None, f"TLSContext {wanted} does not exist"
        return _build(implicit, host.secret, {}, release), ""
    return _named(host, context, missing_secrets, release)


def _named(
    host: Host,
    context: TlsContextResource,
    missing_secrets: Collection[str],
    release: Release,
) -> tuple[TlsContext | None, str]:
    """Use a TLSContext, if it agrees with the Host about the Secret."""
    secret = context.spec.get("secret")
    if secret in missing_secrets:
        return None, f"TLSContext {context.name} names a Secret that does not exist"
    if secret and str(secret).split(".")[0] != str(host.secret).split(".")[0]:
        return None, f"TLSContext {context.name} names another Secret ({secret})"
    return _build(context.name, host.secret or "", context.spec, release), ""


def _own(
    name: str, secret: str, spec: Mapping[str, Any], release: Release
) -> tuple[TlsContext | None, str]:
    for key in ("min_tls_version", "max_tls_version"):
        if key in spec and spec[key] not in _VERSIONS:
            return None, f"tls.{key} is {spec[key]!r}; known are {', '.join(_VERSIONS)}"
    return _build(name, secret, spec, release), ""


def _build(name: str, secret: str, spec: Mapping[str, Any], release: Release) -> TlsContext:
    alpn = spec.get("alpn_protocols")
    return TlsContext(
        name=name,
        secret=secret,
        min_version=_VERSIONS.get(str(spec.get("min_tls_version")), release.min_tls_version),
        max_version=_VERSIONS.get(str(spec.get("max_tls_version")), "1.3"),
        # Not trimmed: a blank after a comma makes the name unusable (observed).
        alpn=tuple(alpn.split(",")) if isinstance(alpn, str) and alpn else (),
    )
