"""The client's side of TLS: what it offers, and names for how it fails."""

from __future__ import annotations

import contextlib
import ssl
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

__all__ = ["TlsStream", "client_context", "name_tls_error"]

_AT_ONCE = 65536

_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_OLD = ("1.0", "1.1")


def client_context(described: Mapping[str, Any]) -> ssl.SSLContext:
    """Make the TLS settings of a client that trusts every certificate.

    Parameters
    ----------
    described
        ``alpn``, ``tls_min`` and ``tls_max`` are read. A client limited to an old version
        offers just that one.

    Examples
    --------
    >>> client_context({"tls_max": "1.2"}).maximum_version.name
    'TLSv1_2'
    """
    highest = described.get("tls_max") or "1.3"
    lowest = described.get("tls_min") or (highest if highest in _OLD else "1.2")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        # Old versions are what is being tried.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = _VERSIONS[lowest]
        context.maximum_version = _VERSIONS[highest]
    if lowest in _OLD:
        # OpenSSL 3 offers versions before 1.2 at its lowest security level only.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if described.get("alpn"):
        context.set_alpn_protocols(list(described["alpn"]))
    return context


def name_tls_error(error: Exception) -> str:
    """Name how a handshake failed: by an alert, by an answer that is not TLS, or closed.

    Examples
    --------
    >>> name_tls_error(ConnectionResetError())
    'closed'
    """
    reason = getattr(error, "reason", None) or ""
    _, alert, name = reason.partition("_ALERT_")
    if alert:
        return f"alert: {name.lower()}"
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
            return "the answer was not TLS"
        return f"error: {reason.lower()}"
    return "closed"


class TlsStream:
    """A TLS session on a connection; its ClientHello can travel with bytes before it.

    Parameters
    ----------
    connection
        Connected, with its timeout set.
    context
        What is offered.
    server_name
        SNI; None sends none.
    """

    def __init__(
        self, connection: socket.socket, context: ssl.SSLContext, server_name: str | None
    ) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._session = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=server_name
        )

    @property
    def version(self) -> str | None:
        """The version agreed, such as ``TLSv1.3``."""
        return self._session.version()

    @property
    def alpn(self) -> str | None:
        """The protocol agreed by ALPN, None where none was."""
        return self._session.selected_alpn_protocol()

    def handshake(self, before: bytes) -> None:
        """Shake hands, with ``before`` sent in front of the ClientHello.

        Raises
        ------
        ssl.SSLError, ConnectionError
            It failed.
        """
        while True:
            try:
                self._session.do_handshake()
            except ssl.SSLWantReadError:
                self._flush(before)
                before = b""
                self._fill()
            except ssl.SSLError:
                self._flush(b"")  # the alert that says so
                raise
            else:
                self._flush(b"")
                return

    def sendall(self, data: bytes) -> None:
        """Encrypt and send."""
        self._session.write(data)
        self._flush(b"")

    def recv(self, size: int) -> bytes:
        """Receive and decrypt; empty where the session or the connection has ended."""
        while True:
            try:
                return self._session.read(size)
            except ssl.SSLWantReadError:
                self._fill()
            except ssl.SSLError:
                return b""  # a farewell, an alert, or no farewell at all

    def _flush(self, before: bytes) -> None:
        data = before + self._outgoing.read()
        if data:
            # The other side may be gone, and its answer still here to be read.
            with contextlib.suppress(ConnectionError):
                self._connection.sendall(data)

    def _fill(self) -> None:
        data = self._connection.recv(_AT_ONCE)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
