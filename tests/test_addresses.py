"""Addresses that a crawl must never reach, in every form in which they can be written."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import AddressRule

RULE = AddressRule()
FORBIDDEN = (
    "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 "
    "169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.168.0.1 198.18.0.1 198.19.255.255 "
    "224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 "
    ":: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:7f00:1 64:ff9b::7f00:1 "
    "64:ff9b::8.8.8.8 64:ff9b:1::1 2002:7f00:1:: 2002:0a00:0001::1 fc00::1 fd12:3456::1 "
    "fe80::1 fe80::1%eth0 febf::1 fec0::1 ff02::1"
).split()
PERMITTED = (
    "1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 "
    "192.0.1.1 198.17.255.255 198.20.0.1 223.255.255.255 ::ffff:1.1.1.1 2001:4860::8888 "
    "2002:0101:0101::1 2400:3200::1"
).split()
LOOSE = (
    "127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 127.0.0.1. 127.0.0.1.. [::1] [::ffff:127.0.0.1] "
    "localhost LOCALHOST localhost. a.localhost a.b.LocalHost.. 127.0.0.0x1 0 00 0x 10.1 "
    "１２７.０.０.１ 127。0。0。1 １２７．１ ｌｏｃａｌｈｏｓｔ ①②⑦.0.0.1 [fe80::1%25eth0]"
).split()


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_inner_address_is_forbidden(address: str) -> None:
    assert not RULE.permits(address)
    assert not RULE.permits_host(f"[{address}]" if ":" in address else address)


@pytest.mark.parametrize("address", PERMITTED)
def test_a_public_address_is_permitted(address: str) -> None:
    assert RULE.permits(address)
    assert RULE.permits_host(f"[{address}]" if ":" in address else address)


@pytest.mark.parametrize("host", [*LOOSE, "", ".", " ", "[]"])
def test_no_other_way_of_writing_it_helps(host: str) -> None:
    assert not RULE.permits_host(host)


@pytest.mark.parametrize("host", ["www.example.cn", "localhost.example.cn", "a0x.cn", "工会.中国"])
def test_names_are_permitted_until_they_are_resolved(host: str) -> None:
    assert RULE.permits_host(host)


def test_a_setting_allows_networks() -> None:
    rule = AddressRule((ip_network("127.0.0.0/8"), ip_network("fd00::/8")))
    allowed = ("127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "1.1.1.1")
    assert all(rule.permits(address) for address in allowed)
    assert all(rule.permits_host(host) for host in ("localhost", "127.0.0.1", "[fd00::1]"))
    assert not any(rule.permits(address) for address in ("10.0.0.1", "::1", "fc00::1"))
    assert not rule.permits_host("127.1")


def test_what_is_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        RULE.permits("www.example.cn")


@given(st.ip_addresses(v=4))
def test_ipv4_in_ipv6_clothes_is_judged_as_ipv4(address: object) -> None:
    assert RULE.permits(IPv6Address(f"::ffff:{address}")) == RULE.permits(str(address))


@given(st.text(max_size=40))
def test_any_host_is_judged(host: str) -> None:
    assert RULE.permits_host(host) in (True, False)
