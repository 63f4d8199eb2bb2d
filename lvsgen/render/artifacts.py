"""Everything that a build writes for one cluster, as a mapping of paths to files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from lvsgen import manifest
from lvsgen.load import Loaded
from lvsgen.lower.lowered import Lowered
from lvsgen.naming import COMMON
from lvsgen.platforms.platform import Init
from lvsgen.render import common, facts, review, scripts, startup
from lvsgen.render.hostbuild import File, HostBuild, subjects
from lvsgen.render.network import formats
from lvsgen.state import origin, statefile
from lvsgen.state.forms import Description
from lvsgen.state.statefile import StateFile


def render(loaded: Loaded, lowered: Mapping[str, Lowered]) -> dict[str, File]:
    """Render a cluster's files; the paths are below its folder out/<cluster>/."""
    made_from = Description(PurePath(loaded.source.text.file).name, loaded.digest)
    hosts = subjects(loaded.cluster, lowered)
    files = {origin.NAME: File(origin.render(made_from)), "README.md": File(review.page(loaded.cluster, hosts))}
    shared = common.files()
    files |= {f"{COMMON}/rootfs{path}": file for path, file in shared.items()}
    for subject in hosts:
        state = StateFile(loaded.cluster.cluster, subject.name, subject.state, subject.lowered.realservers)
        files[f"{subject.name}/state.json"] = File(statefile.write(state))
        placed = dict(_placed(subject, shared))
        files |= {f"{subject.name}/{path}": file for path, file in placed.items()}
        placed |= {f"{COMMON}/rootfs{path}": file for path, file in shared.items()}
        files[f"{subject.name}/FILES"] = File(listing(placed))
    return files


def listing(placed: Mapping[str, File]) -> str:
    """List mode, owner and path of each file, a line each, by path: git keeps neither of the first two."""
    return "".join(f"{file.mode:04o} {file.owner} {path}\n" for path, file in sorted(placed.items()))


def _placed(subject: HostBuild, shared: Mapping[str, File]) -> Iterator[tuple[str, File]]:
    own = dict(_own(subject))
    digests = {path: manifest.digest(file.text.encode()) for path, file in (*shared.items(), *own.items())}
    own[subject.paths.manifest] = File(manifest.render(digests))
    for path, file in own.items():
        yield f"rootfs{path}", file
    for path, file in formats.network(subject):
        yield f"network{path}", file


def _own(subject: HostBuild) -> Iterator[tuple[str, File]]:
    """Render lvsgen's own files of a host, each with its path there."""
    paths = subject.paths
    yield paths.facts, File(facts.facts(subject))
    yield paths.script, File(scripts.script(subject), mode=0o755)
    yield paths.service, startup.service(subject)
    if subject.filters and subject.target.init is Init.SYSTEMD:
        yield startup.firewall_addition(subject)
