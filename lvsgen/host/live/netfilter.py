"""Read our own chains and tables, in the lines that a HostState holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from itertools import pairwise

from lvsgen import process
from lvsgen.host.live.understanding import understood
from lvsgen.state.hoststate import ordered
from lvsgen.state.keys import ChainKey, TableKey
from lvsgen.state.netfilter import Chain, NftTable

_HOOKS = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")


@dataclass(frozen=True, slots=True)
class Chains:
    """Our chains, and the `foreign` rules that lead into them other than by the plain jump from one hook."""

    chains: tuple[Chain, ...] = ()
    foreign: tuple[str, ...] = ()


def chains(keys: Iterable[ChainKey]) -> Chains:
    """Read the iptables chains of these tables and names that there are."""
    wanted = sorted((key.table, key.name) for key in keys if not key.ipv6)
    saved = {table: process.output(("iptables-save", "-t", table)) for table in {table for table, _ in wanted}}
    found = [parse_chain(saved[table], table, name) for table, name in wanted]
    ours = (chain for part in found for chain in part.chains)
    return Chains(ordered(ours), tuple(line for part in found for line in part.foreign))


def tables(keys: Iterable[TableKey]) -> tuple[NftTable, ...]:
    """Read the nftables tables of these families and names that there are, without counters."""
    wanted = sorted((key.family, key.name) for key in keys)
    listed = process.output(("nft", "list", "tables")).splitlines() if wanted else []
    there = [(family, name) for family, name in wanted if f"table {family} {name}" in listed]
    return ordered(
        parse_table(process.output(("nft", "-s", "list", "table", family, name)), family, name)
        for family, name in there
    )


def parse_chain(saved: str, table: str, name: str) -> Chains:
    """Find a chain in what iptables-save prints of its table; nothing when it is not there."""
    with understood("iptables-save"):
        lines = [_canonical(line) for line in saved.splitlines()]
        if not any(line.startswith(f":{name} ") for line in lines):
            return Chains()
        prefix = f"-A {name} "
        rules = tuple(line.removeprefix(prefix) for line in lines if line.startswith(prefix))
        hook, jumps = _hook(lines, name)
        chain = Chain(table, name, hook, rules, jumps)
        return Chains((chain,), tuple(f"-t {table} {line}" for line in _other_ways(lines, chain)))


def parse_table(listed: str, family: str, name: str) -> NftTable:
    """Take what stands between the braces of `nft list table`."""
    with understood("nft"):
        lines = listed.strip().splitlines()
        if len(lines) < 2 or lines[0].split() != ["table", family, name, "{"] or lines[-1] != "}":
            raise ValueError(listed)
        return NftTable.of(family, name, "\n".join(lines[1:-1]))


def _hook(lines: list[str], name: str) -> tuple[str, int]:
    """Give the built-in chain that jumps to ours, and how often; of several, or without any, the first of the table."""
    there = [hook for hook in _HOOKS if any(line.startswith(f":{hook} ") for line in lines)]
    found = Counter(hook for line in lines for hook in _HOOKS if line == f"-A {hook} -j {name}")
    return next(((hook, found[hook]) for hook in there if found[hook]), (next(iter(there), _HOOKS[0]), 0))


def _other_ways(lines: list[str], chain: Chain) -> Iterator[str]:
    plain = f"-A {chain.hook} -j {chain.name}"
    ways = {("-j", chain.name), ("-g", chain.name)}
    return (line for line in lines if line != plain and not ways.isdisjoint(pairwise(line.split())))


def _canonical(line: str) -> str:
    """Write a line as today's iptables does: old ones end it in a blank and leave /32 out."""
    words = line.rstrip().split(" ")
    for place, word in enumerate(words):
        if place and words[place - 1] in ("-s", "-d") and _is_address(word):
            words[place] = f"{word}/32"
    return " ".join(words)


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
