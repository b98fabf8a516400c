#!/usr/bin/python3
"""Interrupted runs go on from their checkpoint: to the bit on the same grid, else to rounding."""

import os
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np

from harness import MPIEXEC, PROGRAM, ProgramTest, low_rank

USAGE, INPUT, IO, INTERRUPTED = 2, 3, 4, 75


class Checkpoints(ProgramTest):
    def setUp(self):
        super().setUp()
        generator = np.random.default_rng(3)
        matrix = low_rank(90, 60, 6) + 0.2 * generator.random((90, 60), np.float32)
        self.write_matrix("a.h5", matrix)
        matrix[generator.random(matrix.shape) < 0.7] = 0
        self.write_matrix("b.h5", matrix)

    def factorize(self, *arguments, processes=1, code=0, iterations=20):
        words = ["factorize", "--rank", 4, "--tolerance", 0, "--max-iterations", iterations,
                 "--quiet", *arguments]
        result = self.run_program(*words, processes=processes)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def interrupt(self, *arguments, processes=1):
        """A run that the time limit ends after its first iteration, and again after its second."""
        for resume in ("no", "auto"):
            self.factorize(*arguments, "--output", "r.h5", "--time-limit", 1e-9, "--resume", resume,
                           processes=processes, code=INTERRUPTED)

    def history(self, name):
        with self.open(name) as file:
            return file["history"][:]

    def expect_same(self, first, second):
        w, h, _ = self.read_factors(first)
        other_w, other_h, _ = self.read_factors(second)
        np.testing.assert_array_equal(w, other_w)
        np.testing.assert_array_equal(h, other_h)
        one, other = self.history(first), self.history(second)
        self.assertEqual(len(one), len(other))
        for name in set(one.dtype.names) - {"seconds"}:
            np.testing.assert_array_equal(one[name], other[name], name)
        self.assertTrue(np.all(np.diff(other["seconds"]) >= 0))

    def test_goes_on_to_the_bit_on_the_same_grid_and_to_rounding_on_others(self):
        for options in (["a.h5"], ["b.h5", "--storage", "sparse", "--balance", "permute"],
                        ["a.h5", "--loss", "kl"], ["a.h5", "--algorithm", "admm"],
                        ["b.h5", "--missing", "zeros"], ["a.h5", "--restarts", 3]):
            self.factorize(*options, "--output", "whole.h5", processes=2)
            self.interrupt(*options, processes=2)
            os.rename(self.folder / "r.checkpoint.h5", self.folder / "c.h5")
            self.factorize(*options, "--output", "r.h5", "--resume", "c.h5", processes=2)
            self.expect_same("whole.h5", "r.h5")
            self.factorize(*options, "--output", "r.h5", "--resume", "c.h5", processes=3)
            one, other = self.history("whole.h5"), self.history("r.h5")
            np.testing.assert_allclose(other["loss"], one["loss"], rtol=1e-3)

    def test_interruption_during_a_later_start_keeps_the_best_of_those_before(self):
        options = ["a.h5", "--restarts", 3]
        self.factorize(*options, "--output", "whole.h5", iterations=3)
        starts = []
        for _ in range(5):  # two iterations of each start, as its third one ends it
            self.factorize(*options, "--output", "r.h5", "--time-limit", 1e-9, "--resume", "auto",
                           iterations=3, code=INTERRUPTED)
            with self.open("r.checkpoint.h5") as file:
                starts.append(int(file["solver"].attrs["start"]))
                self.assertEqual("best" in file["solver/w"], starts[-1] > 0)
        self.assertEqual(starts, [0, 0, 1, 1, 2])
        self.factorize(*options, "--output", "r.h5", "--resume", "auto", iterations=3)
        self.expect_same("whole.h5", "r.h5")

    def test_is_a_result_and_goes_when_the_run_is_complete(self):
        self.interrupt("a.h5")
        self.assertNotIn("r.h5", self.files())
        self.assertIn("unfinished", self.succeed("inspect", "r.checkpoint.h5").stdout)
        self.succeed("reconstruct", "--model", "r.checkpoint.h5", "--output", "p.h5")
        with self.open("r.checkpoint.h5") as file, self.open("a.h5") as data:
            error = np.linalg.norm(data["X"][:] - file["W"][:] @ file["H"][:])
            self.assertAlmostEqual(error / np.linalg.norm(data["X"][:]),
                                   file.attrs["relative_error"], 5)
        self.factorize("a.h5", "--output", "r.h5", "--resume", "auto")
        self.assertEqual([name for name in self.files() if "checkpoint" in name], [])

    def test_resume_auto_without_a_checkpoint_begins(self):
        self.factorize("a.h5", "--output", "whole.h5")
        self.factorize("a.h5", "--output", "r.h5", "--resume", "auto")
        self.expect_same("whole.h5", "r.h5")

    def test_without_checkpoints_a_time_limit_gives_a_result(self):
        self.factorize("a.h5", "--output", "r.h5", "--time-limit", 1e-9, "--checkpoint", "none")
        self.assertEqual(self.files(), ["a.h5", "b.h5", "r.h5"])

    def test_refuses_the_checkpoint_of_another_run(self):
        self.interrupt("a.h5")
        resume = ["--output", "x.h5", "--resume", "r.checkpoint.h5"]
        for options, texts in ((["a.h5", "--rank", 5], ("--rank", "5", "4")),
                               (["a.h5", "--loss", "kl"], ("--loss", "kl", "frobenius")),
                               (["a.h5", "--precision", "float64"], ("float64", "float32")),
                               (["a.h5", "--algorithm", "mu"], ("mu", "hals")),
                               (["b.h5"], ("fingerprint",))):
            words = ["factorize", "--tolerance", 0, "--rank", 4, "--quiet"]
            if "--rank" in options:
                words.remove("--rank")
                words.remove(4)
            self.fail_with(INPUT, *words, *options, *resume, processes=3,
                           says=["r.checkpoint.h5", *texts])
        self.factorize("a.h5", "--output", "r2.h5")
        self.fail_with(INPUT, "factorize", "a.h5", "--rank", 4, "--tolerance", 0, "--output", "x.h5",
                       "--resume", "r2.h5", says=["r2.h5", "finished result", "--init file:"])
        self.fail_with(IO, "factorize", "a.h5", "--rank", 4, "--output", "x.h5", "--resume",
                       "none.h5", says=["none.h5"])
        self.fail_with(USAGE, "factorize", "a.h5", "--rank", 4, "--output", "x.h5",
                       "--checkpoint-interval", "5 minutes", says=["5 minutes", "5min"])
        self.fail_with(USAGE, "factorize", "a.h5", "--rank", 4, "--output", "x.h5",
                       "--checkpoint", "x.h5", says=["--checkpoint", "--output"])

    def test_a_damaged_checkpoint_is_refused(self):
        self.interrupt("a.h5")
        with self.open("r.checkpoint.h5") as file:
            offset = file["solver/h/extrapolated"].id.get_offset()
        content = bytearray((self.folder / "r.checkpoint.h5").read_bytes())
        content[offset + 5] ^= 1
        (self.folder / "r.checkpoint.h5").write_bytes(content)
        self.fail_with(INPUT, "factorize", "a.h5", "--rank", 4, "--tolerance", 0, "--output",
                       "r.h5", "--resume", "auto", processes=3, says=["extrapolated", "damaged"])

    def start_long_run(self, *options, processes=2):
        words = [MPIEXEC, "-n", str(processes), PROGRAM, "factorize", "a.h5", "--rank", "4",
                 "--tolerance", "0", "--max-iterations", "100000000", "--output", "r.h5",
                 *map(str, options)]
        run = subprocess.Popen(words, cwd=self.folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        self.addCleanup(run.kill)
        return run

    def wait_for(self, name, seconds=30):
        end = time.monotonic() + seconds
        while not (self.folder / name).exists():
            self.assertLess(time.monotonic(), end, f"{name} did not appear")
            time.sleep(0.02)

    def processes_of(self, run):
        """The program's processes below one mpirun."""
        found = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, text=True,
                               check=False)
        return [int(pid) for pid in found.stdout.split()]

    def end(self, run, code):
        out, err = run.communicate(timeout=30)
        self.assertEqual(run.returncode, code, out + err)
        self.assertNotIn("r.h5", self.files())
        with self.open("r.checkpoint.h5") as file:
            self.assertEqual(len(file["history"]), file.attrs["iterations"])
        return err

    def test_signals_save_and_end_with_75(self):
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT):
            run = self.start_long_run("--checkpoint-interval", "50it")
            self.wait_for("r.checkpoint.h5")
            os.kill(self.processes_of(run)[-1], number)  # one process alone
            self.assertIn("--resume auto", self.end(run, INTERRUPTED))
            os.remove(self.folder / "r.checkpoint.h5")
        run = self.start_long_run("--checkpoint-interval", "50it")
        self.wait_for("r.checkpoint.h5")
        for _ in range(3):  # of which the later ones may meet it as it ends
            run.send_signal(signal.SIGUSR1)
        self.end(run, INTERRUPTED)

    def test_a_second_interrupt_ends_at_once(self):
        run = self.start_long_run("--checkpoint-interval", "never", processes=1)
        time.sleep(1.5)
        (pid,) = self.processes_of(run)
        os.kill(pid, signal.SIGSTOP)  # so that both are there before it looks
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGINT)
        run.communicate(timeout=30)
        self.assertNotEqual(run.returncode, 0)

    def test_the_end_of_the_job_saves_and_ends_with_75(self):
        environment = dict(os.environ, SLURM_JOB_END_TIME=str(int(time.time()) + 12))
        words = [MPIEXEC, "-n", "2", PROGRAM, "factorize", "a.h5", "--rank", "4", "--tolerance",
                 "0", "--max-iterations", "100000000", "--output", "r.h5", "--quiet"]
        began = time.monotonic()
        result = subprocess.run(words, cwd=self.folder, env=environment, capture_output=True,
                                timeout=30, check=False)
        self.assertEqual(result.returncode, INTERRUPTED, result.stderr)
        self.assertLess(time.monotonic() - began, 12)
        self.assertIn("r.checkpoint.h5", self.files())

    def test_a_run_that_was_replaced_stops(self):
        # With one at every iteration the stale one saves while the newer one takes over and reads.
        for interval in ("1s", "1it", "1it"):
            stale = self.start_long_run("--checkpoint-interval", interval)
            self.wait_for(".r.checkpoint.h5.owner")
            self.wait_for("r.checkpoint.h5")
            newer = self.start_long_run("--checkpoint-interval", "1s", "--resume", "auto")
            _, err = stale.communicate(timeout=30)
            self.assertEqual(stale.returncode, IO, err)
            self.assertIn("another run has taken over", err)
            newer.send_signal(signal.SIGUSR1)
            self.end(newer, INTERRUPTED)
            os.remove(self.folder / "r.checkpoint.h5")

    def test_a_killed_run_leaves_nothing_that_its_successor_does_not_clear_away(self):
        run = self.start_long_run("--checkpoint-interval", "1it", processes=1)
        self.wait_for("r.checkpoint.h5")
        (self.folder / ".r.checkpoint.h5.123-0badcafe.tmp").write_bytes(b"unfinished")
        os.kill(self.processes_of(run)[0], signal.SIGKILL)
        run.communicate(timeout=30)
        with h5py.File(self.folder / "r.checkpoint.h5") as file:
            iterations = int(file.attrs["iterations"])
        self.factorize("a.h5", "--output", "r.h5", "--resume", "auto", iterations=iterations + 5)
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.h5", "b.h5", "r.h5"])


if __name__ == "__main__":
    unittest.main()
