"""The command line: every verb, its options and its help."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen import phrasing
from lvsgen.cli import change_verbs, host_verbs, review_verbs, streams
from lvsgen.cli.once import Once
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.errors import OperatorError
from lvsgen.exits import Exit, epilog
from lvsgen.findings import report
from lvsgen.host import umask

if TYPE_CHECKING:
    from lvsgen.description.load import Loaded

DEFAULT = Path("cluster.yaml")
_HELP = """Compile the description of a Linux Virtual Server cluster into the files that its hosts need, and make a
running host what they say, as one transaction.

init, build, check, diff, schema and explain are about descriptions; the other verbs are about the host they run on."""

app = typer.Typer(
    name="lvsgen",
    help=_HELP,
    epilog="Start with: lvsgen init; lvsgen check; lvsgen build. How verbs end: lvsgen explain exit-status.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE", help="Descriptions, a cluster each.", show_default="./cluster.yaml"),
]
Strict = Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")]
Style = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        end("version", _version)


def main() -> None:
    """Run the command line; the console script."""
    umask.guard()
    gc.disable()  # what a verb makes is needed to its end: looking for garbage in it takes a quarter of a large build
    streams.prepare()
    app()


@app.callback()
def _lvsgen(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(
    cls=Once,
    short_help="Compile descriptions into files.",
    epilog=f"Examples: lvsgen build; lvsgen build --check a.yaml b.yaml. {epilog('build')}",
)
def build(
    files: Files = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Write DIR/<cluster>/.")] = Path("out"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing: print the difference, exit 10.")] = False,
    strict: Strict = False,
    style: Style = Format.TEXT,
) -> None:
    """Compile descriptions into files below out/<cluster>/, for review and commit.

    Nothing is written when any description is wrong; a warning is printed and stops nothing. Only what differs is
    written, each file whole; what is no longer made is removed. Files that out/<cluster>/MANIFEST does not list are
    never touched.
    """
    end("build", lambda: (_compare if check else _build)(_named(files), out, strict, style), style)


@app.command(
    cls=Once,
    short_help="Say what is wrong with descriptions.",
    epilog=f"Example: lvsgen check a.yaml b.yaml. {epilog('check')}",
)
def check(files: Files = None, strict: Strict = False, style: Style = Format.TEXT) -> None:
    """Say what is wrong with descriptions, all of it at once; writes nothing."""
    end("check", lambda: _check(_named(files), strict), style)


@app.command(
    cls=Once,
    short_help="Print the JSON Schema.",
    epilog=f"Example: lvsgen schema > cluster.schema.json. {epilog('schema')}",
)
def schema() -> None:
    """Print the JSON Schema of the description, for completion in editors."""
    end("schema", _schema)


@app.command(
    cls=Once,
    short_help="Explain the code of a finding.",
    epilog=f"Examples: lvsgen explain LVS203; lvsgen explain exit-status. {epilog('explain')}",
)
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Such as LVS203; or exit-status.")],
) -> None:
    """Explain one code of findings: what it means, why it matters, what to do; or how commands end."""
    end("explain", lambda: _explain(code))


review_verbs.register(app)
change_verbs.register(app)
host_verbs.register(app)


def _named(files: list[Path] | None) -> list[Path]:
    if not files and not DEFAULT.exists():
        raise OperatorError(f"there is no {DEFAULT} here", "name a description: lvsgen build FILE")
    return files or [DEFAULT]


def _build(files: list[Path], out: Path, strict: bool, style: Format) -> Outcome:
    from lvsgen.build import build
    from lvsgen.description.several import load_all
    from lvsgen.outdir import summary

    loaded = load_all(files, strict)
    surveys = build(loaded, out)
    text = "".join(f"{summary.line(survey)}\n" for survey in surveys)
    data = {"clusters": [summary.data(survey) for survey in surveys], "former": _former(loaded, out, style)}
    return _with_findings(loaded, Outcome(text=text, data=data))


def _compare(files: list[Path], out: Path, strict: bool, style: Format) -> Outcome:
    from lvsgen.build import compare
    from lvsgen.description.several import load_all
    from lvsgen.outdir import difference, summary

    loaded = load_all(files, strict)
    surveys = compare(loaded, out)
    diffs = {survey.cluster: difference.diff(survey) for survey in surveys}
    clusters = [summary.data(survey) | {"diff": diffs[survey.cluster]} for survey in surveys]
    status = Exit.DIFFERS if any(survey.differs for survey in surveys) else Exit.DONE
    data = {"clusters": clusters, "former": _former(loaded, out, style)}
    return _with_findings(loaded, Outcome(status, "".join(diffs.values()), data))


def _former(loaded: Sequence[Loaded], out: Path, style: Format) -> list[str]:
    """Say, and give, which folders clusters have left that got another name."""
    from lvsgen.cli import changereport
    from lvsgen.outdir import former

    described = [one.cluster.cluster for one in loaded]
    found: list[str] = []
    for one in loaded:
        hosts = (*one.cluster.directors, *one.cluster.realservers)
        for folder in former.folders(out, Path(one.source.text.file).name, hosts, described):
            changereport.remark(style, former.advice(folder, one.cluster.cluster))
            found.append(str(folder))
    return found


def _check(files: list[Path], strict: bool) -> Outcome:
    from lvsgen.description.several import load_all

    loaded = load_all(files, strict)
    text = "".join(
        f"{phrasing.visible(str(file))}: cluster {one.cluster.cluster}, {report.counted(one.findings)}\n"
        for file, one in zip(files, loaded, strict=True)
    )
    return _with_findings(loaded, Outcome(text=text, data={"clusters": [one.cluster.cluster for one in loaded]}))


def _with_findings(loaded: Sequence[Loaded], outcome: Outcome) -> Outcome:
    """What did not stop a build is said beside its result."""
    findings = tuple(finding for one in loaded for finding in one.findings)
    return replace(outcome, findings=findings, data={**outcome.data, "counts": report.counts(findings)})


def _schema() -> Outcome:
    import json

    from lvsgen.description.schema import schema

    return Outcome(text=json.dumps(schema(), indent=2) + "\n")


def _explain(code: str) -> Outcome:
    from lvsgen import exits
    from lvsgen.codes import every as codes

    if code == "exit-status":
        return Outcome(text=exits.explained())
    try:
        return Outcome(text=codes.explain(code))
    except KeyError:
        hint = phrasing.did_you_mean(code.upper(), codes.CODES) or "a finding names its code, behind the place"
        raise OperatorError(f"there is no finding {phrasing.quote(code)}", hint) from None


def _version() -> Outcome:
    from importlib.metadata import version

    return Outcome(text=f"lvsgen {version('lvsgen')}\n")
