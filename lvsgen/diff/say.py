"""A difference for people, for a comment on a merge request, for programs. Hosts with the same change are in one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

from lvsgen import phrasing
from lvsgen.diff.built import Built
from lvsgen.diff.compare import ClusterChange, Difference, Fate, HostChange, Line
from lvsgen.plan.marks import Row

_MOST_NAMES = 8
_GONE = "take it down there first, then its files: nothing does that by itself"


def text(difference: Difference) -> str:
    """Say a difference in lines, those of a host as `lvsgen plan` says them there."""
    lines = [line for cluster in difference.clusters for line in _text_of(cluster)]
    lines += [_other(built) for built in difference.others]
    return "".join(f"{phrasing.visible(line)}\n" for line in lines)


def markdown(difference: Difference) -> str:
    """Say a difference as Markdown."""
    lines = [f"What this does to each host, compared with {_code(difference.against)}:"]
    for cluster in difference.clusters:
        lines += ["", f"### {cluster.cluster}", *_markdown_of(cluster)]
    lines += [f"\n{_other(built)}" for built in difference.others]
    return "".join(f"{line}\n" for line in lines)


def data(difference: Difference) -> dict[str, object]:
    """Give a difference for programs."""
    clusters = [
        {"cluster": cluster.cluster, "was": cluster.was, "hosts": [_host_data(host) for host in cluster.hosts]}
        for cluster in difference.clusters
    ]
    return {
        "against": difference.against,
        "differs": difference.differs,
        "clusters": clusters,
        "others": [built.cluster for built in difference.others],
    }


def _host_data(host: HostChange) -> dict[str, object]:
    files = [asdict(file) for file in host.files]
    return {
        "host": host.host,
        "fate": host.fate.name.lower(),
        "operations": [{**asdict(line.row), "place": line.place} for line in host.lines],
        "files": files,
    }


def _text_of(cluster: ClusterChange) -> Iterator[str]:
    if cluster.was:
        yield f"{cluster.cluster}: {_renamed(cluster)}"
    for fate, names, host in _groups(cluster):
        if fate is Fate.SAME:
            yield f"{cluster.cluster}: {_counted(len(names), 'host')}: no change"
            continue
        yield f"{cluster.cluster}/{_names(names)}:{_fate(fate)}"
        yield from (f"{line.row.line}{_place(line)}" for line in host.lines)
        yield from (f"  {line}" for line in _file_lines(host))


def _markdown_of(cluster: ClusterChange) -> Iterator[str]:
    if cluster.was:
        yield f"\n{_renamed(cluster)}"
    for fate, names, host in _groups(cluster):
        if fate is Fate.SAME:
            yield f"\n{_counted(len(names), 'host')}: no change"
            continue
        yield f"\n**{_names(names)}**{':' if _fate(fate) else ''}{_fate(fate)}\n"
        yield from (f"- {_marked(line.row)}{f' {_code(line.place)}' if line.place else ''}" for line in host.lines)
        yield from (f"- {_code(line)}" for line in _file_lines(host))


def _groups(cluster: ClusterChange) -> Iterator[tuple[Fate, list[str], HostChange]]:
    """Give the hosts with the same change together; those with none last."""
    groups: dict[HostChange, list[str]] = {}
    for host in cluster.hosts:
        groups.setdefault(replace(host, host=""), []).append(host.host)
    same = [change for change in groups if change.fate is Fate.SAME]
    for change in (*(change for change in groups if change not in same), *same):
        yield change.fate, groups[change], change


def _file_lines(host: HostChange) -> Iterator[str]:
    if host.fate is Fate.CHANGED:
        yield from (f"file {file.path}: {file.change}" for file in host.files)
    elif host.files:
        yield f"{_counted(len(host.files), 'file')}: {host.files[0].change}"


def _place(line: Line) -> str:
    return f"  [{line.place}]" if line.place else ""


def _marked(row: Row) -> str:
    mark = f"**{row.mark}** " if row.reason else ""
    return f"{mark}{_code(row.says)}{f': {phrasing.visible(row.reason)}' if row.reason else ''}"


def _fate(fate: Fate) -> str:
    return {Fate.NEW: " new", Fate.GONE: f" no longer described: {_GONE}"}.get(fate, "")


def _renamed(cluster: ClusterChange) -> str:
    return f"was called {cluster.was}: take that down on its hosts before this comes, and remove its folder from out/"


def _other(built: Built) -> str:
    made = f" (it was made from {built.description})" if built.description else ""
    return f"{built.cluster}: not compared, since its description was not named{made}"


def _names(names: list[str]) -> str:
    more = [f"{len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    return ", ".join((*names[:_MOST_NAMES], *more))


def _code(said: str) -> str:
    return f"`{phrasing.visible(said).replace('`', chr(39))}`"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
