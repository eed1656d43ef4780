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
from pathlib import Path

import pytest

from aws_lb_sim.envoy.listener import EnvoyConfig, FilterChain, HttpConnectionManager, Listener
from aws_lb_sim.lab.files import short_lived_file, sweep
from aws_lb_sim.lab.observe import Lab, observe
from aws_lb_sim.lab.process import ConfigRejected

OWNER = """
import time
from aws_lb_sim.envoy.listener import EnvoyConfig
from aws_lb_sim.lab.observe import Lab
print("starting", flush=True)
with Lab(EnvoyConfig(listeners={})) as lab:
    print(lab.envoy.pid, flush=True)
    time.sleep(60)
"""


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


def start_owner(mark):
    environment = {**os.environ, "AWS_LB_SIM_TEST_OWNER": mark, "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, env=environment
    )


def files_here():
    return {path.name for path in Path(tempfile.gettempdir()).glob("aws-lb-sim-lab-*")}


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


def test_kill_9_of_the_owner_leaves_no_envoy_and_no_file():
    rng = random.Random(9)
    before = files_here()
    for attempt in range(4):
        mark = f"{os.getpid()}-{attempt}"
        owner = start_owner(mark)
        assert owner.stdout.readline() == "starting\n"
        time.sleep(rng.uniform(0.0, 0.25))
        owner.kill()
        owner.wait()
        owner.stdout.close()
        assert wait_until(lambda mark=mark: not envoys_of(mark)), mark
    assert files_here() <= before


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

    observe([], [{}])
    before, files = handles(), files_here()
    for _ in range(5):
        with Lab(listening()) as lab:
            lab.run([{}, {"http": "2"}])
    assert wait_until(lambda: handles() <= before), (before, handles())
    assert files_here() <= files


def test_a_refused_configuration_is_said_in_envoys_words():
    with pytest.raises(ConfigRejected, match="max_request_headers_kb"):
        Lab(listening(max_request_headers_kb=9000))


def test_a_long_configuration_is_read_from_a_file_that_goes_away():
    before = files_here()
    with Lab(listening(server_name="x" * 150_000)) as lab:
        assert files_here() <= before
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
