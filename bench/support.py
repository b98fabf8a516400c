"""What the benchmarks in Python share: runs of tessera, alternation and medians, matrices, tables.

They start tessera with mpirun: `source scripts/mpi-env` first where Open MPI needs it.
"""

import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
import scipy.sparse

ROOT = pathlib.Path(__file__).resolve().parents[1]
SETTLED = 5  # from this iteration on they count: buffers are allocated, pages mapped, starts over
PRECISIONS = ("float32", "float64")
RANK = 50  # of what is factorized for its time alone
# The plain iteration, which does the same work as scikit-learn's, for as long as it is told to.
PLAIN_HALS = {"rank": RANK, "algorithm": "hals", "inner_iterations": 1, "extrapolation": "off",
              "tolerance": 0}


def add_common_options(parser, repetitions=5):
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bin/tessera")
    parser.add_argument("--repetitions", type=int, default=repetitions, help="alternating runs")
    parser.add_argument("--json", type=pathlib.Path, help="file for the tables")


def factorize_command(program, matrix, output, processes, wrapper=(), launcher_options=(),
                      **options):
    """The words of a run; an option `max_iterations=3` becomes `--max-iterations 3`."""
    words = ["mpirun", "-n", processes, *launcher_options, *wrapper, program, "factorize", matrix,
             "--output", output, "--quiet"]
    for name, value in options.items():
        words += ["--" + name.replace("_", "-"), value]
    return [str(word) for word in words]


@dataclasses.dataclass
class Run:
    """What a run says about itself; `history` is the table of its iterations."""
    report: dict
    history: np.ndarray
    w: np.ndarray
    h: np.ndarray
    wall_seconds: float

    @property
    def seconds_per_iteration(self):
        """From the SETTLED-th iteration to the last."""
        seconds = self.history["seconds"]
        return (seconds[-1] - seconds[SETTLED - 1]) / (len(seconds) - SETTLED)

    @property
    def peak_memory(self):
        """Bytes of the fullest process."""
        return self.report["cost"]["peak_memory_bytes_per_process"]["max"]


class Job:
    """A run that has been started; its files go when it has ended."""

    def __init__(self, program, matrix, processes, **options):
        self.folder = tempfile.TemporaryDirectory(prefix="tessera-")
        folder = pathlib.Path(self.folder.name)
        self.output = folder / "run.h5"
        self.report = folder / "report.json"
        command = factorize_command(program, matrix, self.output, processes, report=self.report,
                                    **options)
        self.begin = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def wait(self):
        code = self.process.wait()
        seconds = time.perf_counter() - self.begin
        if code != 0:
            sys.exit(f"{' '.join(self.process.args)} ended with {code}")
        with h5py.File(self.output) as file:
            run = Run(json.loads(self.report.read_text()), file["history"][:], file["W"][:],
                      file["H"][:], seconds)
        self.folder.cleanup()
        return run


def factorize(program, matrix, processes, **options):
    return Job(program, matrix, processes, **options).wait()


def alternate(repetitions, calls):
    """Calls every value of a dict in turn, again and again: a list of results under each key."""
    results = {name: [] for name in calls}
    for _ in range(repetitions):
        for name, call in calls.items():
            results[name].append(call())
    return results


def median_ratio(numerators, denominators):
    """Of the pairs, which were measured one soon after the other."""
    return statistics.median(a / b for a, b in zip(numerators, denominators))


def make_once(path, *words):
    """Runs a command that ends with `--output path`, unless the file is there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([str(word) for word in (*words, "--output", path, "--quiet")], check=True)
    return path


@dataclasses.dataclass
class Case:
    """A generated matrix."""
    name: str
    path: pathlib.Path
    rows: int
    columns: int
    dense: bool


def generated_cases(program, folder):
    """The dense and the sparse matrix whose iterations are timed."""
    size = ("--rows", 10_000, "--columns", 4_000)
    dense = make_once(folder / "dense.h5", program, "generate", "lowrank", *size, "--rank", 50,
                      "--noise", 0.1)
    size = ("--rows", 100_000, "--columns", 20_000)
    sparse = make_once(folder / "sparse.h5", program, "generate", "sparse", *size, "--density",
                       0.002)
    return [Case("dense 10 000 × 4 000", dense, 10_000, 4_000, True),
            Case("sparse 100 000 × 20 000", sparse, 100_000, 20_000, False)]


def read_matrix(path, precision):
    """An array, or a matrix in CSR, as the file has it."""
    with h5py.File(path) as file:
        stored = file["X"]
        if isinstance(stored, h5py.Dataset):
            return stored[:].astype(precision)
        if stored.attrs["encoding-type"] != "csr_matrix":
            sys.exit(f"{path}: X is not stored by rows")
        return scipy.sparse.csr_matrix(
            (stored["data"][:].astype(precision), stored["indices"][:], stored["indptr"][:]),
            shape=tuple(stored.attrs["shape"]))


def processor():
    """The model of this machine's processor."""
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


@dataclasses.dataclass
class Table:
    """Rows are dicts. A column is (key, heading, format); a value that is missing stays empty."""
    columns: list
    rows: list = dataclasses.field(default_factory=list)

    def cells(self):
        yield [heading for _, heading, _ in self.columns]
        for row in self.rows:
            values = [(row.get(key), style) for key, _, style in self.columns]
            yield ["" if value is None else format(value, style) for value, style in values]

    def text(self):
        lines = list(self.cells())
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join("  ".join(self.aligned(line, widths)).rstrip() for line in lines)

    def markdown(self):
        heading, *lines = self.cells()
        rule = ["---:" if style else "---" for _, _, style in self.columns]
        return "\n".join(f"| {' | '.join(line)} |" for line in (heading, rule, *lines))

    def aligned(self, line, widths):
        return [cell.rjust(width) if style else cell.ljust(width)
                for cell, width, (_, _, style) in zip(line, widths, self.columns)]


def write_tables(path, tables, **facts):
    """A JSON file of named tables and of facts about the run, where `path` is not None;
    bench/tables.py reads it."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"processor": processor(), "cores": os.cpu_count(), **facts,
               "tables": {name: dataclasses.asdict(table) for name, table in tables.items()}}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
