"""The rules files are loaded for real, in a network namespace of this machine."""

from __future__ import annotations

import re
import subprocess
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from lvsgen import load
from lvsgen.lower.lower import lower
from lvsgen.render import artifacts, nft
from lvsgen.state.netfilter import NftTable

EXAMPLES = Path(__file__).parent.parent / "examples"
NFT_FILE = "web2/rootfs/etc/lvsgen/web/redirect.nft"
IPTABLES_FILE = "llc5/rootfs/etc/lvsgen/llc/redirect.rules"
FOREIGN_TABLE = "table ip foreign { chain c { type nat hook prerouting priority 5; }; }"


def _render(name: str, *replaced: tuple[str, str]) -> tuple[dict[str, str], dict[str, NftTable]]:
    source = (EXAMPLES / name).read_text()
    for old, new in replaced:
        assert old in source
        source = source.replace(old, new)
    loaded = load.read(name, source.encode())
    hosts = lower(loaded.cluster)
    files = {path: file.text for path, file in artifacts.render(loaded, hosts).items()}
    return files, {name: host.state.tables[0] for name, host in hosts.items() if host.state.tables}


def _in_namespace(script: str, *words: str | Path) -> str:
    command = ["unshare", "-rn", "sh", "-ec", script, "sh", *map(str, words)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _listed(output: str) -> NftTable:
    family, name, body = re.fullmatch(r"table (\S+) (\S+) \{\n(.*)\}\n", output, re.DOTALL).groups()  # type: ignore[union-attr]
    return NftTable.of(family, name, body)


def _more_vips(count: int) -> tuple[tuple[str, str], ...]:
    vips = "".join(f"  v{number}: {{address: 192.0.2.{number}}}\n" for number in range(100, 100 + count))
    services = "".join(
        f"  s{number}: {{vip: v{number}, protocol: tcp, port: 80, scheduler: rr, forward: direct, "
        "realservers: {web2: {}}}\n"
        for number in range(100, 100 + count)
    )
    return (("services:\n", f"{vips}services:\n{services}"),)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 150])
def test_nft_lists_the_table_in_the_lines_of_the_state_however_often_it_is_loaded(count: int, tmp_path: Path) -> None:
    files, tables = _render("web.yaml", *_more_vips(count))
    rules = tmp_path / "redirect.nft"
    rules.write_text(files[NFT_FILE])
    load_and_list = 'nft -f "$1"; nft list table ip lvsgen-web >"$2"; nft -f "$1"; nft list table ip lvsgen-web'
    twice = _in_namespace(load_and_list, rules, tmp_path / "once")
    assert _listed(twice) == tables["web2"]
    assert (tmp_path / "once").read_text() == twice


def test_nft_leaves_the_tables_of_others_alone(tmp_path: Path) -> None:
    rules = tmp_path / "redirect.nft"
    rules.write_text(_render("web.yaml")[0][NFT_FILE])
    show = f'nft "{FOREIGN_TABLE}"; nft list table ip foreign >"$2"; nft -f "$1"; nft list table ip foreign'
    assert _in_namespace(show, rules, tmp_path / "before") == (tmp_path / "before").read_text()


def test_a_table_replaces_an_older_version_of_itself(tmp_path: Path) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    older.write_text(_render("web.yaml", *_more_vips(3))[0][NFT_FILE])
    files, tables = _render("web.yaml")
    newer.write_text(files[NFT_FILE])
    assert (
        _listed(_in_namespace('nft -f "$1"; nft -f "$2"; nft list table ip lvsgen-web', older, newer)) == tables["web2"]
    )


def test_a_long_list_of_addresses_is_wrapped_and_is_the_same_table() -> None:
    elements = ", ".join(str(IPv4Address("10.0.0.0") + number) for number in range(5000))
    table = NftTable("ip", "t", ("set vips {", "type ipv4_addr", f"elements = {{ {elements} }}", "}"))
    written = nft.text(table)
    assert max(map(len, written.splitlines())) <= 100
    assert _listed(written + "\n") == table


@pytest.mark.parametrize("tool", ["iptables-legacy", "iptables-nft"])
def test_iptables_has_the_chain_once_however_often_it_is_loaded(tool: str, tmp_path: Path) -> None:
    rules = tmp_path / "redirect.rules"
    rules.write_text(_render("llclb1.yaml")[0][IPTABLES_FILE])
    script = f"""
        {tool} -t nat -A PREROUTING -d 192.0.2.1 -j REDIRECT
        {tool}-restore --noflush <"$1"
        {tool}-restore --noflush <"$1"
        {tool}-save -t nat"""
    saved = _in_namespace(script, rules)
    assert [line for line in saved.splitlines() if line.startswith("-A") or "lvsgen" in line] == [
        ":lvsgen-llc - [0:0]",
        "-A PREROUTING -d 192.0.2.1/32 -j REDIRECT",
        "-A lvsgen-llc -d 129.129.190.54/32 -j REDIRECT",
    ]
