#!/usr/bin/python3
"""Penalties that only some algorithms take, and the bound: their loss, their effect, refusals."""

import json
import unittest

import numpy as np

from harness import DATA, PROCESS_COUNTS, ProgramTest, low_rank

KARATE = DATA / "graphs" / "karate.mtx"


def noisy(rows, columns, rank, seed=0):
    generator = np.random.default_rng(seed + 100)
    return low_rank(rows, columns, rank, seed) + 0.3 * generator.random((rows, columns)).astype("f4")


def random_graph(nodes, seed=0):
    generator = np.random.default_rng(seed)
    weights = np.tril(generator.random((nodes, nodes)) * (generator.random((nodes, nodes)) < 0.3), -1)
    return weights + weights.T


def coordinates(matrix, kind="general"):
    """Matrix Market text; of a symmetric matrix its lower half."""
    if kind == "symmetric":
        matrix = np.tril(matrix)
    rows, columns = np.nonzero(matrix)
    lines = [f"{i + 1} {j + 1} {float(matrix[i, j])!r}" for i, j in zip(rows, columns)]
    header = f"%%MatrixMarket matrix coordinate real {kind}\n"
    return header + f"{len(matrix)} {len(matrix[0])} {len(lines)}\n" + "\n".join(lines) + "\n"


def roughness(factor, graph):
    """1/2 tr(F'LF) of a factor of one row a node."""
    return 0.5 * np.sum(factor * ((np.diag(graph.sum(axis=1)) - graph) @ factor))


def mean_cosine(h):
    h = h / np.linalg.norm(h, axis=1, keepdims=True)
    return (h @ h.T)[np.triu_indices(len(h), 1)].mean()


class Penalized(ProgramTest):
    def factorize(self, *arguments, processes=1, iterations=60):
        """Returns W, H, the report and the last loss of the history."""
        self.succeed("factorize", *arguments, "--precision", "float64", "--tolerance", 0,
                     "--max-iterations", iterations, "--output", "r.h5", "--report", "r.json",
                     processes=processes)
        w, h, attributes = self.read_factors("r.h5")
        self.assertEqual(attributes["normalization"], "none")
        report = json.loads((self.folder / "r.json").read_text())
        with self.open("r.h5") as file:
            return w, h, report, file["history"][-1]["loss"]


class Loss(Penalized):
    def expect_loss(self, expected, report, last):
        self.assertAlmostEqual(report["outcome"]["loss"] / expected, 1, 9)
        self.assertAlmostEqual(last / expected, 1, 9)
        self.assertTrue(report["cost"]["loop_traffic"]["payload_as_predicted"])

    def test_is_the_objective_with_orthogonality_and_a_bound(self):
        matrix = noisy(60, 40, 4)
        self.write_matrix("a.h5", matrix)
        for algorithm in ("hals", "mu", "gradient"):
            w, h, report, last = self.factorize(
                "a.h5", "--rank", 4, "--algorithm", algorithm, "--orthogonality-h", 0.7,
                "--upper-bound", 0.9, processes=3)
            products = h @ h.T
            penalty = 0.7 * (products.sum() - np.trace(products)) / 2
            self.expect_loss(0.5 * np.sum((matrix - w @ h) ** 2) + penalty, report, last)
            self.assertEqual(max(w.max(), h.max()), 0.9)

    def test_bound_holds_in_float32_too(self):
        self.write_matrix("a.h5", noisy(30, 20, 4))
        self.succeed("factorize", "a.h5", "--rank", 4, "--upper-bound", 0.1, "--output", "r.h5")
        w, h, _ = self.read_factors("r.h5")
        self.assertLessEqual(np.float64(max(w.max(), h.max())), 0.1)

    def test_is_the_objective_with_smoothness_and_a_graph_on_every_process_count(self):
        generator = np.random.default_rng(3)
        dense = noisy(50, 30, 4)
        sparse = dense * (generator.random(dense.shape) < 0.3)
        graph = random_graph(50)
        self.write_matrix("dense.h5", dense)
        (self.folder / "sparse.mtx").write_text(coordinates(sparse))
        (self.folder / "graph.mtx").write_text(coordinates(graph, "symmetric"))
        penalties = ("--algorithm", "mu", "--smooth-h", 0.8, "--graph-weight", 0.3)
        losses = []
        for matrix, name, graph_name, balance in (
                (dense, "dense.h5", "graph.mtx", "auto"), (sparse, "sparse.mtx", "graph.npy", "auto"),
                (sparse, "sparse.mtx", "graph.mtx", "permute")):
            np.save(self.folder / "graph.npy", graph)
            for processes in PROCESS_COUNTS:
                w, h, report, last = self.factorize(
                    name, "--rank", 4, *penalties, "--graph", graph_name, "--balance", balance,
                    processes=processes)
                smooth = 0.5 * np.sum(np.diff(h, axis=1) ** 2)
                expected = (0.5 * np.sum((matrix - w @ h) ** 2) + 0.8 * smooth +
                            0.3 * roughness(w, graph))
                self.expect_loss(expected, report, last)
                losses.append(last)
        counts = len(PROCESS_COUNTS)
        np.testing.assert_allclose(losses[:counts], losses[0], rtol=1e-9)
        np.testing.assert_allclose(losses[counts:], losses[counts], rtol=1e-9)


