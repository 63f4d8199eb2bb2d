"""The doctor on a host's files; what it says of kernels and tools is tested where there are some."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from lvsgen.doctor import boot, examine, kernel, needs, page, settings, tools
from lvsgen.doctor.line import Verdict, note, ok, problem
from lvsgen.outdir import tree as trees
from lvsgen.state.hoststate import HostState
from lvsgen.state.netfilter import NftTable
from lvsgen.state.parts import Sysctl, Timeout

TOP = Path(__file__).parent.parent
DIRECTOR = needs.of(HostState(timeouts=(Timeout("tcp", 9),)))
REALSERVER = needs.of(HostState(tables=(NftTable("ip", "lvsgen-a", ()),)))

CASES: dict[str, tuple[needs.Needs, dict[str, str], str]] = {
    "EL's ipvsadm service": (
        DIRECTOR,
        {"etc/rc.d/rc3.d/S08ipvsadm": "", "etc/sysconfig/ipvsadm": "-A -t 192.0.2.1:80 -s rr\n"},
        "note ipvsadm service: loads the old table of /etc/sysconfig/ipvsadm at boot; ours comes after it",
    ),
    "the same as a unit": (
        DIRECTOR,
        {
            "etc/systemd/system/multi-user.target.wants/ipvsadm.service": "",
            "etc/sysconfig/ipvsadm": "-A -t 192.0.2.1:80 -s rr\n",
        },
        "note ipvsadm service: loads the old table of /etc/sysconfig/ipvsadm at boot; ours comes after it",
    ),
    "with nothing to load": (
        DIRECTOR,
        {"etc/rc.d/rc3.d/S08ipvsadm": "", "etc/sysconfig/ipvsadm": "# empty\n"},
        "ok other tables: nothing else loads an IPVS table at boot",
    ),
    "Debian's AUTO": (
        DIRECTOR,
        {"etc/default/ipvsadm": 'AUTO="true"\n'},
        "note ipvsadm service: AUTO in /etc/default/ipvsadm loads /etc/ipvsadm.rules at boot; ours comes after it",
    ),
    "keepalived": (
        DIRECTOR,
        {"etc/rc3.d/S50keepalived": "", "etc/keepalived/keepalived.conf": "virtual_server 192.0.2.1 80 {\n"},
        "problem keepalived: starts at boot and holds virtual servers of its own in the same table",
    ),
    "keepalived for VRRP alone": (
        DIRECTOR,
        {"etc/rc3.d/S50keepalived": "", "etc/keepalived/keepalived.conf": "vrrp_instance a {\n"},
        "ok other tables: nothing else loads an IPVS table at boot",
    ),
    "a flush": (
        REALSERVER,
        {
            "etc/systemd/system/sysinit.target.wants/nftables.service": "",
            "etc/nftables.conf": "flush ruleset\n",
        },
        "note nftables.service: flushes every rule when it starts or stops; our unit comes back with it",
    ),
}


def tree(root: Path, files: dict[str, str]) -> Path:
    """Make a host's files."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(("wanted", "files", "said"), CASES.values(), ids=CASES.keys())
def test_what_else_is_done_at_boot_is_seen(
    tmp_path: Path, wanted: needs.Needs, files: dict[str, str], said: str
) -> None:
    lines = boot.lines(wanted, None, tree(tmp_path, files))
    assert said in [f"{line.verdict} {line.about}: {line.said}" for line in lines]


def test_an_out_for_another_init_system_is_a_problem(tmp_path: Path) -> None:
    folder = tree(tmp_path / "out/web/lb1", {"rootfs/etc/systemd/system/lvs-director.service": ""})
    first = next(boot.lines(DIRECTOR, trees.read(folder), tmp_path))
    assert (first.verdict, first.said) == ("problem", "SysV init, but out/ is made for systemd")


@pytest.mark.parametrize(
    "line",
    [
        "net.ipv4.conf.eth0/100.rp_filter = 1",
        "-net/ipv4/conf/eth0.100/rp_filter=1",
        "net.ipv4.conf.*.rp_filter=1",
    ],
)
def test_a_setting_that_sysctl_would_undo_is_noted(tmp_path: Path, line: str) -> None:
    root = tree(tmp_path, {"etc/sysctl.d/9-old.conf": f"# {line}0\n{line}\n", "etc/sysctl.conf": "net.ipv4.x = 3\n"})
    state = HostState(sysctls=(Sysctl("net/ipv4/conf/eth0.100/rp_filter", "0"),))
    said = [found.said for found in settings.lines(state, root)]
    assert "/etc/sysctl.d/9-old.conf sets it to 1, out/ says 0: `sysctl --system` would undo ours" in said


def test_nothing_is_a_problem_where_nobody_knows_what_is_needed() -> None:
    assert [line for line in examine.examine(None) if line.verdict == "problem"] == []


def test_each_line_comes_with_its_next_step() -> None:
    said = examine.text([note("a", "b"), problem("c", "d", "e")])
    assert said == "note     a: b\nproblem  c: d\n         = help: e\n"


def test_the_page_is_what_the_code_says() -> None:
    assert (TOP / "docs/doctor.md").read_text() == page.page(), "run `make docs`"


@pytest.mark.parametrize("module", [boot, examine, kernel, settings, tools])
def test_every_line_of_the_page_can_be_said(module: ModuleType) -> None:
    assert module.__file__
    source = Path(module.__file__).read_text()
    assert [name for name, _ in page.lines(module) if len(re.findall(rf"\b{name}\b", source)) < 2] == []


def test_a_line_is_filled_with_what_is_known_on_the_host() -> None:
    assert problem("{a}", "no {b}", "get {b}").of(a=1, b="{c}") == problem("1", "no {c}", "get {c}")


def test_nothing_is_in_the_way_where_it_is_not_needed() -> None:
    lines = [ok("a", "b"), note("a", "b", "c"), problem("a", "b", "c")]
    assert [line.where(needed=False).verdict for line in lines] == [Verdict.OK, Verdict.NOTE, Verdict.NOTE]
    assert [line.where(needed=True) for line in lines] == lines
