"""Setting a prediction beside what a real Envoy did, difference by difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ENVOYS_OWN", "Difference", "differences"]

_FIELDS = (
    "connection",
    "tls_error",
    "status",
    "location",
    "client",
    "server",
    "alt_svc",
    "tls",
    "alpn",
)
_UPSTREAM_FIELDS = ("path", "host", "who")
ENVOYS_OWN = frozenset(
    {
        "x-envoy-expected-rq-timeout-ms",
        "x-envoy-original-path",
        "x-envoy-original-host",
        "content-length",
        "transfer-encoding",
    }
)
"""Headers that Envoy adds to an upstream request of its own accord; not compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which a prediction and an observation differ.

    Parameters
    ----------
    field
        ``status``, ``upstream.headers.x-forwarded-for``, …
    predicted, observed
        Its values; None where there is none.
    """

    field: str
    predicted: Any
    observed: Any

    def __str__(self) -> str:
        return f"{self.field}: predicted {self.predicted!r}, observed {self.observed!r}"


def differences(predicted: Mapping[str, Any], observed: Mapping[str, Any]) -> list[Difference]:
    """List every field in which a prediction and an observation differ.

    ``why`` is Envoy's own word for its reason; it informs and is not compared.

    Examples
    --------
    >>> [str(each) for each in differences({"status": 200}, {"status": 301})]
    ['status: predicted 200, observed 301']
    """
    pairs = [(name, predicted.get(name), observed.get(name)) for name in _FIELDS]
    ours, real = predicted.get("upstream"), observed.get("upstream")
    if (ours is None) != (real is None):
        pairs.append(("upstream", ours, real))
    elif ours is not None and real is not None:
        pairs += [(f"upstream.{name}", ours.get(name), real.get(name)) for name in _UPSTREAM_FIELDS]
        pairs += [
            (f"upstream.headers.{name}", ours["headers"].get(name), real["headers"].get(name))
            for name in sorted({*ours["headers"], *real["headers"]} - ENVOYS_OWN)
        ]
    return [Difference(*each) for each in pairs if each[1] != each[2]]
