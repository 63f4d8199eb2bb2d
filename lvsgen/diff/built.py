"""What out/<cluster>/ says of its hosts, from the bytes of its files: a build's, a folder's or a revision's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lvsgen import manifest, naming
from lvsgen.state import origin, statefile
from lvsgen.state.keys import Key
from lvsgen.state.statefile import StateFile

_STATE = "state.json"
Place = Callable[[str, Key], str]
_COMMON = f"{naming.COMMON}/rootfs/"


@dataclass(frozen=True, slots=True)
class Host:
    """One host: what state.json says, and by the path on the host its files' mode, owner and digest, as one text.

    The list of digests that a host has is none of them: it changes with every other, and says nothing itself.
    """

    file: StateFile
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Built:
    """One cluster; `description` is the name of what it was built from, "" where nothing says it.

    `place` names the line of the description that brings a part of a host about, "" where none is known.
    """

    cluster: str
    description: str
    hosts: Mapping[str, Host]
    place: Place = field(default=lambda _host, _key: "", compare=False)


def read(cluster: str, files: Mapping[str, bytes], where: str) -> Built:
    """Read a cluster's files, by path below its folder; OperatorError, by the name `where`, when they make no sense."""
    trees: dict[str, dict[str, bytes]] = {}
    for path, raw in files.items():
        host, slash, rest = path.partition("/")
        if slash and naming.is_host(host):
            trees.setdefault(host, {})[rest] = raw
    common = {path: raw for path, raw in files.items() if path.startswith(_COMMON)}
    hosts = {
        host: Host(statefile.read(tree[_STATE], f"{where}/{host}/{_STATE}"), _files(cluster, tree | common))
        for host, tree in sorted(trees.items())
        if _STATE in tree
    }
    return Built(cluster, _description(files, hosts, where), hosts)


def _files(cluster: str, tree: Mapping[str, bytes]) -> dict[str, str]:
    modes = _modes(tree.get("FILES", b""))
    placed = {path: raw for path, raw in tree.items() if path.startswith((_COMMON, "rootfs/", "network/"))}
    named = {path: f"{modes.get(path, '')} {manifest.digest(raw)}" for path, raw in placed.items()}
    return {_on_host(path): said for path, said in named.items() if not _is_list(cluster, path)}


def _on_host(path: str) -> str:
    return f"/{path.removeprefix(f'{naming.COMMON}/').partition('/')[2]}"


def _is_list(cluster: str, path: str) -> bool:
    return path == f"rootfs{manifest.host_path(cluster)}"


def _modes(listing: bytes) -> dict[str, str]:
    """{path: "MODE OWNER"} of every line that may be one."""
    lines = (line.split(" ", 2) for line in listing.decode(errors="replace").splitlines())
    return {words[2]: f"{words[0]} {words[1]}" for words in lines if len(words) == 3}


def _description(files: Mapping[str, bytes], hosts: Mapping[str, Host], where: str) -> str:
    if origin.NAME in files:
        return origin.parse(files[origin.NAME], f"{where}/{origin.NAME}").name
    return next((host.file.description.name for host in hosts.values() if host.file.description), "")
