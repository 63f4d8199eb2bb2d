"""The review page of a cluster: what it is, how it gets onto its hosts, how it is looked after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lvsgen import manifest
from lvsgen.answers import answer
from lvsgen.description import ports
from lvsgen.description.model import Cluster
from lvsgen.methods.method import METHODS
from lvsgen.platforms import layout
from lvsgen.platforms.platform import Init, Platform, Role
from lvsgen.render import maintenance, templates
from lvsgen.render.figure import figure
from lvsgen.render.hostbuild import HostBuild
from lvsgen.render.network import formats
from lvsgen.state.hoststate import HostState

_MOST_ROWS = 100
_MOST_DESTINATIONS = 500
_UNITS = ((3600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True)
class Alike:
    """Hosts that are installed with the same commands."""

    role: Role
    target: Platform
    service: str
    filters: bool
    names: tuple[str, ...]

    @property
    def packages(self) -> str:
        """What to install there, as words."""
        return " ".join(self.target.package_names(self.role, filters=self.filters))

    @property
    def systemd(self) -> bool:
        """Is it systemd that starts services there?"""
        return self.target.init is Init.SYSTEMD

    @property
    def lacks_executability(self) -> bool:
        """Has it an rsync that does not know -E?"""
        return "E" not in self.target.rsync

    @property
    def ipvsadm_off(self) -> str:
        """The command that keeps the package's own service from starting."""
        if self.systemd:
            return "systemctl disable ipvsadm"
        return "chkconfig ipvsadm off" if self.target.has_chkconfig else "update-rc.d ipvsadm disable"

    def call(self, verb: str) -> str:
        """Spell the command that has the service do something."""
        return f"systemctl {verb} {self.service}" if self.systemd else f"service {self.service} {verb}"

    @property
    def enable(self) -> str:
        """The commands that have the service start, now and at boot."""
        if self.systemd:
            return f"systemctl daemon-reload && systemctl enable --now {self.service}"
        add = f"chkconfig --add {self.service}" if self.target.has_chkconfig else f"update-rc.d {self.service} defaults"
        return f"{add} && {self.call('start')}"

    @property
    def refresh(self) -> str:
        """The commands that take over changed files without dropping a connection; what is stopped is started."""
        return f"systemctl daemon-reload && {self.call('reload-or-restart')}" if self.systemd else self.call("reload")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table that are shown, and how many more there are; nobody reads thousands on a page."""

    rows: tuple[object, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Row:
    """A host in the table of hosts."""

    name: str
    role: Role
    kinds: tuple[str, ...]
    addresses: tuple[str, ...]


def page(cluster: Cluster, hosts: tuple[HostBuild, ...]) -> str:
    """Write the page."""
    directors = tuple(host for host in hosts if host.role is Role.DIRECTOR)
    groups = _alike(tuple(host for host in hosts if host.role is Role.REALSERVER)) + _alike(directors)
    return templates.fill(
        "review/README.md.j2",
        cluster=cluster,
        figure=figure.draw(cluster, hosts),
        how=_how(cluster),
        hosts=_table(map(_row, hosts)),
        takeovers=formats.takeovers(hosts),
        with_files=[host.name for host in hosts if host.host.with_files],
        without_files=list(_without_files(hosts)),
        directors=directors,
        vips=_table(_vips(cluster, directors)),
        services=_table(_services(cluster)),
        destinations=_table(_destinations(cluster), _MOST_DESTINATIONS),
        settings=list(_settings(directors[0].state)),
        groups=groups,
        facts=directors[0].paths.facts,
        listed=manifest.host_path(cluster.cluster),
        engines=layout.ENGINES,
        flushes=_flushes(groups),
        upkeep=maintenance.upkeep(hosts),
    )


def _table(rows: Iterable[object], most: int = _MOST_ROWS) -> Table:
    every = tuple(rows)
    return Table(every[:most], max(0, len(every) - most))


def _how(cluster: Cluster) -> list[str]:
    """Say how packets go, by the methods and answers in use."""
    methods = (METHODS[service.forward].ABOUT for service in cluster.services.values())
    answers = (answer.of(server).ABOUT for server in cluster.realservers.values())
    return list(dict.fromkeys((*methods, *answers)))


def _row(host: HostBuild) -> Row:
    kinds = (host.target.name, host.target.init, host.target.network)
    firewall = (host.target.firewall,) if host.filters else ()
    addresses = (f"{interface} {host.address(interface)}" for interface in host.host.interfaces)
    return Row(host.name, host.role, (*kinds, *firewall), tuple(addresses))


def _without_files(hosts: tuple[HostBuild, ...]) -> Iterator[str]:
    """Name the interfaces that no network file is written for, host by host."""
    for host in hosts:
        without = [name for name in host.host.interfaces if name not in host.host.with_files]
        if without:
            yield f"{host.name} ({', '.join(without)})"


def _vips(cluster: Cluster, directors: tuple[HostBuild, ...]) -> Iterator[tuple[str, ...]]:
    places = {
        vip.address: f"{director.name} {vip.label or vip.device}"
        for director in directors
        for vip in director.state.addresses
    }
    for name, vip in cluster.vips.items():
        yield name, str(vip.address), places.get(vip.address, "")


def _services(cluster: Cluster) -> Iterator[tuple[str, ...]]:
    for name, service in cluster.services.items():
        number = ports.number(service.port, service.protocol)
        port = f"{number} ({service.port})" if isinstance(service.port, str) else str(number)
        yield name, service.vip, service.protocol, port, service.scheduler, service.forward


def _destinations(cluster: Cluster) -> Iterator[tuple[str, ...]]:
    """List who serves what, a row each: a change of one weight is a change of one row."""
    for name, service in cluster.services.items():
        for server, entry in service.realservers.items():
            yield name, server, str(entry.weight)


def _settings(state: HostState) -> Iterator[tuple[str, str]]:
    for sysctl in state.sysctls:
        yield sysctl.path, sysctl.value
    for timeout in state.timeouts:
        yield f"IPVS timeout {timeout.name}", span(timeout.seconds)


def span(seconds: int) -> str:
    """Say a length of time in seconds, and in the largest unit that it is a multiple of."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"{seconds} s" if size == 1 else f"{seconds} s ({seconds // size} {unit})"


def _alike(hosts: tuple[HostBuild, ...]) -> list[Alike]:
    """Group hosts by what they are installed with, in the order of each group's first host."""
    groups: dict[tuple[str, ...], list[HostBuild]] = {}
    for host in hosts:
        groups.setdefault((host.target.name, host.target.init, host.target.firewall), []).append(host)
    return [
        Alike(
            first.role,
            first.target,
            first.paths.service_name,
            first.filters,
            (first.name, *(host.name for host in others)),
        )
        for first, *others in groups.values()
    ]


def _flushes(groups: list[Alike]) -> list[tuple[str, str, str]]:
    """List hosts, what may remove their rules, and the command that brings them back.

    A unit follows the system's own by itself; an init script follows nothing.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for group in groups:
        if group.filters:
            cause = "loading firewall rules by hand" if group.systemd else "a restart of iptables"
            found.setdefault((cause, group.call("reload")), []).extend(group.names)
    return [(", ".join(names), *key) for key, names in found.items()]
