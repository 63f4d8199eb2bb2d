"""Hosts: a root file system, network, name and processes of their own, and the cables between them."""

from __future__ import annotations

import functools
import os
import pathlib
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from lvsgen.prove.guest import syscalls, world

_Result = TypeVar("_Result")
_ALL = syscalls.NEWNS | syscalls.NEWNET | syscalls.NEWUTS | syscalls.NEWIPC | syscalls.NEWPID
_MOUNTS = pathlib.Path("/lab/mnt")
Nic = dict[str, Any]
Spec = dict[str, Any]


def in_thread(function: Callable[[], _Result]) -> _Result:
    """Run `function` in a thread of its own, which may change namespaces, and return or raise what it does."""
    results: list[_Result] = []
    errors: list[BaseException] = []

    def body() -> None:
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


@dataclass(frozen=True, slots=True)
class Host:
    """A running host; `first` is its first process as the guest numbers it, `pidfd` holds its namespaces."""

    name: str
    first: int
    pidfd: int

    def enter(self, flags: int = _ALL) -> None:
        """Move this thread, and what it starts, into the host."""
        syscalls.enter(self.pidfd, flags)

    def end(self) -> None:
        """Kill every process of the host; its files and network go with the last of them."""
        os.kill(self.first, signal.SIGKILL)
        os.waitpid(self.first, 0)
        os.close(self.pidfd)


class Hosts:
    """The hosts that run now, and the network namespace whose bridges are the networks between them."""

    def __init__(self) -> None:
        self._hosts: dict[str, Host] = {}
        self._switch = -1

    def enter(self, name: str) -> None:
        """Move this thread into a host; "" is the guest itself."""
        if name:
            self._hosts[name].enter()

    def join_network(self, name: str) -> None:
        """Move this thread into a host's network and name alone: unlike after `enter`, it may start threads."""
        if name:
            self._hosts[name].enter(syscalls.NEWNET | syscalls.NEWUTS)

    def build(self, hosts: list[Spec]) -> dict[str, int]:
        """Start hosts, cable and configure them; returns the first process of each, as the guest itself numbers it.

        A host is {name, flavour, nics: [{device, network, address, mac}], gateway, forward}; `address` with its prefix
        length. The host "" is the guest itself: it is only cabled.
        """
        pids = {spec["name"]: self._begin(spec) for spec in hosts}
        self._cable(hosts, pids)
        for spec in hosts:
            in_thread(functools.partial(self._configure, spec))
        return pids

    def drop(self) -> None:
        """End every host and network."""
        for host in self._hosts.values():
            host.end()
        self._hosts.clear()
        if self._switch >= 0:
            os.close(self._switch)
            self._switch = -1

    def _begin(self, spec: Spec) -> int:
        if not spec["name"]:
            return os.getpid()
        host = in_thread(functools.partial(_start, spec["name"], spec["flavour"]))
        self._hosts[host.name] = host
        return host.first

    def _cable(self, hosts: list[Spec], pids: dict[str, int]) -> None:
        networks = sorted({nic["network"] for spec in hosts for nic in spec["nics"]})
        lines = [f"link add {network} up type bridge" for network in networks]
        for number, spec in enumerate(hosts):
            lines += [line for nic in spec["nics"] for line in _cable(nic, number, pids[spec["name"]])]
        self._switch = in_thread(functools.partial(_switch, lines))

    def _configure(self, spec: Spec) -> None:
        self.enter(spec["name"])
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text(f"{int(spec['forward'])}\n")
        lines = ["link set lo up"]
        for nic in spec["nics"]:
            lines += [f"link set {nic['device']} up", f"addr add {nic['address']} brd + dev {nic['device']}"]
        if spec["gateway"]:
            lines.append(f"route add default via {spec['gateway']}")
        _ip(lines)


def _cable(nic: Nic, number: int, pid: int) -> list[str]:
    port = f"{number}.{nic['device']}"[:15]
    mac = f"address {nic['mac']} " if nic["mac"] else ""
    return [
        f"link add {port} type veth peer name {nic['device']} {mac}netns {pid}",
        f"link set {port} master {nic['network']} up",
    ]


def _switch(lines: list[str]) -> int:
    syscalls.unshare(syscalls.NEWNET)
    _ip(lines)
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _ip(lines: list[str]) -> None:
    text = "\n".join(lines)
    done = subprocess.run(
        ["ip", "-batch", "-"], input=text, text=True, capture_output=True, check=False, env=world.ENVIRONMENT
    )
    if done.returncode:
        raise RuntimeError(f"ip -batch: {done.stderr}\n{text}")


def _start(name: str, flavour: str) -> Host:
    syscalls.unshare(_ALL)
    syscalls.mount("none", "/", flags=syscalls.REC | syscalls.PRIVATE)
    os.chdir(world.overlay(str(_MOUNTS), flavour))
    syscalls.pivot_root(".", "lab")
    syscalls.detach("/lab")
    socket.sethostname(name)
    pathlib.Path("/etc/hostname").write_text(f"{name}\n")
    first = _first_process()
    return Host(name, first, os.pidfd_open(first))


def _first_process() -> int:
    """Fork the host's first process: it shows the host's own processes in /proc, and reaps what is left to it.

    A fork of the agent is there in 5 ms, a shell that runs mount and sleep in 100.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_first(writer)
    os.close(writer)
    told = os.read(reader, 4096)
    os.close(reader)
    if told:
        raise RuntimeError(f"the first process of a host failed: {told.decode()}")
    return pid


def _be_first(writer: int) -> NoReturn:
    try:
        syscalls.mount("proc", "/proc", "proc")
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    except BaseException as error:
        os.write(writer, repr(error).encode())
        os._exit(1)
    os.closerange(0, 1 << 12)
    while True:
        signal.pause()
