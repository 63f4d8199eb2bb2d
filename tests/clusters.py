"""Rendered clusters that the tests of render/ look at: the examples, and one that has a host of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lvsgen import load
from lvsgen.lower.lower import lower
from lvsgen.render import artifacts
from lvsgen.render.hostbuild import File

EXAMPLES = Path(__file__).parent.parent / "examples"
# One host of every combination of init system, network files and firewall tool, on two networks.
EVERY_KIND = """\
cluster: kinds
networks:
  lan: {subnet: 192.0.2.0/24, gateway: 192.0.2.1}
  back: {subnet: 198.51.100.0/25, gateway: 198.51.100.1}
  quiet: {subnet: 203.0.113.0/24}
directors:
  lb:
    platform: debian
    network: networkd
    interfaces:
      eth0: {network: lan, address: 192.0.2.2, mac: "00:00:5E:00:53:01"}
      eth1: {network: back, address: 198.51.100.2}
realservers:
  a: {platform: el9, firewall: iptables, interfaces: {eth0: {network: lan, address: 192.0.2.11}}}
  b: {platform: debian, firewall: iptables, init: sysv, interfaces: {eth0: {network: lan, address: 192.0.2.12}}}
  c:
    platform: el5
    interfaces:
      eth1: {network: quiet, address: 203.0.113.13}
      eth0: {network: lan, address: 192.0.2.13}
  d:
    platform: el9
    interfaces:
      eth0: {network: lan, address: 192.0.2.14, mac: "00:00:5E:00:53:04"}
      eth1: {network: back, address: 198.51.100.14}
  e: {platform: debian, interfaces: {eth0: {network: lan, address: 192.0.2.15, mac: "00:00:5E:00:53:05"}}}
  f:
    platform: debian
    network: networkd
    interfaces: {eth0: {network: lan, address: 192.0.2.16, mac: "00:00:5E:00:53:06"}}
  idle: {platform: debian, interfaces: {eth0: {network: lan, address: 192.0.2.17}}}
  idler: {platform: el4, interfaces: {eth0: {network: lan, address: 192.0.2.18}}}
vips:
  www: {address: 192.0.2.80}
  dns: {address: 192.0.2.53}
services:
  http:
    {vip: www, protocol: tcp, port: 8080, scheduler: wlc, forward: direct,
     realservers: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}}}
  dns:
    {vip: dns, protocol: udp, port: domain, scheduler: sh, forward: direct,
     realservers: {d: {weight: 3}, b: {weight: 0}}}
timeouts: {udp: 90s, tcpfin: 7200}
"""


@cache
def rendered(source: str) -> Mapping[str, File]:
    text = EVERY_KIND if source == "kinds" else (EXAMPLES / source).read_text()
    loaded = load.read(f"/somewhere/{source}", text.encode())
    return artifacts.render(loaded, lower(loaded.cluster))


SOURCES = ("llclb1.yaml", "web.yaml", "kinds")
FILES = [(source, path) for source in SOURCES for path in rendered(source)]
SCRIPTS = [(s, p) for s, p in FILES if "/sbin/" in p or "/init.d/" in p]
UNITS = [(s, p) for s, p in FILES if p.endswith(".service")]


def text(source: str, path: str) -> str:
    return rendered(source)[path].text
