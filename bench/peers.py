"""The same services in the words of the peers, made from the state that the description stands for."""

from __future__ import annotations

from collections.abc import Sequence

from lvsgen.state.hoststate import Destination, Service

_KINDS = {"direct": "DR", "nat": "NAT", "tunnel": "TUN"}


def ferm(services: Sequence[Service]) -> str:
    """One rule for each service and each destination: as many as the lines of ipvsadm."""
    rules = [
        f"    protocol {service.key.protocol} daddr {address} dport {port} ACCEPT;\n"
        for service in services
        for address, port in (
            (service.key.address, service.key.port),
            *((destination.address, destination.port) for destination in service.destinations),
        )
    ]
    return f"domain ip table filter chain INPUT {{\n{''.join(rules)}}}\n"


def keepalived(services: Sequence[Service]) -> str:
    """One virtual server for each service, one real server for each destination, without health checks."""
    return "".join(
        f"virtual_server {service.key.address} {service.key.port} {{\n"
        f"    lb_algo {service.scheduler}\n"
        f"    lb_kind {_KINDS[service.destinations[0].forward]}\n"
        f"    protocol {service.key.protocol.upper()}\n"
        f"{''.join(_real_server(destination) for destination in service.destinations)}}}\n"
        for service in services
    )


def _real_server(destination: Destination) -> str:
    return f"    real_server {destination.address} {destination.port} {{\n        weight {destination.weight}\n    }}\n"
