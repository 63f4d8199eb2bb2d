"""The lab itself: what the other tests here stand on."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time

import pytest

from lvsgen.prove import lab, packages, topology
from lvsgen.prove.image import Image
from lvsgen.prove.uml import CallError, Kernel, KernelError
from tests.kernel import faults

VIP = "129.129.190.54"
TABLE = f"""\
-A -t {VIP}:22 -s rr
-a -t {VIP}:22 -r 129.129.190.175:22 -g -w 1
-a -t {VIP}:22 -r 129.129.190.176:22 -g -w 1
"""


def _balance(cluster: lab.Lab) -> None:
    for name in ("llc5", "llc6"):
        cluster[name].run("iptables", "-t", "nat", "-A", "PREROUTING", "-d", VIP, "-j", "REDIRECT")
        cluster[name].serve(22)
    cluster["llclb1"].run("ipvsadm", "--restore", stdin=TABLE)
    cluster["llclb1"].run("ip", "addr", "add", f"{VIP}/32", "dev", "eth0")


def test_ten_connections_are_answered_five_and_five_from_the_vip(cluster: lab.Lab) -> None:
    _balance(cluster)
    answers = cluster["client"].connect(VIP, 22, times=10)
    assert sorted(answer.answer for answer in answers) == ["llc5"] * 5 + ["llc6"] * 5
    assert {answer.peer for answer in answers} == {VIP}


def test_a_connection_to_nobody_is_an_error_and_not_a_wait(cluster: lab.Lab) -> None:
    (answer,) = cluster["client"].connect("129.129.190.175", 22)
    assert (answer.answer, answer.error) == ("", "Connection refused")


def test_a_held_connection_says_when_it_is_cut(cluster: lab.Lab) -> None:
    _balance(cluster)
    connection = cluster["client"].hold(VIP, 22)
    assert connection.ask("still there?") == "still there?"
    cluster["llclb1"].run("ipvsadm", "-C")
    with pytest.raises(CallError, match=r"reset by peer|timed out"):
        connection.ask("and now?", timeout=0.5)


def test_a_hammer_counts_what_works_and_what_fails(cluster: lab.Lab) -> None:
    _balance(cluster)
    with cluster["client"].hammer(VIP, 22, timeout=1) as hammer:
        time.sleep(0.5)
        cluster["llclb1"].run("ipvsadm", "-C")
        time.sleep(0.2)
        cluster["llclb1"].run("ipvsadm", "--restore", stdin=TABLE)
        time.sleep(0.5)
    assert hammer.result.answers["llc5"] > 10
    assert hammer.result.answers["llc6"] > 10
    assert sum(hammer.result.errors.values()) >= 1


def test_a_new_cluster_has_nothing_of_the_last_one(cluster: lab.Lab) -> None:
    director = cluster["llclb1"]
    fresh = director.snapshot()
    _balance(cluster)
    director.sh("echo 1 >/proc/sys/net/ipv4/ip_forward; echo x >/etc/x; echo x >/run/x")
    director.spawn("sleep", "1000")
    assert director.snapshot() != fresh
    cluster.build(topology.cluster(("llclb1", "129.129.190.53"), {"llc5": "129.129.190.175"}, gateway="129.129.190.1"))
    assert director.snapshot() == fresh
    assert director.run("test", "-e", "/etc/x", check=False).status == 1
    assert "sleep" not in director.run("ps", "ax").stdout


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("addresses", f"ip addr add {VIP}/32 dev eth0"),
        ("routes", f"ip route add {VIP}/32 dev eth0"),
        ("table", f"ipvsadm -A -t {VIP}:22 -s rr"),
        ("thresholds", f"ipvsadm -A -t {VIP}:22; ipvsadm -a -t {VIP}:22 -r 129.129.190.175 -g -x 9 -y 5"),
        ("timeouts", "ipvsadm --set 259200 0 0"),
        ("daemons", "ipvsadm --start-daemon master --mcast-interface eth0"),
        ("iptables", "iptables -t nat -N ours"),
        ("sysctls", "echo 1 >/proc/sys/net/ipv4/conf/eth0/arp_ignore"),
        ("sysctls", "echo 1 >/proc/sys/net/ipv4/vs/conntrack"),
        ("devices", "ip link add dummy0 type dummy"),
    ],
)
def test_a_snapshot_shows_each_kind_of_change(cluster: lab.Lab, part: str, change: str) -> None:
    director = cluster["llclb1"]
    before = director.snapshot()
    assert director.snapshot() == before
    director.sh(change)
    assert director.snapshot()[part] != before[part]


def test_looking_at_iptables_is_no_change(cluster: lab.Lab) -> None:
    before = cluster["llc5"].snapshot()
    cluster["llc5"].sh("iptables -t nat -S; iptables -S")
    assert cluster["llc5"].snapshot() == before


def test_hosts_are_apart_from_each_other_and_from_the_machine(cluster: lab.Lab, tmp_path: pathlib.Path) -> None:
    director = cluster["llclb1"]
    for folder in ("/etc", "/run", "/var/lib", "/usr/local/sbin", "/tmp", "/root"):
        path = f"{folder}/lvsgen-lab-was-here"
        director.write(path, "x")
        assert not os.path.lexists(path)
        assert cluster["llc5"].run("test", "-e", path, check=False).status == 1
    assert director.run("uname", "-n").stdout == "llclb1\n"
    assert director.run("ls", "/sys/class/net").stdout == "eth0\nlo\n"
    (tmp_path / "seen").write_text("from the machine")
    assert director.read(f"{lab.MACHINE}{tmp_path}/seen") == "from the machine"
    assert director.sh(f"echo no >{lab.MACHINE}{tmp_path}/seen", check=False).status != 0


def test_what_is_set_up_on_the_machine_is_not_seen(cluster: lab.Lab) -> None:
    host = cluster["client"]
    assert host.sh("ls -A /srv /usr/local/bin /usr/local/sbin /etc/default /etc/init.d /etc/profile.d").stdout == (
        "/etc/default:\n\n/etc/init.d:\n\n/etc/profile.d:\n\n/srv:\n\n/usr/local/bin:\n\n/usr/local/sbin:\n"
    )
    assert host.sh("ls -A /var /var/lib").stdout == "/var:\ncache\nlib\nlock\nlog\nrun\nspool\ntmp\n\n/var/lib:\n"
    assert host.run("cat", "/etc/hosts").stdout == "127.0.0.1 localhost\n::1 localhost\n"
    assert host.run("date", "+%Z %z").stdout == "UTC +0000\n"
    theirs = "/etc/lvsgen /etc/sysctl.d /etc/modprobe.d /etc/nftables.conf /etc/keepalived /etc/ha.d /etc/gitconfig"
    assert host.sh(f"ls -d {theirs} 2>/dev/null", check=False) == lab.Done(2, "", "")


def test_the_shell_of_busybox_runs_the_tools_of_its_host(cluster: lab.Lab) -> None:
    cluster["client"].write("/usr/local/bin/awk", "#!/bin/sh\necho the host has its own\n", 0o755)
    cluster["client"].write("/srv/script", "awk 'BEGIN { print 1 }'\n")
    assert cluster["client"].shell("busybox", "/srv/script").stdout == "the host has its own\n"


def test_an_el_host_has_its_init_scripts_behind_a_link(cluster: lab.Lab) -> None:
    assert cluster["llc5"].run("readlink", "-f", "/etc/init.d").stdout == "/etc/rc.d/init.d\n"


@pytest.mark.parametrize("shell", lab.SHELLS)
def test_each_shell_runs_scripts(cluster: lab.Lab, shell: str) -> None:
    cluster["llc5"].write("/srv/script", 'printf "%s\\n" "$@"\n')
    assert cluster["llc5"].shell(shell, "/srv/script", "a b", "c").stdout == "a b\nc\n"


def test_a_command_gets_its_input_environment_and_folder(cluster: lab.Lab) -> None:
    done = cluster["llc5"].sh(
        'cat; echo "$X"; pwd; echo no >&2; exit 3', stdin="in\n", env={"X": "y"}, cwd="/etc", check=False
    )
    assert done == lab.Done(3, "in\ny\n/etc\n", "no\n")
    with pytest.raises(lab.CommandError, match="status 3"):
        cluster["llc5"].sh("exit 3")


def test_a_command_that_hangs_is_killed_with_its_children(cluster: lab.Lab) -> None:
    assert cluster["llc5"].sh("echo begun; sleep 1000; true", timeout=0.3, check=False) == lab.Done(
        "timed out", "begun\n", ""
    )
    assert "sleep 1000" not in cluster["llc5"].run("ps", "ax").stdout


def test_a_background_command_can_be_signalled(cluster: lab.Lab) -> None:
    job = cluster["llc5"].spawn("/bin/sh", "-c", "trap 'echo told; exit 4' TERM; echo on; while :; do sleep 0.01; done")
    assert job.wait(timeout=0.2).status == "timed out"
    job.signal(signal.SIGTERM)
    assert job.wait() == lab.Done(4, "on\ntold\n", "")


def test_large_texts_go_both_ways(cluster: lab.Lab) -> None:
    text = "0123456789abcdef\n" * 20_000
    assert cluster["llc5"].run("cat", stdin=text).stdout == text


def test_a_tool_can_be_wrapped_and_put_back(cluster: lab.Lab) -> None:
    director = cluster["llclb1"]
    real = director.wrap("/usr/sbin/ipvsadm", '#!/bin/sh\necho "$@" >>/run/calls\nexec /run/lab/real/ipvsadm "$@"\n')
    assert real == "/run/lab/real/ipvsadm"
    assert "IP Virtual Server" in director.run("/sbin/ipvsadm", "-Ln").stdout
    director.unwrap("/usr/sbin/ipvsadm")
    director.run("ipvsadm", "-S")
    assert director.read("/run/calls") == "-Ln\n"


def test_installing_keeps_el_links_and_sets_the_modes_of_files(cluster: lab.Lab, tmp_path: pathlib.Path) -> None:
    script = tmp_path / "rootfs/etc/init.d/lvs"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\necho started\n")
    (tmp_path / "FILES").write_text("0750 root:root rootfs/etc/init.d/lvs\n0644 root:root network/etc/elsewhere\n")
    cluster["llc5"].install(tmp_path)
    assert cluster["llc5"].run("stat", "-c", "%a", "/etc/rc.d/init.d/lvs").stdout == "750\n"
    assert cluster["llc5"].run("/etc/init.d/lvs").stdout == "started\n"
    assert cluster["llc5"].run("test", "-L", "/etc/init.d").status == 0


def test_a_unit_runs_under_systemd_on_the_network_of_the_lab(systemd: lab.Lab) -> None:
    inside = topology.Machine("", (topology.Nic("eth0", "lan", "192.0.2.10/24"),), gateway="192.0.2.1")
    systemd.build([inside, topology.Machine("gateway", (topology.Nic("eth0", "lan", "192.0.2.1/24"),))])
    unit = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/sbin/ipvsadm -A -t 192.0.2.9:80\n"
    systemd.guest.write("/etc/systemd/system/proof.service", f"{unit}ExecStop=/sbin/ipvsadm -C\n")
    systemd.guest.sh("systemctl daemon-reload; systemctl start proof")
    assert systemd.guest.snapshot()["table"] == ["-A -t 192.0.2.9:80 -s wlc"]
    systemd.guest.run("systemctl", "stop", "proof")
    assert systemd.guest.snapshot()["table"] == []
    systemd["gateway"].run("ping", "-c1", "-W2", "192.0.2.10")


def test_a_fault_happens_at_its_call_and_nowhere_else(cluster: lab.Lab) -> None:
    director = cluster["llclb1"]
    script = "trap 'echo hup' HUP; ipvsadm -C; ipvsadm -Z || echo bad; ip link set lo up; echo end"
    saboteur = faults.Saboteur(director, ("ipvsadm", "ip"))
    calls = saboteur.calls("/bin/bash", "-c", script)
    assert [str(call) for call in calls] == ["ipvsadm -C ", "ipvsadm -Z ", "ip link set"]
    assert saboteur.said == ["end"]
    script = f"{{ {script}; }} >/tmp/said"
    for call, fault, said in ((calls[1], "before", "bad\nend\n"), (calls[2], "HUP", "hup\nend\n")):
        assert saboteur.run(call, fault, "/bin/bash", "-c", script) == 0
        assert director.read("/tmp/said") == said


def test_a_kernel_that_dies_is_reported_with_its_last_words_and_leaves_nothing(kernel_image: Image) -> None:
    kernel = Kernel(kernel_image, megabytes=256)
    kernel.boot()
    try:
        with pytest.raises(KernelError, match=r"(?s)has ended; its last words:.*sysrq: Trigger a crash"):
            lab.Lab(kernel).guest.sh("echo c >/proc/sysrq-trigger")
        began = time.monotonic()
        with pytest.raises(KernelError, match="has ended"):
            lab.Lab(kernel).guest.run("true")
        assert time.monotonic() - began < 5
    finally:
        kernel.halt()
    assert _all_gone(kernel.pid)


def test_a_kernel_that_is_killed_is_reported(kernel_image: Image) -> None:
    kernel = Kernel(kernel_image, megabytes=256)
    kernel.boot()
    job = lab.Lab(kernel).guest.spawn("sleep", "1000")
    os.kill(kernel.pid, signal.SIGKILL)
    with pytest.raises(KernelError, match="has ended"):
        job.wait()
    kernel.halt()
    assert _all_gone(kernel.pid)


def test_a_kernel_that_cannot_boot_says_why(kernel_image: Image) -> None:
    kernel = Kernel(dataclasses.replace(kernel_image, modules=pathlib.Path("/nowhere/6.1")), megabytes=256)
    with pytest.raises(KernelError, match=r"(?s)has ended: its modules are not where .*; its last words:.*overlay"):
        kernel.boot()
    assert _all_gone(kernel.pid)


def test_the_kernel_ends_with_the_test_run(kernel_image: Image, tmp_path: pathlib.Path) -> None:
    script = """
        import os, pathlib, signal, sys
        from lvsgen.prove import image, uml
        program, modules, busybox, *preload = map(pathlib.Path, sys.argv[1:])
        booted = uml.Kernel(image.Image(program, modules, busybox, tuple(preload)), megabytes=256)
        booted.boot()
        print(booted.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    paths = map(str, (kernel_image.program, kernel_image.modules, kernel_image.busybox, *kernel_image.preload))
    argv = [sys.executable, "-c", textwrap.dedent(script), *paths]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False, timeout=180)
    pid = int(done.stdout)
    assert _all_gone(pid)


