"""Loopback addresses for labs, and the address that Envoy takes for its own."""

from __future__ import annotations

import fcntl
import itertools
import os
import socket
import struct
from functools import lru_cache

__all__ = ["claim_address", "envoy_own_address"]

_numbers = itertools.count()
_SIOCGIFADDR = 0x8915  # linux/sockios.h: address of an interface


def claim_address() -> tuple[socket.socket, str]:
    """Claim a loopback address that no other lab of this machine uses.

    Returns
    -------
    tuple
        (a socket, which holds the claim until it is closed; the address, from
        127.64.0.0/10).

    Examples
    --------
    >>> (one, first), (two, second) = claim_address(), claim_address()
    >>> first != second
    True
    >>> one.close(), two.close()
    (None, None)
    """
    while True:
        number = os.getpid() * 61 + next(_numbers)
        address = f"127.{64 + number // 64516 % 64}.{1 + number // 254 % 254}.{1 + number % 254}"
        guard = socket.socket(socket.AF_UNIX)
        try:
            # An abstract name: it vanishes with its owner.
            guard.bind(f"\0aws-lb-sim-lab-guard-{address}")
        except OSError:
            guard.close()
            continue
        return guard, address


@lru_cache(maxsize=1)
def envoy_own_address() -> str:
    """Return this machine's first IPv4 address that is not loopback.

    Envoy takes it for its own (source/common/network/utility.cc, getLocalAddress).

    Examples
    --------
    >>> envoy_own_address().count(".")
    3
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(probe, _SIOCGIFADDR, struct.pack("256s", name.encode()))
            except OSError:
                continue  # an interface without an IPv4 address
            address = socket.inet_ntoa(answer[20:24])
            if not address.startswith("127."):
                return address
    return "127.0.0.1"
