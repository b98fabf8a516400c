#!/usr/bin/python3
"""The whole program beside scikit-learn, beside itself, and beside what this machine can do.

usage: bench/end_to_end.py [--only iteration,bpp,accuracy,scaling,memory] [--repetitions 5]
                           [--data build/bench-data] [--real-data ../shared/data] [--json FILE]
                           [--iterations 30] [--sklearn-iterations 20] [--program build/bin/tessera]

iteration  seconds of a plain HALS iteration, beside one of scikit-learn's coordinate descent, which
           is the same update, on all cores and in the same precision; for the dense matrix also
           beside the time that its 4mnk operations take at the rate of OpenBLAS's square product,
           measured in as many processes at once
bpp        an iteration of anls-bpp beside a plain HALS iteration
accuracy   time to the error that scikit-learn has after 200 iterations, on real data, each time
           from another start; how many reached it
scaling    two processes beside one, and beside two independent runs of half the matrix each at the
           same time, which share the same caches and memory
memory     peak memory of the fullest process, beside the prediction

The rank is 50 but for `accuracy`. Iterations are timed from the 5th to the last, all that is
compared runs alternately, and medians are printed. Matrices are generated once into the folder of
--data. Needs Debian's python3-sklearn and, for `iteration`, bench_kernels beside the program.
First: source scripts/mpi-env
"""

import argparse
import itertools
import json
import pathlib
import statistics
import subprocess
import sys

import accuracy
import scikit_learn
import support


def start(options, case, precision, processes, **changes):
    settings = {**support.PLAIN_HALS, "precision": precision, "threads": 1,
                "max_iterations": options.iterations, **changes}
    return support.Job(options.program, case.path, processes, **settings)


def seconds(*setting, **changes):
    return start(*setting, **changes).wait().seconds_per_iteration


def square_product_rate(options, precision, processes):
    """Operations per second of OpenBLAS's square product in so many processes at once, together."""
    command = [options.program.parent / "bench_kernels", "--benchmark_format=json",
               "--benchmark_min_time=2", f"--benchmark_filter=^limit/square_product/{precision}$"]
    jobs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for _ in range(processes)]
    entries = [json.loads(job.communicate()[0])["benchmarks"][0] for job in jobs]
    # Its rates are those of processor time; iterations are timed by the clock on the wall.
    return sum(entry["flop/s"] * entry["cpu_time"] / entry["real_time"] for entry in entries)


def compare_iterations(options, case, precision):
    matrix = support.read_matrix(case.path, precision)

    def run_sklearn(iterations):
        return scikit_learn.coordinate_descent(matrix, support.RANK, iterations)

    calls = {"sklearn": lambda: scikit_learn.seconds_per_iteration(options.sklearn_iterations,
                                                                   run_sklearn)}
    for processes in options.processes:
        calls["ours", processes] = lambda p=processes: seconds(options, case, precision, p)
        if case.dense:
            calls["rate", processes] = lambda p=processes: square_product_rate(options, precision,
                                                                               p)
    run_sklearn(1)  # the first call pays for threads and pages
    results = support.alternate(options.repetitions, calls)
    for processes in options.processes:
        ours = results["ours", processes]
        row = {"matrix": case.name, "precision": precision, "processes": processes,
               "seconds": statistics.median(ours),
               "sklearn_seconds": statistics.median(results["sklearn"]),
               "ratio": support.median_ratio(results["sklearn"], ours)}
        if case.dense:
            bounds = [4.0 * case.rows * case.columns * support.RANK / rate
                      for rate in results["rate", processes]]
            row["bound"] = statistics.median(bounds)
            row["to_bound"] = support.median_ratio(ours, bounds)
        yield row


def iteration(options, cases):
    table = support.Table([("matrix", "matrix", ""), ("precision", "precision", ""),
                           ("processes", "processes", "d"), ("seconds", "s/iteration", ".4f"),
                           ("sklearn_seconds", "scikit-learn s", ".4f"),
                           ("ratio", "times as fast", ".1f"), ("bound", "GEMM bound s", ".4f"),
                           ("to_bound", "of the bound", ".2f")])
    for case, precision in itertools.product(cases, support.PRECISIONS):
        table.rows += compare_iterations(options, case, precision)
    return table


