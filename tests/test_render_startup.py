from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.clusters import SCRIPTS, UNITS, text


def _verified(folder: Path, unit: str) -> tuple[str, int]:
    """What systemd says about a unit where there is no other, only what each depends on."""
    (folder / "it.service").write_text(unit)
    (folder / "sysinit.target").write_text("[Unit]\nDescription=What every unit waits for\n")
    return _analyzed("verify", str(folder / "it.service"), SYSTEMD_UNIT_PATH=str(folder))


def _analyzed(*words: str, **environment: str) -> tuple[str, int]:
    """Run systemd-analyze with a /run of its own, where systemd may not have been, or only root may make folders."""
    script = 'mount -t tmpfs none /run && exec systemd-analyze "$@"'
    argv = ["unshare", "-rm", "sh", "-c", script, "sh", *words]
    found = subprocess.run(argv, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    return found.stdout + found.stderr, found.returncode


@pytest.mark.parametrize(("source", "path"), UNITS)
def test_systemd_has_nothing_to_say_about_a_unit(source: str, path: str, tmp_path: Path) -> None:
    unit = re.sub(r"/usr/local/sbin/\S+", "/bin/true", text(source, path))
    assert _verified(tmp_path, unit) == ("", 0)


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("Type=oneshot", "Tyep=oneshot", "Unknown key 'Tyep' in section [Service]"),
        ("ProtectHome=yes", "ProtectHome=maybe", "Failed to parse"),
        ("/bin/true start", "/no/such/program", "Command /no/such/program is not executable"),
    ],
)
def test_systemd_would_have_something_to_say(tmp_path: Path, good: str, bad: str, said: str) -> None:
    source, path = UNITS[0]
    unit = re.sub(r"/usr/local/sbin/\S+", "/bin/true", text(source, path))
    assert good in unit
    assert said in _verified(tmp_path, unit.replace(good, bad))[0]


EXPOSED = {"lb": 2.3, "lb1": 2.3, "a": 1.9}
"""What docs/artifacts.md says of these hosts, by systemd 252; all others 1.5."""


@pytest.mark.parametrize(("source", "path"), UNITS)
def test_a_unit_is_exposed_no_more_than_the_documentation_says(source: str, path: str, tmp_path: Path) -> None:
    unit = tmp_path / Path(path).name
    unit.write_text(text(source, path))
    limit = round(10 * EXPOSED.get(path.partition("/")[0], 1.5))
    said, status = _analyzed("security", "--offline=true", f"--threshold={limit}", "--no-pager", str(unit))
    assert status == 0, said


@pytest.mark.parametrize(("source", "path"), [(s, p) for s, p in UNITS if p.endswith("lvs-director.service")])
def test_the_director_depends_on_no_firewall_service(source: str, path: str) -> None:
    settings = [line for line in text(source, path).splitlines() if not line.startswith("#")]
    assert not [line for line in settings if re.search(r"nftables|iptables|netfilter|firewall|PartOf|Propagate", line)]


@pytest.mark.parametrize(
    ("source", "host", "firewall"),
    [
        ("web.yaml", "web1", "nftables.service"),
        ("web.yaml", "web2", "nftables.service"),
        ("kinds", "a", "iptables.service"),
    ],
)
def test_the_rules_unit_follows_the_firewall_service(source: str, host: str, firewall: str) -> None:
    lines = text(source, f"{host}/rootfs/etc/systemd/system/lvs-realserver.service").splitlines()
    for setting in ("After", "PartOf", "ReloadPropagatedFrom"):
        assert f"{setting}={firewall}" in lines
    assert f"WantedBy=multi-user.target {firewall}" in lines


def _fake_host(tmp_path: Path, source: str, path: str) -> Path:
    """An init script whose script and subsys folder are in a folder of ours; the script logs its verb."""
    log = tmp_path / "log"
    script = tmp_path / "script"
    script.write_text(f'#!/bin/sh\necho "$1" >>{log}\nexit $(cat {tmp_path}/exit)\n')
    script.chmod(0o755)
    init = tmp_path / "init"
    content = re.sub(r"^script=.*", f"script={script}", text(source, path), flags=re.MULTILINE)
    init.write_text(content.replace("/var/lock/subsys", str(tmp_path)))
    init.chmod(0o755)
    log.write_text("")
    return init


INIT = ("llclb1.yaml", "llc5/rootfs/etc/rc.d/init.d/lvs")


@pytest.mark.parametrize("source_and_path", [INIT, ("kinds", "b/rootfs/etc/init.d/lvs")], ids=["el", "debian"])
@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
@pytest.mark.parametrize(
    ("argument", "status", "calls", "exit_status"),
    [
        ("start", 0, ["start"], 0),
        ("start", 1, ["start"], 1),
        ("stop", 1, ["stop"], 1),
        ("reload", 0, ["reload"], 0),
        ("force-reload", 0, ["reload"], 0),
        ("restart", 0, ["restart"], 0),
        ("condrestart", 3, ["status"], 0),
        ("try-restart", 0, ["status", "restart"], 0),
        ("status", 3, ["status"], 3),
        ("status", 4, ["status"], 4),
        ("check", 1, ["check"], 1),
        ("nonsense", 0, [], 2),
        ("", 0, [], 2),
    ],
)
def test_an_init_script_passes_verbs_and_exit_statuses_on(
    *,
    tmp_path: Path,
    source_and_path: tuple[str, str],
    shell: str,
    argument: str,
    status: int,
    calls: list[str],
    exit_status: int,
) -> None:
    init = _fake_host(tmp_path, *source_and_path)
    (tmp_path / "exit").write_text(str(status))
    argv = ["busybox", "sh"] if shell == "busybox" else [shell]
    run = subprocess.run([*argv, init, *([argument] if argument else [])], capture_output=True, check=False)
    assert (tmp_path / "log").read_text().split() == calls
    assert run.returncode == exit_status


def test_an_init_script_of_el_leaves_the_file_that_has_it_stopped_at_shutdown(tmp_path: Path) -> None:
    init = _fake_host(tmp_path, *INIT)
    held = []
    for verb, status in (("start", 1), ("start", 0), ("stop", 1), ("stop", 0), ("reload", 0)):
        (tmp_path / "exit").write_text(str(status))
        subprocess.run([init, verb], check=False)
        held.append((tmp_path / "lvs").exists())
    assert held == [False, True, True, False, True]


@pytest.mark.parametrize(("source", "path"), [(s, p) for s, p in SCRIPTS if "/init.d/" in p])
def test_an_init_script_has_both_heads(source: str, path: str) -> None:
    content = text(source, path)
    assert re.search(r"^# chkconfig: [2345]+ \d\d \d\d\n# description: \S", content, re.MULTILINE)
    head = content.partition("### BEGIN INIT INFO\n")[2].partition("### END INIT INFO\n")[0]
    assert f"# Provides:          {path.rpartition('/')[2]}\n" in head
    for key in ("Required-Start", "Required-Stop", "Default-Start", "Default-Stop", "Short-Description"):
        assert f"# {key}:" in head


@pytest.mark.parametrize(
    ("source", "host", "firewall"),
    [("web.yaml", "web1", "nftables.service"), ("kinds", "a", "iptables.service")],
)
def test_the_firewall_service_is_told_to_bring_our_rules_back_and_cannot_fail_by_it(
    source: str, host: str, firewall: str
) -> None:
    lines = text(source, f"{host}/rootfs/etc/systemd/system/{firewall}.d/lvs-realserver.conf").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == [
        "[Service]",
        "ExecStartPost=-/bin/systemctl --no-block try-reload-or-restart lvs-realserver.service",
    ]
