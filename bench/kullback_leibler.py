#!/usr/bin/python3
"""Seconds per iteration of Kullback-Leibler's multiplicative update, beside scikit-learn's.

usage: bench/kullback_leibler.py MATRIX.h5ad [--rank 20] [--iterations 30] [--repetitions 5]
                                 [--program build/bin/tessera] [--json FILE]

Both run the same iterations from the same start on the same sparse matrix, one after the other,
again and again; medians and the ratio are printed, the losses compared (scikit-learn works in
float64, Tessera in float32 and float64). Needs Debian's python3-sklearn and python3-h5py.
"""

import argparse
import pathlib
import statistics
import tempfile

import h5py
import numpy as np

import scikit_learn
import support


def kullback_leibler(matrix, w, h):
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    x = np.empty(matrix.nnz)
    for begin in range(0, matrix.nnz, 1 << 16):
        part = slice(begin, begin + (1 << 16))
        x[part] = np.einsum("ij,ij->i", w[rows[part]], h.T[matrix.indices[part]])
    a = matrix.data
    return (a * np.log(a / x) - a).sum() + w.sum(axis=0) @ h.sum(axis=1)


def measure(options, start):
    """A table with a row for scikit-learn and one for every way to run tessera from `start`."""
    matrix = support.read_matrix(options.matrix, "float64")
    with h5py.File(start) as file:
        w, h = file["W"][:], file["H"][:]

    def run_sklearn(iterations):
        return scikit_learn.run(matrix, options.rank, iterations, W=w.copy(), H=h.copy(),
                                init="custom", solver="mu", beta_loss="kullback-leibler")

    def run_tessera(processes, precision):
        return support.factorize(options.program, options.matrix, processes, precision=precision,
                                 rank=options.rank, loss="kl", extrapolation="off",
                                 init=f"file:{start}", tolerance=0, threads=1,
                                 max_iterations=options.iterations)

    variants = [(processes, precision) for processes in (1, 2) for precision in support.PRECISIONS]
    calls = {variant: lambda variant=variant: run_tessera(*variant) for variant in variants}
    calls["scikit-learn"] = lambda: scikit_learn.seconds_per_iteration(options.iterations,
                                                                       run_sklearn)
    results = support.alternate(options.repetitions, calls)
    theirs = results["scikit-learn"]
    loss = kullback_leibler(matrix, *run_sklearn(options.iterations)[1:])

    table = support.Table([("name", "", ""), ("seconds", "s/iteration", ".4f"),
                           ("ratio", "times as fast", ".1f"), ("loss", "loss", ".3f"),
                           ("difference", "relative", ".1e"), ("megabytes", "MB/process", ".1f")])
    table.rows.append({"name": "scikit-learn", "seconds": statistics.median(theirs), "ratio": 1,
                       "loss": loss})
    for processes, precision in variants:
        runs = results[processes, precision]
        ours = [run.seconds_per_iteration for run in runs]
        reached = runs[-1].report["outcome"]["loss"]
        table.rows.append({
            "name": f"{processes} processes, {precision}", "seconds": statistics.median(ours),
            "ratio": support.median_ratio(theirs, ours), "loss": reached,
            "difference": abs(reached - loss) / loss, "megabytes": runs[-1].peak_memory / 1e6})
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("matrix")
    parser.add_argument("--rank", type=int, default=20)
    parser.add_argument("--iterations", type=int, default=30)
    support.add_common_options(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        start = pathlib.Path(name) / "start.h5"
        support.make_once(start, options.program, "factorize", options.matrix, "--rank",
                          options.rank, "--loss", "kl", "--max-iterations", 1, "--precision",
                          "float64")
        table = measure(options, start)
    name = pathlib.Path(options.matrix).name
    print(f"{name}: rank {options.rank}, {options.iterations} iterations, medians of "
          f"{options.repetitions} alternating runs\n{table.text()}")
    support.write_tables(options.json, {"kullback_leibler": table}, counts=name)


if __name__ == "__main__":
    main()
