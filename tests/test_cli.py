"""cli/: what is printed where, in which form, and the exit status."""

import io
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
import typer

import lvsgen.build
from lvsgen import exits, manifest
from lvsgen.cli.outcome import Outcome, end
from tests.console import Lvsgen, Run

TOP = Path(__file__).parent.parent
EXAMPLE = TOP / "examples/llclb1.yaml"
WEB = TOP / "examples/web.yaml"
LVSGEN = [sys.executable, "-m", "lvsgen"]


def broken(name: str = "broken.yaml", **changes: str) -> str:
    text = EXAMPLE.read_text()
    for old, new in (changes or {"platform: el5": "platform: el55"}).items():
        assert old in text
        text = text.replace(old, new)
    Path(name).write_text(text)
    return name


def test_build_without_arguments_compiles_cluster_yaml_into_out(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("build")
    files = len([path for path in Path("out/llc").rglob("*") if path.is_file()])
    assert (run.status, run.out, run.err) == (0, f"out/llc: {files} files, {files} written\n", "")


def test_a_second_build_has_nothing_to_do(lvsgen_: Lvsgen) -> None:
    lvsgen_("build")
    run = lvsgen_("build")
    assert run.status == 0
    assert run.out.endswith(" files, nothing to do\n")


def test_out_chooses_the_folder_and_makes_it(lvsgen_: Lvsgen) -> None:
    assert lvsgen_("build", "--out", "a/b").status == 0
    assert Path("a/b/llc/MANIFEST").exists()
    assert not Path("out").exists()


def test_several_descriptions_are_built_in_one_call(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("build", "cluster.yaml", str(WEB))
    assert [line.split(":")[0] for line in run.out.splitlines()] == ["out/llc", "out/web"]


def test_a_wrong_description_is_pointed_at_and_nothing_is_written(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("build", broken(), str(WEB))
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("broken.yaml:6:15: LVS2")
    assert "^^^^" in run.err
    assert not Path("out").exists()


def test_findings_of_every_description_are_printed_at_once(lvsgen_: Lvsgen) -> None:
    one, two = broken("one.yaml"), broken("two.yaml", **{"cluster: llc": "cluster: LLC"})
    run = lvsgen_("check", one, two)
    assert run.status == 1
    assert "one.yaml:6:15" in run.err
    assert "two.yaml:1:10" in run.err


def idle(name: str = "idle.yaml", suppress: str = "") -> str:
    """A description with a VIP that no service is on."""
    return broken(name, **{"vips:\n": f"vips:\n  idle: {{address: 129.129.190.55{suppress}}}\n"})


@pytest.mark.parametrize("words", [["build"], ["check"], ["build", "--check"]], ids=" ".join)
def test_a_warning_is_said_and_stops_nothing(lvsgen_: Lvsgen, words: list[str]) -> None:
    lvsgen_("build", idle())
    run = lvsgen_(*words, "idle.yaml")
    assert run.status == 0
    assert run.err.startswith("idle.yaml:13:3: LVS501 warning: no service is on the VIP 'idle'")
    assert Path("out/llc/MANIFEST").exists()


@pytest.mark.parametrize("words", [["build"], ["check"], ["build", "--check"]], ids=" ".join)
def test_strict_takes_a_warning_for_an_error_and_writes_nothing(lvsgen_: Lvsgen, words: list[str]) -> None:
    run = lvsgen_(*words, "--strict", idle())
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith("idle.yaml:13:3: LVS501 error: no service is on the VIP 'idle'")
    assert not Path("out").exists()


@pytest.mark.parametrize("words", [["build"], ["check"], ["build", "--check"]], ids=" ".join)
def test_programs_get_the_warnings_and_how_many_they_are(lvsgen_: Lvsgen, words: list[str]) -> None:
    lvsgen_("build", idle())
    document = lvsgen_(*words, "idle.yaml", "--format", "json").document
    assert [(found["code"], found["severity"]) for found in document["findings"]] == [("LVS501", "warning")]
    assert (document["status"], document["counts"]) == (0, {"error": 0, "warning": 1, "note": 0})
    document = lvsgen_(*words, "idle.yaml", "--strict", "--format", "json").document
    assert (document["status"], document["counts"]) == (1, {"error": 1, "warning": 0, "note": 0})


def test_check_counts_for_each_description(lvsgen_: Lvsgen) -> None:
    kept = idle("kept.yaml", ", suppress: {LVS501: kept, LVS502: kept}").replace("\n", "")
    Path(kept).write_text(Path(kept).read_text().replace("cluster: llc ", "cluster: two ").replace("llc", "twc"))
    run = lvsgen_("check", idle(), kept, str(WEB))
    said = ["idle.yaml: cluster llc, 1 warning", "kept.yaml: cluster two, 1 note", f"{WEB}: cluster web, no findings"]
    assert run.out.splitlines() == said
    assert run.err.endswith("1 warning, 1 note\n")


def test_a_note_is_none_of_the_things_that_strict_stops_at(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("check", "--strict", idle(suppress=", suppress: {LVS501: kept, LVS502: kept}"))
    assert run.status == 0
    assert "LVS507 note: " in run.err


def test_a_warning_of_one_description_is_said_beside_the_errors_of_another(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("build", idle(), broken(**{"cluster: llc": "cluster: LLC", "llc5": "x5", "llc6": "x6", "lb1": "lb2"}))
    assert run.status == 1
    assert "idle.yaml:13:3: LVS501 warning" in run.err
    assert run.err.endswith("1 error, 1 warning\n")


def test_a_cluster_that_is_described_twice_names_both_files(lvsgen_: Lvsgen) -> None:
    shutil.copy(EXAMPLE, "again.yaml")
    run = lvsgen_("build", "cluster.yaml", "again.yaml")
    assert run.status == 1
    assert run.err.startswith("again.yaml:1:10: LVS310 error: the cluster 'llc' is described twice\n")
    assert "\ncluster.yaml:1:10: note" in run.err
    assert not Path("out").exists()


def test_a_host_in_two_clusters_names_both_files(lvsgen_: Lvsgen) -> None:
    run = lvsgen_(
        "check", "cluster.yaml", broken("b.yaml", **{"cluster: llc": "cluster: b", "llc5": "x5", "llc6": "x6"})
    )
    assert run.status == 1
    assert run.err.startswith("b.yaml:5:3: LVS307 error: the host 'llclb1' is in two clusters\n")
    assert run.err.count("LVS307") == 1
    assert "\ncluster.yaml:5:3: note" in run.err


def test_no_description_here_is_said_with_the_next_step(lvsgen_: Lvsgen) -> None:
    Path("cluster.yaml").unlink()
    run = lvsgen_("build")
    assert (run.status, run.out) == (6, "")
    assert run.err == "lvsgen: there is no cluster.yaml here\n  = help: name a description: lvsgen build FILE\n"


@pytest.mark.parametrize("name", ["missing.yaml", "folder", "cluster.yaml/x", "a\x1b[2Jb"])
def test_a_description_that_cannot_be_read_is_refused(lvsgen_: Lvsgen, name: str) -> None:
    Path("folder").mkdir()
    run = lvsgen_("build", name)
    assert (run.status, run.out) == (6, "")
    assert run.err.startswith("lvsgen: ")
    assert "\x1b" not in run.err


def test_an_obstacle_is_refused_before_any_cluster_is_written(lvsgen_: Lvsgen) -> None:
    Path("out/web").mkdir(parents=True)
    Path("out/web/README.md").write_text("mine\n")
    run = lvsgen_("build", "cluster.yaml", str(WEB))
    assert run.status == 6
    assert run.err.startswith("lvsgen: out/web/README.md is a file that lvsgen did not make\n  = help: ")
    assert not Path("out/llc").exists()


def test_build_check_is_silent_when_nothing_differs(lvsgen_: Lvsgen) -> None:
    lvsgen_("build")
    assert lvsgen_("build", "--check") == Run(0, "", "")


def test_build_check_prints_the_difference_and_writes_nothing(lvsgen_: Lvsgen) -> None:
    lvsgen_("build")
    Path("out/llc/llclb1/state.json").write_text("{}\n")
    Path("out/llc/README.md").unlink()
    run = lvsgen_("build", "--check")
    assert (run.status, run.err) == (10, "")
    assert "--- /dev/null\n+++ out/llc/README.md\n" in run.out
    assert "--- out/llc/llclb1/state.json\n+++ out/llc/llclb1/state.json\n@@" in run.out
    assert Path("out/llc/llclb1/state.json").read_text() == "{}\n"
    assert not Path("out/llc/README.md").exists()


def test_build_check_of_nothing_built_makes_no_folder(lvsgen_: Lvsgen) -> None:
    assert lvsgen_("build", "--check").status == 10
    assert not Path("out").exists()


def test_json_lists_what_was_written_with_digests(lvsgen_: Lvsgen) -> None:
    document = lvsgen_("build", "--format", "json").document
    (cluster,) = document.pop("clusters")
    files = {file["path"]: file["sha256"] for file in cluster["files"]}
    meaning = exits.Exit.DONE.meaning
    counts = {"error": 0, "warning": 0, "note": 0}
    head = {"verb": "build", "status": 0, "meaning": meaning, "former": []}
    said = {**head, "counts": counts, "findings": [], "error": None}
    assert document == said
    assert (cluster["cluster"], cluster["folder"]) == ("llc", "out/llc")
    assert {file["status"] for file in cluster["files"]} == {"written"}
    assert files == {path: manifest.digest(Path("out/llc", path).read_bytes()) for path in files}


def test_json_lists_what_was_left_and_what_was_removed(lvsgen_: Lvsgen) -> None:
    lvsgen_("build")
    text = (
        Path("cluster.yaml").read_text().replace("llc6: {weight: 1}", "").replace("{llc5: {weight: 1}, }", "{llc5: {}}")
    )
    Path("cluster.yaml").write_text("".join(s for s in text.splitlines(True) if not s.strip().startswith("llc6")))
    (cluster,) = lvsgen_("build", "--format", "json").document["clusters"]
    status = {file["path"]: file["status"] for file in cluster["files"]}
    assert status["llc6/FILES"] == "removed"
    assert status["README.md"] == "written"
    assert status["llc5/FILES"] == "unchanged"


def test_json_holds_the_difference(lvsgen_: Lvsgen) -> None:
    document = lvsgen_("build", "--check", "--format", "json").document
    (cluster,) = document["clusters"]
    assert (document["status"], cluster["differs"]) == (10, True)
    assert "+++ out/llc/README.md\n" in cluster["diff"]


def test_json_holds_findings_and_nothing_else_is_said(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("build", broken(), "--format", "json")
    (finding,) = run.document["findings"]
    assert (run.status, run.err, run.document["status"]) == (1, "", 1)
    assert finding["places"][0]["line"] == 6


def test_json_holds_errors(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("build", "missing.yaml", "--format", "json")
    assert (run.status, run.err, run.document["status"]) == (6, "", 6)
    assert "missing.yaml" in run.document["error"]["message"]


USAGE = {
    "no verb": [],
    "an unknown verb": ["bild"],
    "an unknown option": ["build", "--chekc"],
    "an unknown format": ["build", "--format", "xml"],
    "no code": ["explain"],
    "no time to confirm": ["apply", "--confirm", "0s"],
    "no duration": ["drain", "llc6", "--timeout", "soon"],
    "a status for programs that is watched": ["status", "--watch", "--format", "json"],
    "a plan of two folders": ["plan", "--out", "a", "--out", "b"],
    "a plan in two files": ["plan", "--save", "a", "--save", "b"],
    "a build in two folders": ["build", "--out", "a", "--out", "b"],
    "two formats": ["check", "--format", "json", "--format", "text"],
    "two hosts": ["status", "--host", "a", "--host", "b"],
}


@pytest.mark.parametrize("words", USAGE.values(), ids=USAGE.keys())
def test_a_wrong_command_line_exits_2(lvsgen_: Lvsgen, words: list[str]) -> None:
    run = lvsgen_(*words)
    assert run.status == 2
    assert "Traceback" not in run.err


def test_a_bug_of_ours_is_said_shortly_with_its_traceback_in_a_file(
    lvsgen_: Lvsgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(lvsgen.build, "build", _raise(KeyError("x")))
    run = lvsgen_("build")
    assert (run.status, run.out) == (3, "")
    (file,) = tmp_path.glob("lvsgen-bug-*.txt")
    assert run.err == f"lvsgen: a bug of lvsgen, sorry: KeyError: 'x'\n  = help: please report it with {file}\n"
    assert "Traceback (most recent call last)" in file.read_text()


def test_what_a_bug_left_is_said_with_it(lvsgen_: Lvsgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = KeyError("x")
    error.add_note("everything is as it was")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(lvsgen.build, "build", _raise(error))
    said = "lvsgen: a bug of lvsgen, sorry: KeyError: 'x'\nlvsgen: everything is as it was\n"
    assert lvsgen_("build").err.startswith(said)


def test_a_bug_is_said_whole_where_no_file_can_be_made(lvsgen_: Lvsgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    monkeypatch.setattr(lvsgen.build, "build", _raise(KeyError("x")))
    run = lvsgen_("build")
    assert run.status == 3
    assert "Traceback (most recent call last)" in run.err


def test_an_interrupted_command_exits_130(lvsgen_: Lvsgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lvsgen.build, "build", _raise(KeyboardInterrupt()))
    assert lvsgen_("build") == Run(130, "", "lvsgen: interrupted\n")


def _raise(error: BaseException) -> Callable[..., NoReturn]:
    def act(*_: object) -> NoReturn:
        raise error

    return act


def test_a_reader_that_stops_reading_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run([*LVSGEN, "schema"], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (run.returncode, run.stderr) == (141, "")


def test_a_standard_output_that_cannot_be_written_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([*LVSGEN, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 6
    assert run.stderr == "lvsgen: cannot write to standard output: No space left on device\n"


def test_what_failed_stands_though_it_cannot_be_said(tmp_path: Path) -> None:
    words = ["check", broken(str(tmp_path / "broken.yaml")), "--format", "json"]
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([*LVSGEN, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (run.returncode, "No space left" in run.stderr) == (1, True)


def test_closed_standard_streams_are_as_if_nobody_wished_to_read(tmp_path: Path) -> None:
    line = 'exec "$@" <&- >&- 2>&-'
    argv = ["/bin/sh", "-c", line, "sh", *LVSGEN, "build", "--out", str(tmp_path), str(EXAMPLE)]
    assert subprocess.run(argv, check=False).returncode == 0
    assert manifest.parse((tmp_path / "llc" / manifest.NAME).read_bytes())


def test_what_became_of_a_host_stands_even_when_nobody_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        for status in (exits.Exit.DONE, exits.Exit.STUCK):
            with pytest.raises(typer.Exit) as ended:
                end("apply", lambda: Outcome(status, "said\n"))  # noqa: B023 - called at once
            assert ended.value.exit_code == status


def test_what_the_system_refuses_is_no_bug(lvsgen_: Lvsgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lvsgen.build, "build", _raise(OSError(28, "No space left on device", "/var/run/x")))
    said = "lvsgen: /var/run/x: No space left on device\n  = help: see what is in the way, and repeat\n"
    assert lvsgen_("build") == Run(6, "", said)


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["colour", "NO_COLOR", "dumb"])
def test_colour_is_for_terminals_that_want_it(tmp_path: Path, environment: dict[str, str]) -> None:
    base = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"}
    ours, theirs = pty.openpty()
    words = ["build", "--check", "--out", str(tmp_path), str(EXAMPLE)]
    with subprocess.Popen([*LVSGEN, *words], stdout=theirs, env=base | environment) as process:
        os.close(theirs)
        said = _drain(ours)
    assert process.returncode == 10
    assert (b"\x1b[32m+" in said) is (not environment)


def _drain(handle: int) -> bytes:
    said = io.BytesIO()
    try:
        while block := os.read(handle, 65536):
            said.write(block)
    except OSError:  # what a terminal says when the other side is gone
        pass
    os.close(handle)
    return said.getvalue()


VERBS = [
    "apply",
    "build",
    "check",
    "confirm",
    "diff",
    "doctor",
    "drain",
    "explain",
    "history",
    "init",
    "plan",
    "rollback",
    "schema",
    "status",
    "undrain",
]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_with_an_example(lvsgen_: Lvsgen, verb: str) -> None:
    run = lvsgen_(verb, "--help")
    assert run.status == 0
    assert "Example" in run.out
    assert "lvsgen " + verb in run.out
    assert max(map(len, run.out.splitlines())) <= 80


def test_the_help_names_every_verb(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("--help")
    assert run.status == 0
    assert [verb for verb in VERBS if f"  {verb} " not in run.out] == []


def test_a_verb_is_a_module_of_its_name_and_its_row_of_exit_statuses() -> None:
    modules = [path.stem for path in (TOP / "lvsgen/cli/verbs").glob("*.py") if path.stem != "__init__"]
    assert sorted(modules) == sorted(exits.VERBS) == VERBS


def test_who_mistypes_a_verb_is_told_of_those_there_are(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("stats")
    assert (run.status, "Did you mean 'status'" in run.err) == (2, True)


def _imported(code: str) -> set[str]:
    """Which modules there are after a program."""
    words = (sys.executable, "-c", f"import sys; {code}; print(*sys.modules)")
    run = subprocess.run(words, capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


def test_help_imports_nothing_heavy() -> None:
    modules = _imported(f"from lvsgen.cli import main; from lvsgen.cli.verbs import {', '.join(VERBS)}")
    rooms = {"lvsgen.apply", "lvsgen.description", "lvsgen.render", "lvsgen.state"}
    assert ({"pydantic", "yaml", "jinja2", "rich"} | rooms) & modules == set()


def test_a_verb_imports_no_other() -> None:
    modules = _imported("from lvsgen.cli import main; main.app(['schema', '--help'], standalone_mode=False)")
    assert {name for name in modules if name.startswith("lvsgen.cli.verbs.")} == {"lvsgen.cli.verbs.schema"}


def test_the_version_is_printed(lvsgen_: Lvsgen) -> None:
    assert lvsgen_("--version").out.startswith("lvsgen 0.")


def test_the_schema_is_json(lvsgen_: Lvsgen) -> None:
    assert lvsgen_("schema").document["additionalProperties"] is False


def test_a_code_is_explained_whatever_its_case(lvsgen_: Lvsgen) -> None:
    assert lvsgen_("explain", "lvs405").out.startswith("LVS405: ")


def test_how_commands_end_is_explained_without_the_docs(lvsgen_: Lvsgen) -> None:
    page = (Path(__file__).parent.parent / "docs/exit-status.md").read_text()
    assert page.endswith(lvsgen_("explain", "exit-status").out)
    assert "| 10 | " in lvsgen_("explain", "exit-status").out


@pytest.mark.parametrize("verb", VERBS)
def test_help_speaks_of_no_type_of_python_and_of_no_file_that_only_the_checkout_has(lvsgen_: Lvsgen, verb: str) -> None:
    out = lvsgen_(verb, "--help").out
    assert re.findall(r"<(?:list|str|Path|path|int|float|text)\b[^|>]*>|\blist\[", out) == []
    assert [word for word in ("docs/", "examples/", "tests/", "README") if word in out] == []


def test_a_description_to_start_from_is_written_once_and_is_right(lvsgen_: Lvsgen) -> None:
    Path("cluster.yaml").unlink(missing_ok=True)
    assert lvsgen_("init").out == "cluster.yaml: change it into yours, then run `lvsgen check`\n"
    assert (lvsgen_("check", "--strict").status, lvsgen_("build").status) == (0, 0)
    assert Path("cluster.yaml").read_text().count("  # ") > 5
    Path("cluster.yaml").write_text("mine\n")
    again = lvsgen_("init")
    assert (again.status, again.err) == (
        6,
        "lvsgen: cluster.yaml is there already\n  = help: name another file: lvsgen init FILE\n",
    )
    assert Path("cluster.yaml").read_text() == "mine\n"
    Path("link.yaml").symlink_to("elsewhere.yaml")
    assert (lvsgen_("init", "link.yaml").status, Path("elsewhere.yaml").exists()) == (6, False)
    assert "cannot write none/a.yaml" in lvsgen_("init", "none/a.yaml").err


@pytest.mark.parametrize("words", [["build"], ["build", "--check"]])
def test_the_folder_of_a_renamed_cluster_is_found_and_named(lvsgen_: Lvsgen, words: list[str]) -> None:
    Path("cluster.yaml").unlink(missing_ok=True)
    lvsgen_("init")
    lvsgen_("build")
    assert lvsgen_(*words).err == ""
    text = Path("cluster.yaml").read_text()
    Path("cluster.yaml").write_text(text.replace("cluster: shop", "cluster: mall"))
    run = lvsgen_(*words)
    assert run.err == (
        "lvsgen: note: out/shop was built from what describes mall now: was shop its name?\n"
        "lvsgen: note: then take shop down on its hosts before mall comes, and remove the folder: git rm -r out/shop\n"
    )
    assert lvsgen_(*words, "--format", "json").document["former"] == ["out/shop"]
    Path("other.yaml").write_text(text)
    assert lvsgen_("build", "other.yaml").err == ""
    shutil.rmtree("out/shop")
    assert lvsgen_(*words).err == ""


def test_an_unknown_code_is_refused(lvsgen_: Lvsgen) -> None:
    run = lvsgen_("explain", "LVS999")
    assert (run.status, run.out) == (6, "")
    assert run.err.startswith("lvsgen: there is no finding 'LVS999'\n  = help: did you mean")