class Effect(Penalized):
    def test_orthogonality_and_smoothness(self):
        self.write_matrix("a.h5", noisy(60, 40, 4))
        common = ("a.h5", "--rank", 4, "--l2-w", 0.1, "--l2-h", 0.1, "--algorithm", "mu")
        free = self.factorize(*common, iterations=300)[1]
        apart = self.factorize(*common, "--orthogonality-h", 3, iterations=300)[1]
        smooth = self.factorize(*common, "--smooth-h", 5, iterations=300)[1]
        self.assertLess(mean_cosine(apart), 0.8 * mean_cosine(free))
        self.assertLess(np.abs(np.diff(smooth)).sum(), 0.5 * np.abs(np.diff(free)).sum())

    @unittest.skipUnless(DATA.exists(), f"real data not found in {DATA}")
    def test_the_karate_club_is_drawn_together(self):
        lines = [line for line in KARATE.read_text().splitlines() if not line.startswith("%")]
        pairs = np.array([line.split() for line in lines[1:]], dtype=int) - 1
        graph = np.zeros((34, 34))
        graph[pairs[:, 0], pairs[:, 1]] = graph[pairs[:, 1], pairs[:, 0]] = 1
        common = (KARATE, "--rank", 2, "--l2-h", 0.1, "--l2-w", 0.1, "--algorithm", "mu")
        free = self.factorize(*common, iterations=300)[0]
        drawn = self.factorize(*common, "--graph", KARATE, "--graph-weight", 1, iterations=300,
                               processes=3)[0]
        self.assertLess(roughness(drawn, graph) / np.sum(drawn ** 2),
                        0.5 * roughness(free, graph) / np.sum(free ** 2))

    def test_edges_as_written_once_need_undirected(self):
        self.write_matrix("a.h5", noisy(6, 5, 2))
        (self.folder / "edges.txt").write_text("0 1\n1 2\n4 5\n")
        common = ("factorize", "a.h5", "--rank", 2, "--algorithm", "mu", "--graph", "edges.txt",
                  "--graph-weight", 1, "--l2-h", 1, "--output", "r.h5")
        self.fail_with(3, *common, says=("not symmetric", "--undirected"))
        self.succeed(*common, "--undirected", processes=2)


class Refusals(Penalized):
    def test_of_a_graph_that_is_none(self):
        self.write_matrix("a.h5", noisy(8, 6, 2))
        graph = random_graph(8, 5)
        uneven = graph.copy()
        uneven[5, 2], uneven[2, 5] = 2, 3
        one_sided = graph.copy()
        one_sided[6, 1], one_sided[1, 6] = 0.25, 0
        negative = graph.copy()
        negative[3, 4] = negative[4, 3] = -1
        for name, matrix, says in (("uneven", uneven, ("row 2, column 5", "row 5, column 2")),
                                   ("one_sided", one_sided, ("row 1, column 6", "0.25")),
                                   ("negative", negative, ("row 3, column 4", "-1")),
                                   ("small", graph[:7, :7], ("7x7", "8 rows")),
                                   ("wide", graph[:, :7], ("8x7", "8x8"))):
            np.save(self.folder / f"{name}.npy", matrix)
            for processes in (1, 3):
                self.fail_with(3, "factorize", "a.h5", "--rank", 2, "--algorithm", "mu", "--graph",
                               f"{name}.npy", "--graph-weight", 1, "--l2-h", 1, "--output", "r.h5",
                               processes=processes, says=says)
        self.fail_with(4, "factorize", "a.h5", "--rank", 2, "--algorithm", "mu", "--graph",
                       "absent.mtx", "--graph-weight", 1, "--l2-h", 1, "--output", "r.h5",
                       says=("absent.mtx",))

    def test_of_algorithms_losses_and_single_factors(self):
        self.write_matrix("a.h5", noisy(8, 6, 2))
        common = ("factorize", "a.h5", "--rank", 2, "--output", "r.h5")
        self.fail_with(2, *common, "--smooth-h", 1, "--l2-w", 1, processes=2,
                       says=("--smooth-h is for the algorithm mu, not hals",))
        self.fail_with(2, *common, "--orthogonality-h", 1, says=("one factor alone",))
        self.fail_with(2, *common, "--upper-bound", 1, "--loss", "kl",
                       says=("--upper-bound is for the loss", "--loss kl"))

    def test_of_components_above_the_bound(self):
        self.write_matrix("a.h5", noisy(8, 6, 2))
        given = np.full((1, 6), 0.5)
        given[0, 4] = 2
        np.save(self.folder / "h.npy", given)
        common = ("factorize", "a.h5", "--rank", 2, "--fix-h", "h.npy", "--output", "r.h5")
        self.fail_with(2, *common, "--upper-bound", 1, processes=3, says=("up to 2", "h.npy"))
        self.succeed(*common, "--upper-bound", 2)

    def test_compare_leaves_out_what_cannot_take_a_penalty(self):
        self.write_matrix("a.h5", noisy(8, 6, 2))
        common = ("compare", "a.h5", "--rank", 2, "--max-iterations", 5, "--smooth-h", 1, "--l2-w", 1)
        result = self.succeed(*common, "--report", "c.json", processes=2)
        report = json.loads((self.folder / "c.json").read_text())
        self.assertEqual([entry["algorithm"] for entry in report["algorithms"]], ["mu"])
        self.assertIn("left out: --smooth-h is for the algorithm mu, not als", result.stderr)
        self.fail_with(2, *common, "--algorithms", "mu,als", says=("not als",))


if __name__ == "__main__":
    unittest.main()
