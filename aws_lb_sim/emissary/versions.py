"""What differs between Emissary-ingress releases, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aws_lb_sim.errors import InputError

__all__ = ["RELEASES", "Release", "known_versions", "release"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One minor release of Emissary-ingress, and how it behaves.

    Parameters
    ----------
    version
        ``"3.3"``: major and minor.
    envoy
        The Envoy it ships with, ``"1.23"``.
    has_listeners
        Whether ports come from Listener resources (since 2.0); before, from the
        Module and the Hosts.
    strict_selectors
        Whether all labels of a selector must match, and a Mapping's hostname as
        well (2.4, 3.2: release notes of 3.2.0); before, any one of them sufficed.
    groups_by_host_selector
        Whether Mappings of equal prefix that different Hosts select are kept
        apart (release notes of 3.8.0).
    sni_without_port
        Whether a port in ``Host.hostname`` is left out of SNI (release notes of 3.5.0).
    private_addresses_are_internal
        Whether Envoy takes RFC 1918 clients for internal ones (until Envoy 1.33).
    min_tls_version
        Lowest TLS version offered by default (1.2 since Envoy 1.22).

    Examples
    --------
    >>> release("3.3").envoy
    '1.23'
    """

    version: str
    envoy: str
    has_listeners: bool = True
    strict_selectors: bool = True
    groups_by_host_selector: bool = True
    sni_without_port: bool = True
    private_addresses_are_internal: bool = True
    min_tls_version: str = "1.2"


# Sources: Emissary-ingress release notes of 3.2.0 (Envoy 1.23, selectors), 3.4.0 (1.24),
# 3.5.0 (port in Host.hostname), 3.6.0 (1.25), 3.7.0 (1.26), 3.8.0 (Mappings of equal
# prefix), 3.9.0 (1.27); its 3.X upgrade page (2.x ships Envoy 1.17, 3.0 Envoy 1.22); 4.1's
# changelog (1.37). Envoy version history: 1.22 (TLS 1.2), 1.33 (no internal addresses).
# 2.4 was given the selector change of 3.2 as well (emissary ir/irutils.py@3.3.0).
def _until_3_4(version: str, envoy: str, **others: Any) -> Release:
    return Release(
        version=version,
        envoy=envoy,
        groups_by_host_selector=False,
        sni_without_port=False,
        **others,
    )


RELEASES: tuple[Release, ...] = (
    _until_3_4("1.14", "1.15", has_listeners=False, strict_selectors=False, min_tls_version="1.0"),
    _until_3_4("2.0", "1.17", strict_selectors=False, min_tls_version="1.0"),
    _until_3_4("2.1", "1.17", strict_selectors=False, min_tls_version="1.0"),
    _until_3_4("2.2", "1.17", strict_selectors=False, min_tls_version="1.0"),
    _until_3_4("2.3", "1.17", strict_selectors=False, min_tls_version="1.0"),
    _until_3_4("2.4", "1.17", min_tls_version="1.0"),
    _until_3_4("2.5", "1.17", min_tls_version="1.0"),
    _until_3_4("3.0", "1.22", strict_selectors=False),
    _until_3_4("3.1", "1.22", strict_selectors=False),
    _until_3_4("3.2", "1.23"),
    _until_3_4("3.3", "1.23"),
    _until_3_4("3.4", "1.24"),
    Release(version="3.5", envoy="1.24", groups_by_host_selector=False),
    Release(version="3.6", envoy="1.25", groups_by_host_selector=False),
    Release(version="3.7", envoy="1.26", groups_by_host_selector=False),
    Release(version="3.8", envoy="1.26"),
    Release(version="3.9", envoy="1.27"),
    Release(version="3.10", envoy="1.27"),
    Release(version="4.1", envoy="1.37", private_addresses_are_internal=False),
)
_BY_VERSION = {each.version: each for each in RELEASES}


def known_versions() -> tuple[str, ...]:
    """Return the versions the model knows, oldest first.

    Examples
    --------
    >>> known_versions()[0], known_versions()[-1]
    ('1.14', '4.1')
    """
    return tuple(_BY_VERSION)


@lru_cache(maxsize=64)
def release(version: str) -> Release:
    """Return the release that ``version`` names: ``"3.3"``, ``"v3.3"`` or ``"3.3.1"``.

    Raises
    ------
    InputError
        The version is not known; the message lists those that are.
    """
    major, _, rest = str(version).removeprefix("v").partition(".")
    minor, dot, patch = rest.partition(".")
    found = _BY_VERSION.get(f"{major}.{minor}")
    if found is None or (dot and not patch.isdigit()):
        raise InputError(
            f"unknown Emissary version {version!r}",
            mend=f"use one of {', '.join(_BY_VERSION)}",
        )
    return found
