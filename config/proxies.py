"""The proxies that stand before the pages: whose word counts on where a request comes from."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def read_proxies(text: str) -> tuple[Network, ...]:
    """Read addresses and networks, with spaces between; raises ValueError."""
    try:
        return tuple(ip_network(each) for each in text.split())
    except ValueError:
        message = "must be addresses or networks with spaces between, such as 10.0.0.7 10.1.0.0/16"
        raise ValueError(message) from None


def is_within(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether an address is one of these."""
    return any(address in network for network in networks)
