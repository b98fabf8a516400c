#!/usr/bin/python3
"""Seconds per iteration of Kullback-Leibler's multiplicative update, beside scikit-learn's.

usage: bench/kullback_leibler.py MATRIX.h5ad [--rank 20] [--iterations 30] [--repetitions 5]
                                 [--program build/bin/tessera]

Both run the same iterations from the same start on the same sparse matrix, one after the other,
again and again; medians and the ratio are printed, the losses compared (scikit-learn works in
float64, Tessera in float32 and float64). Needs Debian's python3-sklearn and python3-h5py.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
import warnings

import h5py
import numpy as np
import scipy.sparse
from sklearn.decomposition import non_negative_factorization


def read_csr(path):
    with h5py.File(path) as file:
        group = file["X"]
        return scipy.sparse.csr_matrix(
            (group["data"][:].astype("f8"), group["indices"][:], group["indptr"][:]),
            shape=tuple(group.attrs["shape"]))


def run_tessera(arguments, processes, precision, start, iterations, folder):
    """Seconds per iteration, loss and peak memory of the fullest process in MB."""
    output = folder / "run.h5"
    report = folder / "report.json"
    command = ["mpirun", "-n", str(processes), arguments.program, "factorize", arguments.matrix,
               "--rank", arguments.rank, "--loss", "kl", "--extrapolation", "off", "--init",
               f"file:{start}", "--tolerance", 0, "--max-iterations", iterations, "--precision",
               precision, "--threads", 1, "--output", output, "--report", report, "--quiet"]
    subprocess.run([str(word) for word in command], check=True)
    with h5py.File(output) as file:
        seconds = file["history"]["seconds"]
        loss = file.attrs["loss_value"]
    memory = json.loads(report.read_text())["cost"]["peak_memory_bytes_per_process"]["max"]
    return (seconds[-1] - seconds[4]) / (len(seconds) - 5), float(loss), memory / 1e6


def run_sklearn(matrix, w, h, iterations):
    """Seconds for so many iterations, and the factors."""
    begin = time.perf_counter()
    w, h, _ = non_negative_factorization(
        matrix, w.copy(), h.copy(), n_components=h.shape[0], init="custom", solver="mu",
        beta_loss="kullback-leibler", tol=0, max_iter=iterations)
    return time.perf_counter() - begin, w, h


def kullback_leibler(matrix, w, h):
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    x = np.empty(matrix.nnz)
    for begin in range(0, matrix.nnz, 1 << 16):
        part = slice(begin, begin + (1 << 16))
        x[part] = np.einsum("ij,ij->i", w[rows[part]], h.T[matrix.indices[part]])
    a = matrix.data
    return (a * np.log(a / x) - a).sum() + w.sum(axis=0) @ h.sum(axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("matrix")
    parser.add_argument("--rank", type=int, default=20)
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--program", default="build/bin/tessera")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # not converged, as intended
    matrix = read_csr(arguments.matrix)

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        start = folder / "start.h5"
        subprocess.run([arguments.program, "factorize", arguments.matrix, "--rank",
                        str(arguments.rank), "--loss", "kl", "--max-iterations", "1", "--precision",
                        "float64", "--output", str(start), "--quiet"], check=True)
        with h5py.File(start) as file:
            w, h = file["W"][:], file["H"][:]

        few = 3
        variants = [(processes, precision) for processes in (1, 2)
                    for precision in ("float32", "float64")]
        ours = {variant: [] for variant in variants}
        theirs = []
        for _ in range(arguments.repetitions):
            short, _, _ = run_sklearn(matrix, w, h, few)
            long, result_w, result_h = run_sklearn(matrix, w, h, arguments.iterations)
            theirs.append((long - short) / (arguments.iterations - few))
            for processes, precision in variants:
                ours[processes, precision].append(
                    run_tessera(arguments, processes, precision, start, arguments.iterations,
                                folder))

    reference = statistics.median(theirs)
    loss = kullback_leibler(matrix, result_w, result_h)
    print(f"{arguments.matrix}: {matrix.shape[0]} x {matrix.shape[1]}, {matrix.nnz} entries, "
          f"rank {arguments.rank}, {arguments.iterations} iterations, medians of "
          f"{arguments.repetitions} alternating runs")
    print(f"{'':<24}{'s/iteration':>12}{'ratio':>8}{'loss':>18}{'relative':>12}{'MB/process':>12}")
    print(f"{'scikit-learn':<24}{reference:>12.4f}{1:>8.1f}{loss:>18.3f}{0:>12.1e}")
    for variant, runs in ours.items():
        seconds = statistics.median(run[0] for run in runs)
        ratio = statistics.median(t / run[0] for t, run in zip(theirs, runs))
        print(f"{f'{variant[0]} processes, {variant[1]}':<24}{seconds:>12.4f}{ratio:>8.1f}"
              f"{runs[-1][1]:>18.3f}{abs(runs[-1][1] - loss) / loss:>12.1e}{runs[-1][2]:>12.1f}")


if __name__ == "__main__":
    main()
