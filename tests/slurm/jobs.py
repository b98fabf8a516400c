"""Jobs of the scripts in slurm/, what became of them, and how their results compare."""

import json
import pathlib
import re

import h5py
import numpy as np

from cluster import wait_until

SOURCE = pathlib.Path(__file__).resolve().parents[2]
OVER = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED")


class Failure(Exception):
    """A check did not hold."""


def require(holds, text):
    if not holds:
        raise Failure(text)


class Job:
    """A script of slurm/ on two nodes with one process each, in a folder of its own."""

    def __init__(self, cluster, program, folder, script, *options, **variables):
        folder.mkdir(exist_ok=True)
        self.cluster, self.folder, self.script = cluster, folder, script
        self.output = folder / "result.h5"
        self.checkpoint = folder / "result.checkpoint.h5"
        variables = {"TESSERA": str(program), "OUTPUT": str(self.output),
                     "OMPI_MCA_orte_tmpdir_base": cluster.new_mpi_folder()} | variables
        words = ["sbatch", "--parsable", f"--chdir={SOURCE}", f"--output={folder}/job.out",
                 "--open-mode=append", "--nodes=2", "--ntasks-per-node=1", *options,
                 SOURCE / "slurm" / script]
        self.id = cluster.run(*words, **variables).strip()

    def facts(self):
        """SLURM's facts of this job; of all tasks of an array, of the one that is shown first."""
        text = self.cluster.run("scontrol", "show", "job", "-o", self.id)
        return dict(re.findall(r"(\S+?)=(\S*)", text.splitlines()[0]))

    def states(self):
        text = self.cluster.run("scontrol", "show", "job", "-o", self.id)
        return re.findall(r"JobState=(\S+)", text)

    def log(self):
        path = self.folder / "job.out"
        return path.read_text(errors="replace") if path.exists() else ""

    def restarts(self):
        return int(self.facts()["Restarts"])

    def wait_for_checkpoint(self, newer_than=0):
        def saved():
            self.require_going_on()
            return self.saved_at() > newer_than
        wait_until(saved, 90, f"the checkpoint of {self.script}")

    def saved_at(self):
        return self.checkpoint.stat().st_mtime_ns if self.checkpoint.exists() else 0

    def require_going_on(self):
        require(not self.output.exists(), "the run ended before it could be interrupted")
        states = self.states()
        over = all(state in OVER for state in states)
        require(not over, f"job is {states}\n{self.log()[-2000:]}")

    def wait_for_restart(self, count=1, seconds=90):
        wait_until(lambda: self.restarts() >= count and self.facts()["JobState"] == "RUNNING",
                   seconds, f"go {count + 1} of {self.script}")

    def wait(self, seconds=180):
        """@return the state of the job, at its end."""
        def over():
            states = self.states()
            return states and all(state in OVER for state in states)
        wait_until(over, seconds, f"{self.script}, which is {self.states()}")
        return self.facts()["JobState"]

    def succeed(self, seconds=180):
        self.wait(seconds)
        states = set(self.states())
        require(states == {"COMPLETED"}, f"job is {states}\n{self.log()[-3000:]}")
        require(not list(self.folder.glob("*checkpoint*")), "a checkpoint is left over")
        require(not list(self.folder.glob("*.goes")), "a list of goes is left over")
        return self

    def loop_seconds(self):
        report = json.loads((self.folder / "result.json").read_text())
        return report["cost"]["loop_seconds"]


def read_history(path):
    """All columns of a file's history but the times, which no two runs share."""
    with h5py.File(path, "r") as file:
        history = file["history"]
        names = history.keys() if isinstance(history, h5py.Group) else history.dtype.names
        return {name: history[name][...] for name in names if name != "seconds"}


def same_bits(one, other):
    kinds = [(array.dtype, array.shape) for array in (one, other)]
    return kinds[0] == kinds[1] and one.tobytes() == other.tobytes()


def require_same_result(path, reference):
    """W, H, history and grid of two results are the same to the bit."""
    with h5py.File(path, "r") as one, h5py.File(reference, "r") as other:
        grids = [file.attrs["process_grid"] for file in (one, other)]
        require(grids[0] == grids[1], f"grids {grids} differ")
        for name in ("W", "H"):
            require(same_bits(one[name][...], other[name][...]), f"{name} differs")
    ours, theirs = read_history(path), read_history(reference)
    for name, column in theirs.items():
        require(same_bits(ours[name], column), f"history: {name} differs")


def require_same_history(path, reference):
    """As far as both go. @return how many iterations that is."""
    ours, theirs = read_history(path), read_history(reference)
    count = min(len(ours["iteration"]), len(theirs["iteration"]))
    for name, column in theirs.items():
        require(same_bits(ours[name][:count], column[:count]), f"history: {name} differs")
    return count


def iterations(path):
    return len(read_history(path)["iteration"])


def write_matrix(path, rows, columns):
    generator = np.random.default_rng(1)
    matrix = generator.random((rows, 10), np.float32) @ generator.random((10, columns), np.float32)
    matrix += 0.3 * generator.random((rows, columns), np.float32)
    with h5py.File(path, "w") as file:
        file["X"] = matrix
