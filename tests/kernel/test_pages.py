"""What README.md and docs/ show of a host is what is printed there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.prove.lab import Host, Lab
from tests import pages
from tests.kernel import guests, scenes
from tests.kernel.scenes import SSH, VIP, Built

LVSGEN = f"""\
#!/bin/sh
{guests.LOGIN}
[ "$1" != confirm ] || exec {guests.SSHD} -c '{guests.PYTHON} -m lvsgen confirm; exit $?'
exec {guests.PYTHON} -m lvsgen "$@"
"""
BY_HAND = """\
lvsgen drain llc6 --timeout 0 >/dev/null 2>&1
ipvsadm -A -t 129.129.190.99:80 -s wlc
ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 5
chmod 700 /usr/local/sbin/lvs-director
"""
RUNNING = {
    "docs/drain.md": "",
    "docs/status.md": BY_HAND,
    "docs/doctor.md": "mv /usr/sbin/ipvsadm /usr/sbin/ipvsadm.away",
}
"""What is done to a running cluster before what each page shows."""


@pytest.fixture
def director(cluster: Lab, example: Built) -> Host:
    """The director of a running cluster, to which the example was applied; two clients are connected."""
    scenes.install(cluster, example, "llc5", "llc6")
    director = cluster["llclb1"]
    director.write("/usr/local/bin/lvsgen", LVSGEN, mode=0o755)
    _sh(director, "modprobe -a dummy ip_vs_wlc; lvsgen apply --no-rehearse", example)
    for name in ("llc5", "llc6"):
        cluster[name].serve(SSH)
        cluster[name].run("/etc/rc.d/init.d/lvs", "start")
    assert [cluster["client"].hold(VIP, SSH).answerer for _ in range(2)]
    return director


def _sh(host: Host, script: str, built: Built) -> str:
    """Run a script in the folder that holds out/; gives all that it printed."""
    folder = guests.folder(built.folder.parents[1])
    return host.sh(f"exec 2>&1\n{script}", cwd=folder, env=guests.environment(), check=False, timeout=180).stdout


def _wrong(host: Host, page: str, built: Built) -> Iterator[str]:
    shown = list(pages.shown(page, "#"))
    assert shown
    for one in shown:
        printed = _sh(host, one.command, built)
        yield from [] if one.is_as(printed) else [f"# {one.command}\n{printed}"]


def test_the_readme_shows_what_a_host_prints(director: Host, tmp_path: Path) -> None:
    newer = scenes.build_text(tmp_path, scenes.example_text().replace("scheduler: rr", "scheduler: wlc"))
    assert list(_wrong(director, "README.md", newer)) == []


def test_the_docs_show_what_a_host_prints(director: Host, example: Built) -> None:
    for page, arrange in RUNNING.items():
        _sh(director, arrange, example)
        assert list(_wrong(director, page, example)) == [], page


def test_the_docs_name_all_that_programs_are_told(director: Host, example: Built) -> None:
    for verb in ("plan", "apply --probe false", "history", "rollback"):
        _sh(director, "ipvsadm -D -t 129.129.190.54:22", example)
        document = json.loads(_sh(director, f"lvsgen {verb} --format json", example))
        assert pages.unnamed("docs/apply.md", document) == set()