def bpp(options, cases):
    table = support.Table([("matrix", "matrix", ""), ("precision", "precision", ""),
                           ("processes", "processes", "d"), ("hals", "hals s/iteration", ".4f"),
                           ("bpp", "anls-bpp s/iteration", ".4f"), ("ratio", "ratio", ".2f")])
    for case, precision, processes in itertools.product(cases, support.PRECISIONS,
                                                        options.processes):
        setting = (options, case, precision, processes)
        results = support.alternate(options.repetitions, {
            "hals": lambda: seconds(*setting),
            "bpp": lambda: seconds(*setting, algorithm="anls-bpp", inner_iterations="auto")})
        table.rows.append({"matrix": case.name, "precision": precision, "processes": processes,
                           **{name: statistics.median(times) for name, times in results.items()},
                           "ratio": support.median_ratio(results["bpp"], results["hals"])})
    return table


def seconds_of_halves(options, case, precision):
    """Per iteration of two runs at once, in one process each, of half the rows each."""
    middle = case.rows // 2
    jobs = [start(options, case, precision, 1, rows=rows)
            for rows in (f"0:{middle}", f"{middle}:{case.rows}")]
    return statistics.mean(job.wait().seconds_per_iteration for job in jobs)


def scaling(options, cases):
    table = support.Table([("matrix", "matrix", ""), ("precision", "precision", ""),
                           ("one", "1 process s/iteration", ".4f"), ("two", "2 processes", ".4f"),
                           ("halves", "2 halves", ".4f"), ("efficiency", "efficiency", ".2f"),
                           ("independent", "of the halves", ".2f"), ("ratio", "ratio", ".2f")])
    for case, precision in itertools.product(cases, support.PRECISIONS):
        results = support.alternate(options.repetitions, {
            "one": lambda: seconds(options, case, precision, 1),
            "two": lambda: seconds(options, case, precision, 2),
            "halves": lambda: seconds_of_halves(options, case, precision)})
        table.rows.append({
            "matrix": case.name, "precision": precision,
            **{name: statistics.median(times) for name, times in results.items()},
            "efficiency": support.median_ratio(results["one"], results["two"]) / 2,
            "independent": support.median_ratio(results["one"], results["halves"]) / 2,
            "ratio": support.median_ratio(results["halves"], results["two"])})
    return table


def memory(options, cases):
    table = support.Table([("matrix", "matrix", ""), ("precision", "precision", ""),
                           ("processes", "processes", "d"), ("peak", "peak MB", ".1f"),
                           ("predicted", "predicted MB", ".1f"), ("ratio", "ratio", ".2f")])
    for case, precision, processes in itertools.product(cases, support.PRECISIONS,
                                                        options.processes):
        few = support.SETTLED + 1
        result = start(options, case, precision, processes, max_iterations=few).wait()
        row = {"matrix": case.name, "precision": precision, "processes": processes,
               "peak": result.peak_memory / 1e6}
        predicted = result.report["cost"].get("predicted_memory_bytes_per_process")
        if predicted is not None:
            row |= {"predicted": predicted / 1e6, "ratio": result.peak_memory / predicted}
        table.rows.append(row)
    return table


PARTS = {"iteration": iteration, "bpp": bpp, "accuracy": accuracy.accuracy, "scaling": scaling,
         "memory": memory}


def chosen_parts(text):
    names = text.split(",")
    unknown = set(names) - set(PARTS)
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    support.add_common_options(parser)
    parser.add_argument("--only", type=chosen_parts, default=list(PARTS), metavar="PART,PART...")
    parser.add_argument("--data", type=pathlib.Path, default=support.ROOT / "build/bench-data")
    parser.add_argument("--real-data", type=pathlib.Path, default=support.ROOT / "../shared/data",
                        help="holds faces/olivetti.h5 and text/newsgroups20.h5ad")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--iterations", type=int, default=30, help="of a run that is timed")
    parser.add_argument("--sklearn-iterations", type=int, default=20,
                        help="by which the longer of two runs of scikit-learn exceeds the shorter")
    options = parser.parse_args()
    cases = support.generated_cases(options.program, options.data)
    tables = {}
    for name in options.only:
        table = tables[name] = PARTS[name](options, cases)
        print(f"{name}, medians of {options.repetitions} alternating runs\n{table.text()}\n",
              flush=True)
        support.write_tables(options.json, tables, scikit_learn=scikit_learn.VERSION,
                             repetitions=options.repetitions)


if __name__ == "__main__":
    sys.exit(main())
