"""Running connections against a real Envoy, and saying what happened.

An observation has exactly the shape of a prediction of
:func:`aws_lb_sim.reception.receive`, so that the two can be set side by side.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.compile import compile_documents
from aws_lb_sim.envoy.forwarding import OWN_ADDRESS
from aws_lb_sim.lab.client.connect import ClientView, connect
from aws_lb_sim.lab.connections.differences import ENVOYS_OWN
from aws_lb_sim.lab.emissary.bootstrap import Wiring, write_bootstrap
from aws_lb_sim.lab.envoy.addresses import claim_address, envoy_own_address
from aws_lb_sim.lab.envoy.certificates import make_certificate
from aws_lb_sim.lab.envoy.process import ConfigRejected, EnvoyProcess
from aws_lb_sim.lab.envoy.stoppable import Stoppable
from aws_lb_sim.lab.service import Seen, Upstreams
from aws_lb_sim.manifests.document import Document

if TYPE_CHECKING:
    import socket
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from aws_lb_sim.envoy.listener import EnvoyConfig

__all__ = ["Lab", "observe"]

PATIENCE_SECONDS = 3.0
"""After this long without an answer a connection counts as a timeout."""

_LOG_SECONDS = 1.0
_LOG_SECONDS_UNANSWERED = 0.02
_AT_ONCE = 8
_NO_REASONS = ("via_upstream", "direct_response", "downstream_remote_disconnect")


def observe(
    manifests: Sequence[Mapping[str, Any]],
    connections: Sequence[Mapping[str, Any]],
    emissary_version: str = "3.3",
    missing_secrets: Collection[str] = (),
    *,
    patience: float = PATIENCE_SECONDS,
) -> list[dict[str, Any]]:
    """Run connections against a real Envoy that is configured as Emissary would.

    Parameters
    ----------
    manifests, connections, emissary_version, missing_secrets
        As for :func:`aws_lb_sim.reception.receive`.
    patience
        Seconds without an answer after which a connection counts as a timeout.

    Returns
    -------
    list of dict
        One observation for each connection.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.
    """
    documents = [Document(data=dict(each), index=i) for i, each in enumerate(manifests, 1)]
    compiled = compile_documents(
        documents, emissary_version=emissary_version, missing_secrets=missing_secrets
    )
    try:
        with Lab(compiled.config) as lab:
            return lab.run(connections, patience=patience)
    except ConfigRejected:
        return [{"connection": "config-rejected"} for _ in connections]


class Lab(Stoppable):
    """A real Envoy with its upstreams on a loopback address of its own; a context manager.

    Parameters
    ----------
    config
        What Envoy is to do.
    address
        A loopback address that was claimed already; by default one is claimed.

    Raises
    ------
    ConfigRejected
        Envoy refuses it.
    """

    def __init__(self, config: EnvoyConfig, address: str | None = None) -> None:
        self._guard: socket.socket | None = None
        self.address = address or ""
        if address is None:
            self._guard, self.address = claim_address()
        self.upstreams = Upstreams(self.address)
        certificate = make_certificate()
        # Abstract sockets vanish with their owner.
        admin = f"@aws-lb-sim-lab-{self.address}"
        wiring = Wiring(
            address=self.address,
            admin=admin,
            upstreams=self.upstreams.places,
            certificate=certificate,
        )
        self.bootstrap = write_bootstrap(config, wiring)
        try:
            self.envoy = EnvoyProcess(self.bootstrap, admin)
        except BaseException:
            self._release()
            raise

    def stop(self) -> None:
        """End Envoy and the upstreams."""
        self.envoy.stop()
        self._release()

    def _release(self) -> None:
        self.upstreams.stop()
        if self._guard is not None:
            self._guard.close()

    def run(
        self, connections: Iterable[Mapping[str, Any]], *, patience: float = PATIENCE_SECONDS
    ) -> list[dict[str, Any]]:
        """Open each connection, several at once, and return the observations in order."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda each: self._observe(each, patience), connections))

    def _observe(self, described: Mapping[str, Any], patience: float) -> dict[str, Any]:
        since = self.envoy.log_length()
        view = connect(described, self.address, patience)
        # A connection that ended without an answer is not always logged.
        wait = _LOG_SECONDS if view.ending == "http" else _LOG_SECONDS_UNANSWERED
        entries = self.envoy.log_entries(view.peer, since=since, wait=wait) if view.peer else []
        return _observation(view, entries, self.upstreams.seen(view.seen), described)


def _observation(
    view: ClientView,
    entries: Sequence[Mapping[str, Any]],
    seen: Seen | None,
    described: Mapping[str, Any],
) -> dict[str, Any]:
    observed: dict[str, Any] = {"connection": view.ending}
    if view.tls_error is not None:
        observed["tls_error"] = view.tls_error
    if view.answer is not None:
        observed["status"] = view.answer.status
        for name, header in (("location", "location"), ("alt_svc", "alt-svc")):
            if (value := view.answer.header(header)) is not None:
                observed[name] = value
        server = view.answer.header("server")
        if server not in (None, "envoy"):
            observed["server"] = server
        if entries:
            observed["client"] = entries[0]["client"]
    if view.tls is not None:
        observed["tls"], observed["alpn"] = view.tls, view.alpn
    why = _why(entries)
    if why is not None:
        observed["why"] = why
    if seen is not None:
        observed["upstream"] = _upstream(seen, described)
    return observed


def _why(entries: Sequence[Mapping[str, Any]]) -> str | None:
    """Return Envoy's reason, None where it is only that an upstream or a route answered."""
    for entry in entries:
        why = entry.get("why")
        if why and why not in _NO_REASONS:
            # Envoy names the policy too: rbac_access_denied_matched_policy and its name.
            return "rbac_access_denied" if why.startswith("rbac_") else str(why)
    return None


def _upstream(seen: Seen, described: Mapping[str, Any]) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    for name, value in seen.headers:
        if name in ENVOYS_OWN:
            continue
        if name in headers:
            lines = headers[name] if isinstance(headers[name], list) else [headers[name]]
            headers[name] = [*lines, value]
        else:
            headers[name] = value
    _judge_request_id(headers, described)
    forwarded_for = headers.get("x-forwarded-for")
    if isinstance(forwarded_for, str):
        headers["x-forwarded-for"] = _with_pod_address(forwarded_for)
    observed = {"path": seen.path, "host": seen.host or "", "headers": headers}
    if seen.who == "diagd":
        observed["who"] = "diagd"
    return observed


def _with_pod_address(forwarded_for: str) -> str:
    """Write the pod's address of the scenario for the one of this machine.

    Envoy appends its own address in place of a loopback client's.
    """
    entries = forwarded_for.split(",")
    return ",".join(OWN_ADDRESS if each == envoy_own_address() else each for each in entries)


def _judge_request_id(headers: dict[str, Any], described: Mapping[str, Any]) -> None:
    """Say only whether the client's X-Request-Id was kept; Envoy's own is random."""
    headers_sent = () if "raw" in described else described.get("headers") or ()
    sent = [str(value).strip() for name, value in headers_sent if name.lower() == "x-request-id"]
    got = headers.pop("x-request-id", None)
    if sent and got is not None:
        kept = got == sent or got == ",".join(filter(None, sent))
        headers["x-request-id"] = "kept" if kept else "replaced"
