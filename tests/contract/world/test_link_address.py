"""Links lead out of the show to what everybody can reach, and to nobody's own network."""

import pytest

from halles.errors import Rejection
from halles.world.link_address import check_link, is_link


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://www.pictanovo.example/équipe?x=1#y",
        "https://example.org:8443/a@b",
        "https://bücher.example/",
        "https://example.org?q=127.0.0.1",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://xn--bcher-kva.example.",
    ],
)
def test_a_public_site_is_a_link(url: str) -> None:
    check_link(url)
    assert is_link(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "127.0.0.1.",
        "127。0。0。1",
        "１２７.0.0.1",
        "10.0.0.7:8080",
        "192.168.1.1",
        "172.16.3.4",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[::10.0.0.7]",
        "[::ffff:0:127.0.0.1]",
        "[fec0::1]",
        "[2002:7f00:0001::]",
        "[64:ff9b::169.254.169.254]",
        "localhost",
        "LOCALHOST:3000",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "router.lan",
        "x.home.arpa",
        "intranet",
        "localhost.?x",
        "localhost#@example.org",
    ],
)
def test_a_private_address_is_none_however_it_is_spelled(host: str) -> None:
    with pytest.raises(Rejection, match="everybody can reach") as refused:
        check_link(f"https://{host}")
    assert refused.value.code == "BAD_FIELD"
    assert is_link(f"https://{host}")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://user@example.org",
        "https://%31%32%37.0.0.1/",
        "https://example.org\\@127.0.0.1/",
        "https://[::1",
        "https:///etc/passwd",
        "https://",
        "javascript:alert(1)",
        "https://a b.example",
        "https://example.org/\n",
    ],
)
def test_what_names_no_host_is_no_link(url: str) -> None:
    assert not is_link(url)
    with pytest.raises(Rejection, match="begins with https"):
        check_link(url)
