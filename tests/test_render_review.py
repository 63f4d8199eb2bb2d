from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from lvsgen import load
from lvsgen.errors import OperatorError
from lvsgen.lower.lower import lower
from lvsgen.render import artifacts
from tests.clusters import EXAMPLES, SOURCES, rendered, text

HOSTILE = 'x\n[Service]\nExecStart=/bin/reboot\n"; reboot; $(reboot) `reboot` %n {{ 1 }} <b>|'


def test_a_hostile_file_name_stands_in_no_file_but_the_one_that_names_the_description() -> None:
    loaded = load.read(HOSTILE.replace("/", "").replace("\n", ""), (EXAMPLES / "llclb1.yaml").read_bytes())
    made = artifacts.render(loaded, lower(loaded.cluster))
    assert [path for path, file in made.items() if file != rendered("llclb1.yaml")[path]] == ["DESCRIPTION"]
    assert len(made["DESCRIPTION"].text.splitlines()) == 1


def test_a_file_name_of_several_lines_is_refused() -> None:
    loaded = load.read(HOSTILE.replace("/", ""), (EXAMPLES / "llclb1.yaml").read_bytes())
    with pytest.raises(OperatorError, match="a description cannot be called"):
        artifacts.render(loaded, lower(loaded.cluster))


AWK = re.compile(r"\$\(awk '(.*)' \$host/FILES\)")


@pytest.mark.parametrize("awk", [["awk"], ["busybox", "awk"]], ids=lambda argv: argv[0])
def test_the_page_sets_modes_from_the_list(awk: list[str], tmp_path: Path) -> None:
    program = AWK.search(text("web.yaml", "README.md"))
    assert program
    listing = tmp_path / "FILES"
    listing.write_text(text("web.yaml", "lb1/FILES"))
    said = subprocess.run([*awk, program[1], listing], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [
        "chown root:root /usr/local/lib/lvsgen/engine-2.sh",
        "chmod 0644 /usr/local/lib/lvsgen/engine-2.sh",
        "chown root:root /etc/lvsgen/web/MANIFEST",
        "chmod 0644 /etc/lvsgen/web/MANIFEST",
        "chown root:root /etc/lvsgen/web/host",
        "chmod 0644 /etc/lvsgen/web/host",
        "chown root:root /etc/systemd/system/lvs-director.service",
        "chmod 0644 /etc/systemd/system/lvs-director.service",
        "chown root:root /usr/local/sbin/lvs-director",
        "chmod 0755 /usr/local/sbin/lvs-director",
    ]


@pytest.mark.parametrize("source", SOURCES)
def test_every_command_on_the_page_is_shell(source: str, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", text(source, "README.md"), re.DOTALL)
    assert blocks
    for block in blocks:
        subprocess.run(["sh", "-n"], input=block, text=True, check=True)


@pytest.mark.parametrize("source", SOURCES)
def test_the_comments_of_neighbouring_commands_stand_below_each_other(source: str) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", text(source, "README.md"), re.DOTALL)
    columns = [{line.rindex(" # ") for line in block.splitlines() if " # " in line} for block in blocks]
    assert [found for found in columns if len(found) > 1] == []
    assert max(map(len, columns)) == 1


def test_the_page_of_llclb1_has_the_commands_for_its_own_addresses() -> None:
    page = text("llclb1.yaml", "README.md")
    for command in (
        "lvs-director drain llc5          # likewise llc6\n",
        "lvs-director undrain llc5 ",
        "ipvsadm -d -t 129.129.190.54:22 -r 129.129.190.176:22",
        "rsync -rlEK --exclude MANIFEST $host/rootfs/ root@$host:/",
        "chkconfig --add lvs-director && service lvs-director start",
        "chkconfig --add lvs && service lvs start",
        "for i in 1 2 3 4 5 6 7 8; do ssh -n 129.129.190.54 hostname; done",
        "yum -y install rsync ",
        "may take the VIPs down, while the table stays:\n  `service lvs-director reload` brings them back.",
    ):
        assert command in page
    assert page.index("### llc5, llc6 (realservers") < page.index("### llclb1 (director")


def test_a_page_of_many_services_is_cut_short_and_says_so() -> None:
    services = "".join(
        f"  s{port}: {{vip: llc, protocol: tcp, port: {port}, scheduler: rr, forward: direct, "
        "realservers: {llc5: {}}}\n"
        for port in range(1000, 1020)
    )
    source = (EXAMPLES / "llclb1.yaml").read_text()
    source = re.sub(r"services:\n.*\n", f"services:\n{services}", source)
    loaded = load.read("many.yaml", source.encode())
    page = artifacts.render(loaded, lower(loaded.cluster))["README.md"].text
    assert "# ... and 12 more of this kind, one for each service\n" in page
    assert page.count("nc -z -w 3 129.129.190.54 ") == 8


def test_a_page_shows_a_hundred_services_and_counts_the_others() -> None:
    head, _, timeouts = (EXAMPLES / "llclb1.yaml").read_text().partition("  ssh: ")
    service = "vip: llc, protocol: tcp, scheduler: rr, forward: direct, realservers: {llc5: {}}"
    many = "".join(f"  s{port}: {{{service}, port: {port}}}\n" for port in range(1, 251))
    loaded = load.read("many.yaml", (head + many + timeouts.partition("\n")[2]).encode())
    page = artifacts.render(loaded, lower(loaded.cluster))["README.md"].text
    assert len(re.findall(r"^\| s[0-9]+ \| llc \|", page, re.MULTILINE)) == 100
    assert "\n\n... and 150 more, in the description.\n\n" in page


def test_a_page_shows_each_destination_in_a_row_up_to_five_hundred() -> None:
    head, _, timeouts = (EXAMPLES / "llclb1.yaml").read_text().partition("  ssh: ")
    service = "vip: llc, protocol: tcp, scheduler: rr, forward: direct, realservers: {llc5: {weight: 7}, llc6: {}}"
    many = "".join(f"  s{port}: {{{service}, port: {port}}}\n" for port in range(1, 254))
    loaded = load.read("many.yaml", (head + many + timeouts.partition("\n")[2]).encode())
    page = artifacts.render(loaded, lower(loaded.cluster))["README.md"].text
    rows = re.findall(r"^\| (s[0-9]+) \| (llc[56]) \| ([17]) \|$", page, re.MULTILINE)
    assert rows == [(f"s{port}", *row) for port in range(1, 251) for row in (("llc5", "7"), ("llc6", "1"))]
    assert "\n\n... and 6 more, in the description.\n\n" in page
