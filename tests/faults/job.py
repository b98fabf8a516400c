"""One run of the program under mpirun, and every process that belongs to it."""

import os
import pathlib
import signal
import subprocess
import time
import uuid

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("TESSERA_PROGRAM", str(SOURCE / "build" / "bin" / "tessera"))
MPIEXEC = os.environ.get("TESSERA_MPIEXEC", "mpirun")
SECONDS_TO_END = 30  # from a fault to the last process of the run
SECONDS_TO_FINISH = 300  # of a run that nothing disturbs, on a machine that others use, too
MARK = "TESSERA_FAULTS_RUN"


def mpi_environment():
    """What scripts/mpi-env sets, which tests on any machine need."""
    shown = subprocess.run(["bash", "-c", f". '{SOURCE}/scripts/mpi-env' && env -0"],
                           capture_output=True, text=True, check=True).stdout
    return dict(line.split("=", 1) for line in shown.split("\0") if line)


class Job:
    """@param logs the folder of its output, which faults must not reach
    @param wrapped a process, and the words before the program that start it there"""

    def __init__(self, folder, words, processes, environment, logs, wrapped=None):
        self.mark = uuid.uuid4().hex
        program = [PROGRAM, *map(str, words)]
        self.log = logs / f"{self.mark}.log"
        with open(self.log, "w", encoding="utf-8") as output:
            self.mpirun = subprocess.Popen(
                [MPIEXEC, *launch(program, processes, wrapped)], cwd=folder, stdout=output,
                stderr=output, stdin=subprocess.DEVNULL,
                env=dict(environment, **{MARK: self.mark}))

    @property
    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def is_running(self):
        return self.mpirun.poll() is None

    def signal_mpirun(self, number):
        if self.is_running():
            self.mpirun.send_signal(number)

    def alive(self):
        """The ids of all processes of this run, mpirun among them."""
        mark = f"{MARK}={self.mark}".encode()
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if mark in (path / "environ").read_bytes().split(b"\0") and not is_zombie(path):
                    found.append(int(path.name))
            except OSError:
                pass  # it has ended meanwhile, or is not ours
        return found

    def ranks(self):
        """The ids of the program's processes, which may not be there yet."""
        return sorted(pid for pid in self.alive() if name_of(pid) == "tessera")

    def wait(self, seconds):
        """@return the exit code, or None if the run is still there after so long."""
        try:
            return self.mpirun.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def wait_until_gone(self, seconds):
        """@return the processes that are still there after so long."""
        end = time.monotonic() + seconds
        while (left := self.alive()) and time.monotonic() < end:
            time.sleep(0.05)
        return left

    def end(self):
        """Ends whatever is left of this run, and nothing else."""
        for pid in self.alive():
            send(pid, signal.SIGKILL)
        self.mpirun.wait()
        self.log.unlink(missing_ok=True)


def launch(program, processes, wrapped):
    """The arguments of mpirun: one program everywhere, or one that starts otherwise once."""
    if wrapped is None:
        return ["-n", str(processes), *program]
    rank, before = wrapped
    parts = [(rank, program), (1, [*before, *program]), (processes - rank - 1, program)]
    words = []
    for count, part in parts:
        if count > 0:
            words += [*([":"] if words else []), "-n", str(count), *part]
    return words


def after(commands):
    """The words that run shell commands first, and then the program that follows them."""
    return ["sh", "-c", f"{commands}; exec \"$@\"", "sh"]


def is_zombie(path):
    return (path / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def send(pid, number):
    """@return whether the process was there to get it."""
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False
