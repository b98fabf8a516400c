"""Where faults are tried: inputs, undisturbed runs to compare with, and what is asked of every run
after its fault."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import h5py
import numpy as np

from job import PROGRAM, SECONDS_TO_END, SECONDS_TO_FINISH, Job, mpi_environment

USAGE, INPUT, IO, INTERRUPTED = 2, 3, 4, 75
COLUMNS = ("tried", "wrong exits", "hangs", "lost checkpoints", "orphans")
ITERATIONS = 100
RESULT, CHECKPOINT, OWNER = "r.h5", "r.checkpoint.h5", ".r.checkpoint.h5.owner"

# Small enough for milliseconds an iteration, of more than one data layout and algorithm.
PROBLEMS = {
    "dense": ["dense.h5", "--rank", "8"],
    "sparse": ["sparse.h5", "--rank", "6", "--loss", "kl", "--balance", "permute"],
    "starts": ["dense.h5", "--rank", "4", "--restarts", "2", "--algorithm", "admm"],
}


def iterations_of(path):
    """@return how far a complete checkpoint or result is; -1 if there is none."""
    try:
        with h5py.File(path) as file:
            start = int(file["solver"].attrs.get("start", 0))
            iterations = int(file.attrs["iterations"])
            return start * ITERATIONS + iterations if len(file["history"]) == iterations else -1
    except FileNotFoundError:
        return -1


class Lab:
    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="tessera-faults-"))
        self.shared = pathlib.Path(tempfile.mkdtemp(prefix="tessera-faults-", dir="/dev/shm"))
        self.environment = dict(
            mpi_environment(), OMP_NUM_THREADS="1", ASAN_OPTIONS="detect_leaks=0",
            # What a launcher that is killed leaves behind goes with the lab.
            OMPI_MCA_orte_tmpdir_base=str(self.root), OMPI_MCA_btl_vader_backing_directory=str(
                self.shared), OMPI_MCA_osc_sm_backing_directory=str(self.shared))
        self.table = {}
        self.findings = []
        self.notes = {}
        self.kind = ""
        self.text = ""  # what the last run said
        self.generate("dense.h5", "lowrank", "--rows", 1600, "--columns", 1200, "--noise", 0.1)
        self.generate("sparse.h5", "sparse", "--rows", 4000, "--columns", 3000)
        self.generate("other.h5", "lowrank", "--rows", 1600, "--columns", 1200, "--seed", 1)
        self.generate("short.h5", "lowrank", "--rows", 1500, "--columns", 1200)
        self.generate("large.h5", "lowrank", "--rows", 6000, "--columns", 4000)
        self.wholes = {}

    def close(self):
        shutil.rmtree(self.shared, ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)

    def generate(self, name, *words):
        subprocess.run([PROGRAM, "generate", *map(str, words), "--output", name, "--quiet"],
                       cwd=self.root, env=self.environment, check=True)

    # What is counted.

    def begin(self, kind):
        self.kind = kind
        self.table.setdefault(kind, dict.fromkeys(COLUMNS, 0))

    def count(self, column, text=None):
        self.table[self.kind][column] += 1
        if text is not None:
            self.findings.append((self.kind, column, text))

    def expect(self, condition, column, text):
        if not condition:
            self.count(column, text)
        return condition

    def note(self, text):
        self.notes[text] = self.notes.get(text, 0) + 1

    # Runs.

    @contextlib.contextmanager
    def folder(self):
        path = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=self.root))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def words(self, problem, options):
        name, *rest = PROBLEMS[problem]
        output = [] if "--output" in options else ["--output", RESULT]
        return ["factorize", self.root / name, *rest, "--threads", 1, "--tolerance", 0,
                "--max-iterations", ITERATIONS, *output, *options]

    def start(self, folder, problem, processes, *options):
        return self.start_with(folder, self.words(problem, options), processes)

    def start_with(self, folder, words, processes, wrapped=None):
        return Job(folder, words, processes, self.environment, self.root, wrapped)

    def whole(self, problem, processes):
        """The result of a run that nothing disturbed."""
        key = (problem, processes)
        if key not in self.wholes:
            folder = self.root / f"whole-{problem}-{processes}"
            folder.mkdir()
            job = self.start(folder, problem, processes)
            code = job.wait(SECONDS_TO_FINISH)
            if code != 0:
                raise RuntimeError(f"an undisturbed run ended with {code}: {job.text}")
            job.end()
            self.wholes[key] = folder / RESULT
        return self.wholes[key]

    def wait_for(self, job, condition):
        """@return whether it came true while the run went on."""
        end = time.monotonic() + SECONDS_TO_FINISH
        while job.is_running() and time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.002)
        return condition()

    # What is asked after a fault.

    def ends(self, job, codes, says=(), seconds=SECONDS_TO_END):
        """The run ends in time, with one of these codes (None: any but 0) and these words, and
        nothing of it stays. @return the code."""
        self.count("tried")
        began = time.monotonic()
        code = job.wait(seconds)
        self.expect(code is not None, "hangs", f"there after {seconds} s: {job.text}")
        left = job.wait_until_gone(max(1.0, SECONDS_TO_END - (time.monotonic() - began)))
        self.text = text = job.text
        if code is not None:
            self.expect(not left, "orphans", f"processes {left} are left: {text}")
            right = code != 0 if codes is None else code in codes
            self.expect(right, "wrong exits", f"exit code {code}, not {codes}: {text}")
            if right and code != 0:
                for words in says:
                    self.expect(words in text, "wrong exits", f"no '{words}' in: {text}")
        job.end()
        return code

    def checkpoint_is_whole(self, folder, at_least=-1, name=CHECKPOINT):
        """What was complete before the fault is still there, or something later is."""
        path = folder / name
        if (folder / RESULT).exists() and not path.exists():
            return
        try:
            now = iterations_of(path)
        except (OSError, KeyError) as error:
            self.count("lost checkpoints", f"cannot read it: {error}")
            return
        if not self.expect(now >= at_least, "lost checkpoints", f"was {at_least}, is {now}"):
            return
        if path.exists():
            shown = subprocess.run([PROGRAM, "inspect", path, "--quiet"], cwd=folder,
                                   env=self.environment, capture_output=True, text=True,
                                   check=False)
            self.expect(shown.returncode == 0, "lost checkpoints", shown.stderr)

    def finishes(self, folder, problem, processes, *options):
        """--resume auto gives what the undisturbed run gave, and clears everything away."""
        job = self.start(folder, problem, processes, "--checkpoint-interval", "never", "--resume",
                         "auto", *options)
        code = job.wait(SECONDS_TO_FINISH)
        self.expect(code == 0, "lost checkpoints", f"resuming ended with {code}: {job.text}")
        job.end()
        if code == 0:
            self.is_same(folder, problem, processes)
            left = sorted(set(os.listdir(folder)) - {RESULT})
            self.expect(not left, "orphans", f"files are left: {left}")

    def is_same(self, folder, problem, processes):
        if not self.expect((folder / RESULT).exists(), "lost checkpoints", "there is no result"):
            return
        with h5py.File(folder / RESULT) as file, h5py.File(self.whole(problem, processes)) as whole:
            for name in ("W", "H"):
                self.expect(np.array_equal(file[name][:], whole[name][:]), "lost checkpoints",
                            f"{problem} on {processes} processes: another {name}")
            one, other = file["history"][:], whole["history"][:]
            for name in set(other.dtype.names) - {"seconds"}:
                self.expect(np.array_equal(one[name], other[name], equal_nan=True),
                            "lost checkpoints",
                            f"{problem} on {processes} processes: another {name} in the history")
