"""The same services in the words of the peers, made from the state that the description stands for."""

from __future__ import annotations

from lvsgen.state.hoststate import HostState
from lvsgen.state.parts import Destination

_KINDS = {"direct": "DR", "nat": "NAT", "tunnel": "TUN"}


def ferm(table: HostState) -> str:
    """One rule for each service and each destination: as many as the lines of ipvsadm."""
    rules = [
        f"    protocol {key.protocol} daddr {address} dport {port} ACCEPT;\n"
        for key, destinations in table.by_service().items()
        for address, port in [(key.address, key.port), *((to.address, to.port) for to in destinations)]
    ]
    return f"domain ip table filter chain INPUT {{\n{''.join(rules)}}}\n"


def keepalived(table: HostState) -> str:
    """One virtual server for each service, one real server for each destination, without health checks."""
    destinations = table.by_service()
    return "".join(
        f"virtual_server {service.key.address} {service.key.port} {{\n"
        f"    lb_algo {service.scheduler}\n"
        f"    lb_kind {_KINDS[destinations[service.key][0].forward]}\n"
        f"    protocol {service.key.protocol.upper()}\n"
        f"{''.join(_real_server(destination) for destination in destinations[service.key])}}}\n"
        for service in table.services
    )


def _real_server(destination: Destination) -> str:
    return f"    real_server {destination.address} {destination.port} {{\n        weight {destination.weight}\n    }}\n"
