"""Parts of netfilter: a chain of iptables, and a table of nftables."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.state.keys import ChainKey, TableKey


@dataclass(frozen=True, slots=True)
class Chain:
    """An iptables chain of ours, or one of ip6tables: `rules` are what iptables-save prints after `-A NAME `, in order.

    They are held as they are read, words or none that we know, compared, and put back: only what lower makes is
    generated. `hook` is the built-in chain that jumps to it, `jumps` how often: 1, unless a hand was at work.
    """

    table: str
    name: str
    hook: str
    rules: tuple[str, ...]
    jumps: int = 1
    ipv6: bool = False

    def __str__(self) -> str:
        rule = f"\nrule{'6' * self.ipv6} {self.table} {self.name} "
        jumps = f" {self.jumps}" if self.jumps != 1 else ""
        return f"{self.key} {self.hook}{jumps}" + "".join(rule + text for text in self.rules)

    @property
    def key(self) -> ChainKey:
        """What the kernel knows it by."""
        return ChainKey(self.table, self.name, self.ipv6)


@dataclass(frozen=True, slots=True)
class NftTable:
    """An nftables table of ours; `body` is lines that nft reads and prints alike: see `of`.

    Lines and not words: a rule ends where its line ends, so a body of words could be compared but not loaded again.
    """

    family: str
    name: str
    body: tuple[str, ...]

    @classmethod
    def of(cls, family: str, name: str, text: str) -> NftTable:
        """Take what stands between the braces of `nft list table`: indentation goes, a list that is wrapped is joined.

        `nft list table` wraps a set's elements after a comma, at a width of its own.
        """
        lines = (" ".join(line.split()) for line in text.splitlines())
        joined = "\n".join(line for line in lines if line).replace(",\n", ", ")
        return cls(family, name, tuple(joined.splitlines()))

    def __str__(self) -> str:
        """Write it as `nft list table` does, but of a list each element has its own line, which ends in a comma."""
        lines, depth = [f"{self.key} {{"], 1
        for whole in self.body:
            depth -= whole == "}"
            first, *elements = whole.replace(", ", ",\n").split("\n")
            lines += ["\t" * depth + first, *("\t" * (depth + 1) + element for element in elements)]
            depth += whole.endswith("{")
        return "\n".join((*lines, "}"))

    @property
    def key(self) -> TableKey:
        """What the kernel knows it by."""
        return TableKey(self.family, self.name)
