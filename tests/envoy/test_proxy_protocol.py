"""Reading PROXY headers as Envoy does."""

import pytest

from aws_lb_sim.envoy.proxy_protocol import SIGNATURE_V2, read_header, split_raw
from aws_lb_sim.network.connection import ProxyHeader

V4 = bytes([203, 0, 113, 7, 10, 0, 1, 10]) + (51234).to_bytes(2, "big") + (443).to_bytes(2, "big")


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("PROXY TCP4 203.0.113.7 10.0.1.10 51234 443\r\n", "203.0.113.7"),
        ("PROXY TCP6 2001:DB8::7 2001:db8::1 51234 443\r\n", "2001:db8::7"),
        ("PROXY UNKNOWN\r\n", None),
        ("PROXY UNKNOWN ffff:: ffff:: 1 2\r\n", None),
    ],
)
def test_valid_lines(line, source):
    header, rest = split_raw(line.encode() + b"GET / HTTP/1.1\r\n")
    assert header.source_ip == source
    assert rest == b"GET / HTTP/1.1\r\n"


@pytest.mark.parametrize(
    "line",
    [
        "PROXY TCP4 nonsense\r\n",
        "PROXY TCP4 203.0.113.7 10.0.1.10 51234 443\n",  # LF only
        "proxy TCP4 203.0.113.7 10.0.1.10 51234 443\r\n",
        "PROXY TCP4 2001:db8::7 10.0.1.10 51234 443\r\n",  # family mismatch
        "PROXY TCP4 203.0.113.7 10.0.1.10 99999 443\r\n",
        "PROXY TCP4 203.0.113.7 10.0.1.10 http 443\r\n",
        "PROXY TCP5 203.0.113.7 10.0.1.10 51234 443\r\n",
        "PROXY " + "x" * 200 + "\r\n",
        "",
    ],
)
def test_lines_that_close_the_connection(line):
    assert read_header(ProxyHeader(version=1, malformed=line), b"")[0] is None


def test_version_2_as_an_nlb_sends_it():
    padding = b"\x03\x00\x04abcd" + b"\x04\x00\x02\0\0"
    length = (len(V4) + len(padding)).to_bytes(2, "big")
    raw = SIGNATURE_V2 + b"\x21\x11" + length + V4 + padding + b"\x16\x03\x01"
    header, rest = split_raw(raw)
    assert (header.source_ip, header.destination_port) == ("203.0.113.7", 443)
    assert rest == b"\x16\x03\x01"


def test_the_health_check_header_of_an_nlb_is_local():
    # As captured in kubernetes/kubernetes issue 57250: LOCAL, family byte 0x11, no addresses.
    raw = bytes.fromhex("0d0a0d0a000d0a515549540a20110054030004bce5951f04004a")
    header, rest = split_raw(raw + b"\0" * 74 + b"GET")
    assert (header.command, rest) == ("LOCAL", b"GET")


@pytest.mark.parametrize(
    "raw",
    [
        SIGNATURE_V2 + b"\x21\x00\x00\x00",  # PROXY with family UNSPEC
        SIGNATURE_V2 + b"\x31\x11\x00\x0c" + V4,  # version 3
        SIGNATURE_V2 + b"\x21\x11\x00\xff" + V4,  # shorter than it says
        SIGNATURE_V2,
    ],
)
def test_version_2_headers_that_close_the_connection(raw):
    assert split_raw(raw)[0] is None


def test_families_do_not_mix():
    header = ProxyHeader(version=2, source_ip="203.0.113.7", destination_ip="2001:db8::1")
    assert read_header(header, b"")[0] is None
