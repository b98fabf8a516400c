"""Time to the error that scikit-learn reaches, on real data: a part of bench/end_to_end.py."""

import gzip
import pathlib
import statistics
import sys

import h5py
import numpy as np

import scikit_learn
import support

PRECISION = "float32"
PROCESSES = 2
SKLEARN_ITERATIONS = 200
MOST_ITERATIONS = 2 * SKLEARN_ITERATIONS  # more would lead no further into another minimum
FASHION_MNIST = pathlib.Path("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz")


def faces(options):
    return options.real_data / "faces/olivetti.h5"


def text(options):
    """Scaled once, so that both programs read the same numbers."""
    counts = options.real_data / "text/newsgroups20.h5ad"
    scaled = options.data / "newsgroups20-tfidf.h5"
    if counts.exists():
        support.make_once(scaled, options.program, "import", counts, "--scale", "tfidf")
    return scaled


def fashion(options):
    """Debian's dataset-fashion-mnist: an IDX file of bytes, whose header has 16."""
    path = options.data / "fashion-mnist.h5"
    if FASHION_MNIST.exists() and not path.exists():
        with gzip.open(FASHION_MNIST) as file:
            pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28 * 28)
        with h5py.File(path, "w") as file:
            file["X"] = pixels.astype("f4") / 255
    return path


# Matrix, rank and starts. An SVD of the last takes long, and tells no more.
DATA = (("Olivetti", faces, 49, ("random", "nndsvd")),
        ("20 Newsgroups, TF-IDF", text, 20, ("random", "nndsvd")),
        ("Fashion-MNIST", fashion, 50, ("random",)))


def compare_once(options, path, matrix, rank, init, seed):
    """Times of both from starts of the same kind."""
    start = {"init": init, "seed": seed}
    first, *_ = scikit_learn.coordinate_descent(matrix, rank, 1, **start)
    last, w, h = scikit_learn.coordinate_descent(matrix, rank, SKLEARN_ITERATIONS, **start)
    error = scikit_learn.relative_error(matrix, w, h)
    run = support.factorize(options.program, path, PROCESSES, rank=rank, precision=PRECISION,
                            threads=1, target_error=error, tolerance=0,
                            max_iterations=MOST_ITERATIONS, **start)
    outcome, cost = run.report["outcome"], run.report["cost"]
    # Both without their starts. The error is measured again, by other code.
    return {"error": error, "reached": scikit_learn.relative_error(matrix, run.w, run.h) <= error,
            "sklearn_seconds": last - first, "seconds": cost["loop_seconds"],
            "iterations": outcome["iterations"], "wall": run.wall_seconds,
            "read": cost["phases"]["read"]["seconds"]["max"],
            "start": cost["phases"]["start"]["seconds"]["max"]}


def compare(options, path, rank, init):
    """A row. Another seed each time, since minima differ; where scikit-learn found one that is out
    of reach, we are infinitely slow."""
    matrix = support.read_matrix(path, PRECISION)
    scikit_learn.coordinate_descent(matrix, rank, 1)  # pays for threads and pages
    runs = [compare_once(options, path, matrix, rank, init, seed)
            for seed in range(options.repetitions)]
    reached = [run for run in runs if run["reached"]]
    row = {key: statistics.median(run[key] for run in runs)
           for key in ("error", "sklearn_seconds", "read", "start")}
    if reached:
        row |= {key: statistics.median(run[key] for run in reached)
                for key in ("seconds", "iterations", "wall")}
    ratios = (run["sklearn_seconds"] / run["seconds"] if run["reached"] else 0 for run in runs)
    return {**row, "reached": f"{len(reached)} of {len(runs)}", "ratio": statistics.median(ratios)}


def accuracy(options, _):
    table = support.Table([("matrix", "matrix", ""), ("rank", "k", "d"), ("init", "start", ""),
                           ("error", "error", ".5f"), ("reached", "reached", ""),
                           ("sklearn_seconds", "scikit-learn s", ".2f"),
                           ("seconds", "loop s", ".3f"), ("ratio", "times as fast", ".1f"),
                           ("iterations", "iterations", ".0f"), ("read", "reading s", ".3f"),
                           ("start", "start s", ".3f"), ("wall", "whole program s", ".3f")])
    for name, data, rank, inits in DATA:
        path = data(options)
        if not path.exists():
            print(f"{name} is not on this machine", file=sys.stderr)
            continue
        table.rows += ({"matrix": name, "rank": rank, "init": init,
                        **compare(options, path, rank, init)} for init in inits)
    return table
