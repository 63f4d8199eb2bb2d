"""What a change of the description changes in out/: as little as it means, and line by line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import pytest

from lvsgen import load
from lvsgen.lower.lower import lower
from lvsgen.outdir import survey
from lvsgen.render import artifacts
from lvsgen.render.hostbuild import File

SERVERS = [f"web{number:02}" for number in range(1, 41)]
PORTS = (80, 443, 8080)


def description(servers: list[str], weights: Mapping[str, int] | None = None, comment: str = "") -> str:
    """A cluster with these realservers, each of them in three services."""
    hosts = "".join(
        f"  {name}: {{platform: el9, interfaces: {{eth0: {{network: lan, address: 192.0.2.{100 + int(name[3:])}}}}}}}\n"
        for name in servers
    )
    services = "".join(_service(port, servers, weights or {} if port == 80 else {}) for port in PORTS)
    return (
        f"{comment}cluster: big\nnetworks:\n  lan: {{subnet: 192.0.2.0/24}}\n"
        "directors:\n  lb: {platform: el9, interfaces: {eth0: {network: lan, address: 192.0.2.2}}}\n"
        f"realservers:\n{hosts}vips:\n  www: {{address: 192.0.2.80}}\nservices:\n{services}"
    )


def _service(port: int, servers: list[str], weights: Mapping[str, int]) -> str:
    head = f"  s{port}:\n    vip: www\n    protocol: tcp\n    port: {port}\n    scheduler: wlc\n    forward: direct\n"
    return f"{head}    realservers:\n" + "".join(f"      {s}: {{weight: {weights.get(s, 1)}}}\n" for s in servers)


def files(text: str) -> dict[str, str]:
    """Everything that a build of a description writes."""
    loaded = load.read("big.yaml", text.encode())
    made: Mapping[str, File] = artifacts.render(loaded, lower(loaded.cluster))
    return {path: file.text for path, file in made.items()} | {"MANIFEST": survey.listing(made)}


BEFORE = files(description(SERVERS))
DIRECTOR = {f"lb/{path}" for path in ("state.json", "rootfs/etc/lvsgen/big/host", "rootfs/etc/lvsgen/big/MANIFEST")}


def _changed(after: dict[str, str]) -> set[str]:
    return {path for path in BEFORE | after if BEFORE.get(path) != after.get(path)}


def test_a_comment_changes_what_names_the_description_alone() -> None:
    assert _changed(files(description(SERVERS, comment="# said otherwise\n"))) == {"DESCRIPTION", "MANIFEST"}


def test_one_weight_changes_five_files_beside_the_one_that_names_the_description() -> None:
    after = files(description(SERVERS, {"web17": 3}))
    assert _changed(after) == {"DESCRIPTION", "README.md", "MANIFEST", *DIRECTOR}


@pytest.mark.parametrize("path", ["README.md", "lb/state.json", "lb/rootfs/etc/lvsgen/big/host"])
def test_one_weight_is_one_line_of_each(path: str) -> None:
    after = files(description(SERVERS, {"web17": 3}))
    lines = difflib.unified_diff(BEFORE[path].splitlines(), after[path].splitlines(), n=0, lineterm="")
    assert [line[0] for line in lines if not line.startswith(("---", "+++"))] == ["@", "-", "+"]


def test_one_realserver_more_changes_the_director_and_no_other_realserver() -> None:
    after = files(description([*SERVERS, "web41"]))
    new = {path for path in after if path.startswith("web41/")}
    known = {"DESCRIPTION", "README.md", "MANIFEST", *DIRECTOR}
    assert _changed(after) == known | new
    assert len(new) > 5


def test_what_no_host_is_told_changes_no_host() -> None:
    renamed = load.read("other.yaml", description(SERVERS).encode())
    after = {path: file.text for path, file in artifacts.render(renamed, lower(renamed.cluster)).items()}
    assert _changed(after | {"MANIFEST": BEFORE["MANIFEST"]}) == {"DESCRIPTION"}
