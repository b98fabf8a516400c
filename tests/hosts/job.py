"""Runs of tessera over the hosts of a lab, and what came out of them."""

import json
import os
import pathlib
import subprocess
import time

import h5py

from steps import Failed

HERE = pathlib.Path(__file__).resolve().parent
RUN_SECONDS = 120  # longest that a run may take which is to end by itself

# Open MPI 4.1 over the hosts of a lab. The keepalive settings let it notice within some ten
# seconds that a host has fallen silent; by default it takes eight minutes. The others are for many
# processes on few cores, and against guessing.
OPEN_MPI = {
    "plm": "rsh",
    "plm_rsh_agent": str(HERE / "agent"),
    "ras": "^slurm,gridengine",
    "btl": "tcp,vader,self",
    "btl_tcp_if_include": "eth0",
    "oob_tcp_if_include": "eth0",
    "oob_tcp_keepalive_time": "2",
    "oob_tcp_keepalive_intvl": "1",
    "oob_tcp_keepalive_probes": "3",
    "btl_vader_single_copy_mechanism": "none",
    "mpi_yield_when_idle": "1",
    "hwloc_base_binding_policy": "none",
    "rmaps_base_oversubscribe": "1",
}


class Jobs:
    """Starts tessera on hosts of a lab. Files are names in the lab's folder."""

    def __init__(self, lab, program, mpiexec):
        if mpiexec is None or not os.access(program, os.X_OK):
            raise FileNotFoundError(f"no mpirun, or no program '{program}'")
        self.lab = lab
        self.program = program
        self.mpiexec = mpiexec
        self.count = 0
        self.last = None  # the run that was started last
        self.passed_on = []
        temporary = lab.folder / "tmp"
        temporary.mkdir()
        settings = {**OPEN_MPI, "orte_tmpdir_base": str(temporary)}
        self.environment = {f"OMPI_MCA_{name}": value for name, value in settings.items()}
        self.environment |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        if "ASAN_OPTIONS" in os.environ:  # for a program built with the address sanitizer
            self.environment["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
            self.passed_on = ["-x", "ASAN_OPTIONS"]

    def start(self, hosts, per_host, *arguments):
        """Starts one run with so many processes on each host, by mpirun on the first of them."""
        slots = ",".join(f"{host}:{per_host}" for host in hosts)
        words = [self.mpiexec, "--host", slots, "-n", len(hosts) * per_host, *self.passed_on,
                 self.program, *arguments, "--threads", 1]
        self.count += 1
        log = f"run{self.count}.log"
        self.last = Job(self.lab, self.lab.start(hosts[0], words, self.environment, log), log)
        return self.last

    def finish(self, hosts, per_host, *arguments):
        """A run that has to end well. @return it"""
        job = self.start(hosts, per_host, *arguments)
        code = job.wait(RUN_SECONDS)
        if code != 0:
            raise Failed(f"exit code {code} of {' '.join(map(str, arguments))}:\n{job.output()}")
        return job

    def factorize(self, hosts, per_host, name, *arguments):
        """A factorization that has to end well. @return its Result"""
        self.finish(hosts, per_host, "factorize", *arguments, "--output", f"{name}.h5", "--report",
                    f"{name}.json")
        return self.result(name)

    def result(self, name):
        return Result(self.lab.folder / name)

    def iterations_of(self, model):
        with h5py.File(self.lab.folder / model) as file:
            return int(file.attrs["iterations"])

    def require_readable(self, model, host):
        """The file is complete, by the program's own checksums."""
        self.finish([host], 1, "reconstruct", "--model", model, "--rows", "0:1",
                    "--output", "row.h5")


def number_of(path):
    """@return what tells a file from the one it has replaced, None where there is none"""
    try:
        status = os.stat(path)
        return status.st_ino, status.st_mtime_ns
    except FileNotFoundError:
        return None


class Job:
    """A run under way."""

    def __init__(self, lab, process, log):
        self.process = process
        self.path = lab.folder / log

    def wait(self, seconds):
        """@return the exit code of mpirun"""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed(f"mpirun still ran after {seconds} s:\n{self.output()}") from None

    def wait_for_new(self, path, seconds=60):
        """Waits until the run has written this file, or replaced it by another."""
        before = number_of(path)
        end = time.monotonic() + seconds
        while number_of(path) in (None, before):
            self.require_running()
            if time.monotonic() > end:
                raise Failed(f"'{path}' did not come:\n{self.output()}")
            time.sleep(0.01)

    def require_running(self):
        if self.process.poll() is not None:
            raise Failed(f"the run ended too early:\n{self.output()}")

    def resumed_after(self):
        """@return the iteration that the run said it went on from"""
        for line in self.output().splitlines():
            if "going on from" in line:
                return int(line.split()[-1])
        raise Failed(f"the run began anew:\n{self.output()}")

    def output(self):
        return self.path.read_text(errors="replace")


class Result:
    """What a factorization wrote: the model NAME.h5 and the report NAME.json."""

    def __init__(self, path):
        with h5py.File(path.with_suffix(".h5")) as file:
            self.w, self.h = file["W"][:], file["H"][:]
            self.error = float(file.attrs["relative_error"])
            self.iterations = int(file.attrs["iterations"])
        report = json.loads(path.with_suffix(".json").read_text())
        self.machine = report["machine"]
        self.payload = report["cost"]["loop_traffic"]["predicted_payload_bytes_per_iteration"]
        self.payload_as_predicted = report["cost"]["loop_traffic"]["payload_as_predicted"]
        self.seconds_per_iteration = report["cost"]["loop_seconds"] / max(1, self.iterations)

    def same_bits(self, other):
        return self.w.tobytes() == other.w.tobytes() and self.h.tobytes() == other.h.tobytes()

    def require_same_bits(self, other, what):
        if not self.same_bits(other):
            raise Failed(f"other bits than {what}; relative errors {self.error!r}, {other.error!r}")

    def require_near(self, other, what):
        """The relative error is the other's but for rounding. @return the difference"""
        difference = abs(self.error - other.error)
        if self.iterations != other.iterations or difference > 1e-6:
            raise Failed(f"relative error {self.error:.9f} after {self.iterations} iterations, "
                         f"but {other.error:.9f} after {other.iterations} in {what}")
        return difference
