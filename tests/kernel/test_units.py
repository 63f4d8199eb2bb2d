"""The units of the second example, run by systemd in the lab's kernel, under all of their sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.prove.lab import MACHINE, Host, Lab
from lvsgen.prove.topology import Machine, Nic
from tests.kernel import scenes, standin_nft
from tests.kernel.scenes import Built

EXAMPLE = Path(__file__).parents[2] / "examples" / "web.yaml"
DIRECTOR = "lvs-director.service"
REALSERVER = "lvs-realserver.service"
FIREWALL = "nftables.service"
OUR_TABLE = "ip lvsgen-web"
THEIR_RULES = "#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n\tchain input {\n\t}\n}\n"
WEB1_HAS_IPTABLES = ("web1: {platform: el9,", "web1: {platform: el9, firewall: iptables,")

AS_IF_REMOTE = """\
set -e
ssh() { if [ "$1" = -n ]; then shift 2; ( eval "$*" ) </dev/null; else shift; ( eval "$*" ); fi; }
rsync() { command rsync "${@:1:$#-1}" "$(echo "${!#}" | sed "s/^root@[^:]*://")"; }
dnf() { :; }
apt-get() { :; }
"""
CLEAN = f"""\
systemctl stop {DIRECTOR} {REALSERVER} {FIREWALL}
cd /etc/systemd/system && rm -rf lvs-* *.wants *.service.d
rm -rf /etc/lvsgen /usr/local/sbin/lvs-* /etc/sysconfig/lvs /etc/default/lvs
systemctl daemon-reload
systemctl reset-failed
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The second example, but web1 has iptables, which the lab's kernel can run."""
    text = EXAMPLE.read_text()
    assert WEB1_HAS_IPTABLES[0] in text
    return scenes.build_text(tmp_path_factory.mktemp("web"), text.replace(*WEB1_HAS_IPTABLES))


@pytest.fixture(scope="module")
def host(systemd: Lab, web: Built, request: pytest.FixtureRequest) -> Iterator[Host]:
    """The guest as the host that the test names, installed by the commands of the review page; unchanged afterwards."""
    lan = Nic("eth0", "lan", "192.0.2.10/24")
    systemd.build([Machine("", (lan,), gateway="192.0.2.1"), Machine("gateway", (Nic("eth0", "lan", "192.0.2.1/24"),))])
    guest = systemd.guest
    if request.param == "web2":
        standin_nft.install(guest)
        guest.write("/etc/nftables.conf", THEIR_RULES)
    before = _state(guest)
    install_as_the_page_says(guest, web, request.param)
    yield guest
    guest.sh(CLEAN, check=False, timeout=180)
    after = _state(guest)
    if request.param == "web2":
        standin_nft.remove(guest)
    assert scenes.differences(before, after) == []


def _installed_as(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("host", [name], indirect=True)


as_director = _installed_as("lb1")
as_iptables_realserver = _installed_as("web1")
as_nft_realserver = _installed_as("web2")


@as_director
def test_the_page_s_commands_make_the_director_what_its_state_says(host: Host, web: Built) -> None:
    assert _shown(host, DIRECTOR, "ActiveState", "SubState", "Result", "UnitFileState") == [
        *("active", "exited", "success", "enabled")
    ]
    assert scenes.missing(web.states["lb1"], host.snapshot()) == []
    assert DIRECTOR in host.run("systemctl", "show", "-P", "Wants", "multi-user.target").stdout.split()


@as_director
def test_a_reload_takes_changed_files_over_and_restarts_nothing(host: Host, web: Built, tmp_path: Path) -> None:
    host.run("systemctl", "start", DIRECTOR)
    text = EXAMPLE.read_text().replace("web2: {weight: 1}", "web2: {weight: 5}")
    newer = scenes.build_text(tmp_path, f"{text}timeouts: {{tcp: 1h}}\n")
    began = _started(host, DIRECTOR)
    _copy(host, newer, "lb1")
    host.run("systemctl", "reload", DIRECTOR)
    after = host.snapshot()
    assert scenes.missing(newer.states["lb1"], after) == []
    assert after["timeouts"] == ["Timeout (tcp tcpfin udp): 3600 120 300"]
    _copy(host, web, "lb1")
    host.run("systemctl", "reload", DIRECTOR)
    assert scenes.missing(web.states["lb1"], host.snapshot()) == []
    assert _started(host, DIRECTOR) == began


@as_director
def test_stop_gives_everything_back_and_start_sets_it_again(host: Host, web: Built) -> None:
    host.run("systemctl", "stop", DIRECTOR)
    host.run("sysctl", "-qw", "net/ipv4/ip_forward=1", "net/ipv4/conf/eth0/send_redirects=0")
    before = _state(host)
    assert (before["table"], before["files"]) == ([], [])
    assert host.run("systemctl", "is-active", DIRECTOR, check=False).stdout == "inactive\n"
    for verb in ("start", "restart"):
        host.run("systemctl", verb, DIRECTOR)
        assert scenes.missing(web.states["lb1"], host.snapshot()) == []
    host.run("systemctl", "stop", DIRECTOR)
    after = _state(host)
    host.run("sysctl", "-qw", "net/ipv4/ip_forward=0", "net/ipv4/conf/eth0/send_redirects=1")
    assert scenes.differences(before, after) == []


@as_director
def test_the_page_s_command_for_later_changes_starts_what_is_stopped(host: Host, web: Built) -> None:
    host.run("systemctl", "stop", DIRECTOR)
    (command,) = re.findall(rf"starts the service here is `(.*{DIRECTOR})`", (web.folder / "README.md").read_text())
    host.sh(command)
    assert _shown(host, DIRECTOR, "ActiveState", "Result") == ["active", "success"]
    assert scenes.missing(web.states["lb1"], host.snapshot()) == []


@as_director
def test_the_unit_has_ip_vs_loaded_which_its_sandbox_cannot(host: Host, web: Built) -> None:
    host.run("systemctl", "stop", DIRECTOR)
    host.sh("modprobe -ra $(awk '$1 ~ /^ip_vs_/ { print $1 }' /proc/modules) ip_vs")
    host.run("systemctl", "start", DIRECTOR)
    assert scenes.missing(web.states["lb1"], host.snapshot()) == []


@as_director
def test_a_start_that_cannot_begin_leaves_the_unit_failed_and_the_host_as_found(host: Host) -> None:
    host.run("systemctl", "stop", DIRECTOR)
    host.sh("ip link set eth0 down && ip link set eth0 name away0")
    before = _state(host)
    done = host.run("systemctl", "start", DIRECTOR, check=False)
    after = _state(host)
    host.sh("ip link set away0 name eth0 && ip link set eth0 up && ip route add default via 192.0.2.1")
    assert done.status == 1
    assert _shown(host, DIRECTOR, "ActiveState", "Result") == ["failed", "exit-code"]
    assert scenes.differences(before, after) == []


SLOW_AND_BROKEN_IP = """#!/bin/sh
case $* in
'addr add'*) touch /run/lab-reached; sleep 1; exit 1 ;;
esac
exec /run/lab/real/ip "$@"
"""


@as_director
@pytest.mark.parametrize("cut", [False, True], ids=["by a command that fails", "by systemd"])
def test_a_start_that_is_cut_short_puts_everything_back_under_the_sandbox(host: Host, *, cut: bool) -> None:
    host.run("systemctl", "stop", DIRECTOR)
    host.sh("systemctl reset-failed; rm -f /run/lab-reached")
    before = _state(host)
    broken = SLOW_AND_BROKEN_IP.replace("exit 1", 'exec /run/lab/real/ip "$@"') if cut else SLOW_AND_BROKEN_IP
    host.wrap("/usr/bin/ip", broken)
    host.run("systemctl", "start", "--no-block", DIRECTOR)
    host.sh("until [ -e /run/lab-reached ]; do sleep 0.1; done")
    if cut:
        host.run("systemctl", "stop", DIRECTOR)
    _settle(host)
    host.unwrap("/usr/bin/ip")
    assert _shown(host, DIRECTOR, "ActiveState", "Result") == ["failed", "exit-code"]
    assert scenes.differences(before, _state(host)) == []
    host.run("systemctl", "start", DIRECTOR)


@as_iptables_realserver
def test_a_realserver_with_iptables_starts_reloads_and_stops(host: Host) -> None:
    rules = ["-A PREROUTING -j lvsgen-web", "-A lvsgen-web -d 192.0.2.80/32 -j REDIRECT"]
    assert _shown(host, REALSERVER, "ActiveState", "Result", "UnitFileState") == ["active", "success", "enabled"]
    assert _rules(host) == rules
    host.run("iptables", "-t", "nat", "-F")
    host.run("systemctl", "reload", REALSERVER)
    assert _rules(host) == rules
    host.run("systemctl", "stop", REALSERVER)
    assert [line for line in host.snapshot()["iptables"] if "lvsgen" in line] == []
    assert _state(host)["files"] == []


@as_nft_realserver
@pytest.mark.parametrize(
    "commands",
    [
        ("systemctl restart nftables",),
        ("systemctl reload nftables",),
        ("systemctl stop nftables", "systemctl start nftables"),
    ],
    ids=["restart", "reload", "stop and start"],
)
def test_our_table_is_there_whatever_is_done_to_the_firewall_service(host: Host, commands: tuple[str, ...]) -> None:
    host.run("systemctl", "start", FIREWALL, REALSERVER)
    _settle(host)
    for command in commands:
        host.sh(command)
    _settle(host)
    assert sorted(standin_nft.tables(host)) == ["inet filter", OUR_TABLE]
    assert _shown(host, REALSERVER, "ActiveState", "Result") == ["active", "success"]


@as_nft_realserver
def test_our_table_goes_with_the_firewall_service(host: Host) -> None:
    host.run("systemctl", "start", FIREWALL, REALSERVER)
    host.run("systemctl", "stop", FIREWALL)
    assert standin_nft.tables(host) == {}
    assert _shown(host, REALSERVER, "ActiveState", "Result") == ["inactive", "success"]


@as_nft_realserver
def test_a_first_start_of_the_firewall_service_leaves_our_table(host: Host) -> None:
    host.run("systemctl", "stop", FIREWALL, REALSERVER)
    host.run("systemctl", "start", REALSERVER)
    began = _started(host, REALSERVER)
    host.run("systemctl", "start", FIREWALL)
    _settle(host)
    assert sorted(standin_nft.tables(host)) == ["inet filter", OUR_TABLE]
    assert _started(host, REALSERVER) == began


def install_as_the_page_says(host: Host, built: Built, name: str) -> None:
    """Run the block of commands that the page has for a host, in its shell instead of by ssh."""
    page = (built.folder / "README.md").read_text()
    (block,) = re.findall(rf"^### [^\n]*\b{name}\b[^\n]*\n\n```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (block, found) = re.subn(r"^( *)for host in .*; do$", rf"\1for host in {name}; do", block, flags=re.MULTILINE)
    assert found == 1
    host.run("/bin/bash", "-c", AS_IF_REMOTE + block, cwd=f"{MACHINE}{built.folder}", timeout=180)


def _copy(host: Host, built: Built, name: str) -> None:
    scenes.copy(host, built, name)


def _shown(host: Host, unit: str, *names: str) -> list[str]:
    shown = host.run("systemctl", "show", "-p", ",".join(names), unit).stdout
    values = dict(line.split("=", 1) for line in shown.splitlines())
    return [values[name] for name in names]


def _started(host: Host, unit: str) -> list[str]:
    """What changes when a unit is started anew."""
    return _shown(host, unit, "InvocationID", "ActiveEnterTimestampMonotonic")


def _settle(host: Host) -> None:
    """Wait until systemd has no job left."""
    host.sh("until systemctl list-jobs --no-legend | { ! grep -q .; }; do sleep 0.1; done")


def _rules(host: Host) -> list[str]:
    return [line for line in host.snapshot()["iptables"] if line.startswith("-A")]


def _state(host: Host) -> scenes.Snapshot:
    """What a snapshot holds, and the files that a script or the sandbox of a unit makes."""
    listing = host.sh("ls -d /run/lvsgen* /tmp/systemd-private-*-lvs-* /var/tmp/systemd-private-*-lvs-*", check=False)
    return host.snapshot() | {"files": listing.stdout.splitlines()}
