"""Keys that are to come: known by name, so that writing one is answered by what to do until then.

One table for each model. Who adds a feature deletes its row; a test sees to it that no row names a key that is there.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from lvsgen.description import model

_BESIDE = "write it on the host, beside what lvsgen makes"
_CHECKS = "watch the realservers by another tool, and take one out by lvsgen drain"
_TAKES = "leave it out: a realserver takes the VIPs by REDIRECT"

_CLUSTER = {
    "pools": "name the realservers in each service",
    "defaults": "write it in each service",
    "failover": "describe one director; another can be kept ready beside it, without the VIPs",
    "settings": "set net.ipv4.vs.* in /etc/sysctl.d on the director",
    "filter": _BESIDE,
    "sync": "start it on the directors, by ipvsadm --start-daemon",
    "health": _CHECKS,
}
_SERVICE = {
    "pool": "name the realservers here, under realservers",
    "persistence": "leave it out; scheduler: sh keeps a client with one realserver",
    "persistence_engine": "leave it out",
    "one_packet": "leave it out: packets of one client and port go to one realserver",
    "fwmark": "write a service for each VIP and port",
    "hash_port": "leave it out: sh and mh look at the client's address alone",
    "thresholds": "leave it out: a realserver is never too full",
    "check": _CHECKS,
    "health": _CHECKS,
    "quorum": _CHECKS,
    "sorry": _CHECKS,
    "masquerade": "write forward: direct; the realservers answer clients themselves",
    "replies": "leave it out: the realservers answer clients themselves",
}
_DESTINATION = {
    "port": "leave it out: direct routing keeps the service's port",
    "forward": "write it once, at the service",
    "thresholds": "leave it out: a realserver is never too full",
    "address": "leave it out: it is the realserver's address on the director's network",
    "network": "leave it out: it is a network that the director is on, too",
    "realserver": "let the name of the realserver be the key",
    "check": _CHECKS,
}
TABLES: Mapping[type[BaseModel], Mapping[str, str]] = {
    model.Cluster: _CLUSTER,
    model.VirtualService: _SERVICE,
    model.Destination: _DESTINATION,
    model.RealServer: {"answer": _TAKES},
    model.Vip: {"answer": _TAKES, "failover": _CLUSTER["failover"]},
    model.Director: {"sync": _CLUSTER["sync"], "filter": _BESIDE},
}
STANDS_FOR = {"pool": "realservers"}
"""What is not missing where a key to come stands."""


def instead(owner: type[BaseModel] | None, key: str) -> str:
    """Say what to do until a key is there; "" when it is none to come."""
    return TABLES.get(owner, {}).get(key, "") if owner else ""
