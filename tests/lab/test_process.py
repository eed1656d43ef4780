"""No Envoy outlives its lab: not after an error, not after kill -9; and labs do not collide."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from aws_lb_sim.envoy.listener import EnvoyConfig, FilterChain, HttpConnectionManager, Listener
from aws_lb_sim.lab.connections.observe import Lab
from aws_lb_sim.lab.envoy.files import short_lived_file, sweep
from aws_lb_sim.lab.envoy.process import ConfigRejected
from aws_lb_sim.lab.verification import verify
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.sweep import ClientRequest

OWNER = """
import signal
import time
# Whoever runs tests in the background has them ignore Ctrl-C, and their children too.
signal.signal(signal.SIGINT, signal.default_int_handler)
from aws_lb_sim.envoy.listener import EnvoyConfig
from aws_lb_sim.lab.connections.observe import Lab
print("starting", flush=True)
with Lab(EnvoyConfig(listeners={})) as lab:
    print(lab.envoy.pid, flush=True)
    time.sleep(60)
"""
# Two Envoys, kept warm or not, with connections under way.
OWNER_OF_TWO = """
import itertools
from aws_lb_sim.lab.survey import random_subject
from aws_lb_sim.lab.verification import verify_each
from aws_lb_sim.lab.warm_lab import WarmLab
print("starting", flush=True)
with WarmLab() as warm:
    for number in itertools.count():
        subject = random_subject(number, 2)
        list(verify_each(subject.scenario, subject.requests, warm=warm if number % 2 else None))
"""
KILLS = 20
RUNS = 100


def listening(port=8080, **settings):
    manager = HttpConnectionManager(**settings)
    chain = FilterChain(name="all", manager=manager)
    listener = Listener(name="l", port=port, listener_filters=(), filter_chains=(chain,))
    return EnvoyConfig(listeners={port: listener})


def is_running(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def envoys_of(owner):
    """List the Envoys that a process has started and that still run, by its mark on them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            mark = f"AWS_LB_SIM_TEST_OWNER={owner}".encode()
            if (
                b"envoy" in command.split(b"\0")[0]
                and mark in environment
                and is_running(entry.name)
            ):
                found.append(int(entry.name))
    return found


def start_owner(mark, code=OWNER):
    environment = {**os.environ, "AWS_LB_SIM_TEST_OWNER": mark, "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    )


def files_of(*owners):
    """Return the files of labs of some processes; other labs may be at work beside this one."""
    folder = Path(tempfile.gettempdir())
    return {path.name for pid in owners for path in folder.glob(f"aws-lb-sim-lab-{pid}-*")}


def children_here():
    """Return the process ids of this process's children."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # a thread that ended meanwhile
            found |= set((task / "children").read_text().split())
    return found


def test_stop_ends_the_process_and_frees_the_port():
    with Lab(listening()) as lab:
        pid, address = lab.envoy.pid, lab.address
        assert is_running(pid)
        assert lab.run([{}])[0]["status"] == 404
    assert not is_running(pid)
    assert address.startswith("127.")


def test_an_error_inside_ends_it_too():
    with pytest.raises(RuntimeError), Lab(listening()) as lab:  # noqa: PT012 - the id is needed
        pid = lab.envoy.pid
        raise RuntimeError
    assert not is_running(pid)


def test_kill_9_of_the_owner_at_random_moments_leaves_no_envoy_and_no_file():
    rng = random.Random(9)
    started = 0
    owners = []
    for attempt in range(KILLS):
        mark = f"{os.getpid()}-{attempt}"
        owner = start_owner(mark, OWNER_OF_TWO)
        assert owner.stdout.readline() == "starting\n"
        time.sleep(rng.uniform(0.0, 1.0))
        started += bool(envoys_of(mark))
        owners.append(owner.pid)
        owner.kill()
        owner.wait()
        owner.stdout.close()
        assert wait_until(lambda mark=mark: not envoys_of(mark)), mark
    assert started >= KILLS / 5
    sweep()  # as the next lab does: nobody else can remove the files of a process killed so
    assert not files_of(*owners)


def test_ctrl_c_in_the_owner_leaves_no_envoy():
    owner = start_owner(f"{os.getpid()}-interrupt")
    assert owner.stdout.readline() == "starting\n"
    pid = int(owner.stdout.readline())
    owner.send_signal(signal.SIGINT)
    owner.wait(10)
    owner.stdout.close()
    assert wait_until(lambda: not is_running(pid))


def test_an_envoy_outlives_the_thread_that_asked_for_it():
    labs = []
    thread = threading.Thread(target=lambda: labs.append(Lab(listening())))
    thread.start()
    thread.join()
    with labs[0] as lab:
        time.sleep(0.05)
        assert lab.run([{}])[0]["status"] == 404


def test_labs_at_once_do_not_collide():
    with Lab(listening(server_name="one")) as one, Lab(listening(server_name="two")) as two:
        assert one.address != two.address
        assert one.run([{}])[0]["server"] == "one"
        assert two.run([{}])[0]["server"] == "two"


def test_many_runs_leak_nothing():
    def handles():
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    verify(preset("recommended-nlb").manifests(), ClientRequest())
    before, files, children = handles(), files_of(os.getpid()), children_here()
    for number in range(RUNS):
        name = ("recommended-nlb", "tls-at-l7-alb", "tls-at-l4-elb")[number % 3]
        assert verify(preset(name).manifests(), ClientRequest()).agrees
    assert wait_until(lambda: handles() <= before), (before, handles())
    assert files_of(os.getpid()) <= files
    assert wait_until(lambda: children_here() <= children), children_here() - children


def test_an_owner_that_forks_and_dies_leaves_no_envoy():
    mark = f"{os.getpid()}-spawned"
    code = """
import os
from aws_lb_sim.lab.survey import random_subject, survey
if __name__ == "__main__":
    print("starting", flush=True)
    for _ in survey([random_subject(number, 2) for number in range(40)], jobs=2):
        pass
"""
    owner = start_owner(mark, code)
    assert owner.stdout.readline() == "starting\n"
    assert wait_until(lambda: envoys_of(mark), 20)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert wait_until(lambda: not envoys_of(mark), 10)


def test_a_refused_configuration_is_said_in_envoys_words():
    with pytest.raises(ConfigRejected, match="max_request_headers_kb"):
        Lab(listening(max_request_headers_kb=9000))


def test_a_long_configuration_is_read_from_a_file_that_goes_away():
    before = files_of(os.getpid())
    with Lab(listening(server_name="x" * 150_000)) as lab:
        assert files_of(os.getpid()) <= before
        assert is_running(lab.envoy.pid)


def test_files_of_dead_owners_are_swept():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = Path(tempfile.gettempdir()) / f"aws-lb-sim-lab-{gone.pid}-x.json"
    left.write_text("{}")
    with short_lived_file("{}", ".json") as mine:
        assert mine.exists()
        sweep()
        assert mine.exists()
    assert not left.exists()
