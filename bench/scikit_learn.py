"""scikit-learn's factorizations as the benchmarks use them: Debian's python3-sklearn."""

import sys
import time
import warnings

import numpy as np
import scipy.sparse
import sklearn
from sklearn.decomposition import non_negative_factorization

VERSION = sklearn.__version__
FEW = 3  # iterations of the shorter of two runs


def run(matrix, rank, iterations, **options):
    """Seconds, W and H after exactly so many iterations.

    Not by NMF.fit_transform: after the last iteration that forms the whole of W·H for the error,
    which takes as long as some iterations, and each time another time.
    """
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged, as intended
        w, h, done = non_negative_factorization(matrix, n_components=rank, tol=0,
                                                max_iter=iterations, **options)
    seconds = time.perf_counter() - begin
    if done != iterations or w.dtype != matrix.dtype:
        sys.exit(f"scikit-learn made {done} of {iterations} iterations in {w.dtype}")
    return seconds, w, h


def coordinate_descent(matrix, rank, iterations, init="random", seed=0):
    return run(matrix, rank, iterations, solver="cd", init=init, random_state=seed, shuffle=False)


def seconds_per_iteration(iterations, call):
    """Of `call(iterations) -> (seconds, ...)`: what a longer run takes beyond a shorter one."""
    short, long = (call(count)[0] for count in (FEW, FEW + iterations))
    return (long - short) / iterations


def relative_error(matrix, w, h):
    """‖A − WH‖ / ‖A‖ in float64, in slices of rows."""
    w, h = w.astype("f8"), h.astype("f8")
    squares = total = 0.0
    for begin in range(0, matrix.shape[0], 1000):
        rows = slice(begin, begin + 1000)
        part = matrix[rows].astype("f8")
        part = part.toarray() if scipy.sparse.issparse(part) else part
        total += np.vdot(part, part)
        part -= w[rows] @ h
        squares += np.vdot(part, part)
    return np.sqrt(squares / total)
