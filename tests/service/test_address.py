"""What a name stands for: public addresses, each of them, looked up once."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.service.address import is_public, resolve, trusted_addresses
from templatesync.service.trusted_url import Target, UntrustedUrlError

HOST = "bucket.oss-ap-southeast-1.aliyuncs.com"
TARGET = Target(f"https://{HOST}/x", HOST, 443)
LOCAL = Target("http://localhost:8080/x", "localhost", 8080, local=True)


@pytest.mark.parametrize(
    "address", ["47.88.1.1", "8.8.8.8", "2400:3200::1", "::ffff:47.88.1.1", "64:ff9b::2f58:101", "2002:2f58:101::1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "100.100.100.200",  # the metadata service; `is_private` is False for it
        "::ffff:100.100.100.200",
        "64:ff9b::6464:64c8",
        "2002:6464:64c8::",
        "100.118.28.1",
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "ff0e::1",
        "2001:db8::1",
        "2001::1",
        "4000::1",
        "127.1",
        "0x7f000001",
        "localhost",
        "47.88.1.1 ",
        "",
    ],
)
def test_addresses_that_nobody_else_reaches(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(UntrustedUrlError, match="not on the public network"):
        trusted_addresses(TARGET, lambda host, port: ["47.88.1.1", address])


@given(st.ip_addresses())
def test_wrapping_an_address_changes_nothing(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if ip.version == 4:
        assert not is_public(str(ip)) or (ip.is_global and not ip.is_private and not ip.is_loopback)
        number = int(ip)
        wrapped = [
            ipaddress.IPv6Address((0xFFFF << 32) | number),
            ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number),
            ipaddress.IPv6Address(int(ipaddress.IPv6Address("2002::")) | (number << 80)),
        ]
        assert [is_public(str(each)) for each in wrapped] == [is_public(str(ip))] * 3


def test_a_local_name_must_stay_on_this_machine() -> None:
    assert trusted_addresses(LOCAL, lambda host, port: ["::1", "127.0.0.1"]) == ("::1", "127.0.0.1")
    with pytest.raises(UntrustedUrlError, match="leaves this machine"):
        trusted_addresses(LOCAL, lambda host, port: ["127.0.0.1", "47.88.1.1"])
    with pytest.raises(OSError, match="no address"):
        trusted_addresses(LOCAL, lambda host, port: [])


def test_the_systems_own_look_up() -> None:
    assert resolve("127.0.0.1", 80) == ("127.0.0.1",)
    with pytest.raises(OSError):
        resolve("nowhere.invalid", 443)
