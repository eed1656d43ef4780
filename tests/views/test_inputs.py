from __future__ import annotations

import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.views.inputs import read_headers, read_ip


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.4.5", "::g", "localhost", "1.2.3.4/8"])
def test_what_is_no_address_says_how_to_write_one(text):
    with pytest.raises(InputError) as caught:
        read_ip(text, where="client")
    assert caught.value.where == "client"
    assert "203.0.113.7" in caught.value.mend


def test_addresses_are_written_in_one_way():
    assert read_ip(" 2001:DB8:0::7 ", where="client") == "2001:db8::7"


def test_headers_keep_order_repeats_and_colons():
    lines = ["Via: a", "X:y:z", "via:  b ", "Empty:"]
    assert read_headers(lines, where="headers") == (
        ("Via", "a"),
        ("X", "y:z"),
        ("via", "b"),
        ("Empty", ""),
    )


@pytest.mark.parametrize("line", ["nonsense", ": v", "a b: c", "Ä: b", "a: b\nc: d", "a\t: b"])
def test_what_is_no_header_is_refused(line):
    with pytest.raises(InputError):
        read_headers([line], where="headers")