def test_an_ordinary_user_can_boot_it(kernel_image: Image) -> None:
    """As root, in a copy of the project that nobody can read; otherwise every test here is that proof."""
    if os.geteuid() == 0:
        with tempfile.TemporaryDirectory(prefix="lvsgen-nobody-") as folder:
            _boot_as_nobody(kernel_image, pathlib.Path(folder))
    else:
        assert kernel_image.program.exists()


def _boot_as_nobody(kernel_image: Image, folder: pathlib.Path) -> None:
    folder.chmod(0o755)
    shutil.copytree(pathlib.Path(lab.__file__).parents[1], folder / "lvsgen")
    for root in (kernel_image.program.parents[2], kernel_image.busybox.parents[1]):
        shutil.copytree(root, folder / "cache" / root.name, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    for name in ("cache", "tmp"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name).chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
    script = f"""
        import pathlib, os
        from lvsgen.prove import image, lab, topology, uml
        booted = uml.Kernel(image.obtain(pathlib.Path("{folder}/cache")))
        booted.boot()
        one = lab.Lab(booted)
        one.build(topology.cluster(("d", "192.0.2.10"), {{"r": "192.0.2.20"}}, gateway="192.0.2.1"))
        one["d"].sh("ipvsadm -A -t 192.0.2.9:80; ip addr add 192.0.2.9/32 dev eth0")
        one["d"].sh("ipvsadm -a -t 192.0.2.9:80 -r 192.0.2.20 -g")
        one["r"].sh("iptables -t nat -A PREROUTING -d 192.0.2.9 -j REDIRECT")
        one["r"].sh("echo x >/etc/hosts && touch /usr/local/sbin/x")
        one["r"].serve(80)
        print(os.geteuid(), one["client"].connect("192.0.2.9", 80)[0].answer)
        booted.halt()
    """
    argv = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "/usr/bin/python3",
        "-c",
        textwrap.dedent(script),
    ]
    environment = {"PATH": packages.PATH, "TMPDIR": str(folder / "tmp"), "HOME": "/nonexistent"}
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout, done.stderr, done.returncode) == ("65534 r\n", "", 0)


def _all_gone(group: int) -> bool:
    end = time.monotonic() + 10
    while _processes_of(group) and time.monotonic() < end:
        time.sleep(0.05)
    return not _processes_of(group)


def _processes_of(group: int) -> list[str]:
    """The processes of a process group that are no zombies."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(folder.name)
    return found
