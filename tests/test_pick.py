"""Which host of out/ this one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen.errors import OperatorError
from lvsgen.outdir import pick

HOSTS = ("llc/llclb1", "llc/llc5", "web/lb1", "web/llc5")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name in HOSTS:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "state.json").touch()
    return tmp_path


def test_a_host_is_known_by_its_name_up_to_the_first_dot(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "lb1.example.org")
    assert pick.choose(out) == out / "web" / "lb1"


def test_a_cluster_decides_between_two_hosts_of_one_name(out: Path) -> None:
    assert pick.choose(out, "web", "llc5") == out / "web" / "llc5"


@pytest.mark.parametrize(
    ("cluster", "host", "said", "hint"),
    [
        ("", "llc5", "llc5 is in several clusters", "choose with --cluster: llc or web"),
        ("", "llclb2", "no host 'llclb2' in", "did you mean 'llclb1'?"),
        ("llc", "lb1", "no host 'lb1' in cluster llc of", "it is in web"),
        ("llc", "lb2", "no host 'lb2' in cluster llc of", "choose with --host: llc5 or llclb1"),
        ("old", "lb2", "no host 'lb2' in cluster old of", "choose with --cluster: llc or web"),
    ],
)
def test_what_is_not_clear_is_refused(out: Path, cluster: str, host: str, said: str, hint: str) -> None:
    with pytest.raises(OperatorError, match=said) as refused:
        pick.choose(out, cluster, host)
    assert refused.value.hint == hint


def test_an_empty_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="holds no cluster"):
        pick.choose(tmp_path)
