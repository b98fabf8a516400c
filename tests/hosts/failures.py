"""Hosts that fall silent, die, or are cut off from the others while a run is under way."""

import contextlib
import signal
import time

from agreement import PLAIN_STEPS
from steps import Failed

ITERATIONS = 300
ENDLESS = 1_000_000  # iterations of runs that are not to end by themselves
SECONDS_TO_END = 30  # from a failure to the end of the run on all hosts
SHORT_CUT = 2  # seconds that a link may be down, as the keepalive settings allow some five
OTHER_RUN = "another run has taken over"
INTERRUPTED, IO_FAILURE = 75, 4


class Failures:
    """Runs with a checkpoint every 20 iterations; --resume auto starts anew where there is none."""

    def __init__(self, steps, lab, jobs, file):
        self.steps = steps
        self.lab = lab
        self.jobs = jobs
        self.hosts = lab.hosts[:4]
        self.options = (file, "--rank", 16, *PLAIN_STEPS, "--checkpoint-interval", "20it",
                        "--resume", "auto")

    def run_all(self):
        node1, _, node3, _ = self.hosts
        self.steps.title(f"Failures in mid-run; {ITERATIONS} iterations, a checkpoint every 20")
        whole = None
        with self.steps.step("nothing fails, 4 processes on one host") as found:
            whole = self.finish([node1], 4, "whole", ITERATIONS)
            found.append(f"relative error {whole.error:.9f}")
        if whole is None:
            return
        self.cut_for_a_moment(whole, node3)
        for victim, text in ((node3, node3), (node1, f"{node1}, where mpirun is,")):
            self.fail(whole, f"link of {text} cut", victim,
                      lambda host=victim: self.lab.set_link(host, "down"))
            self.fail(whole, f"all processes of {text} killed", victim,
                      lambda host=victim: self.lab.kill(host))
        self.steps.title("Split brain: the network falls in two, and both halves work on one "
                         "checkpoint")
        self.split_brain()

    def start(self, hosts, name, iterations=ENDLESS):
        return self.jobs.start(hosts, 1, "factorize", *self.options, "--max-iterations", iterations,
                               "--output", f"{name}.h5", "--report", f"{name}.json")

    def finish(self, hosts, per_host, name, iterations):
        return self.jobs.factorize(hosts, per_host, name, *self.options, "--max-iterations",
                                   iterations)

    def start_and_save(self, hosts, name, iterations=ENDLESS):
        """A run that has saved two checkpoints. @return it, and where they are"""
        checkpoint = self.lab.folder / f"{name}.checkpoint.h5"
        job = self.start(hosts, name, iterations)
        job.wait_for_new(checkpoint)
        job.wait_for_new(checkpoint)
        return job, checkpoint

    def cut_for_a_moment(self, whole, victim):
        text = f"link of {victim} cut for {SHORT_CUT} s: the run waits and goes on"
        with self.steps.step(text) as found:
            job, _ = self.start_and_save(self.hosts, "moment", ITERATIONS)
            self.lab.set_link(victim, "down")
            time.sleep(SHORT_CUT)
            self.lab.set_link(victim, "up")
            code = job.wait(60)
            if code != 0:
                raise Failed(f"exit code {code}:\n{job.output()}")
            difference = self.jobs.result("moment").require_near(whole, "an undisturbed run")
            found.append(f"relative error differs by {difference:.1e}")

    def fail(self, whole, text, victim, break_it):
        """Breaks a run, then goes on without the victim, which stays off the network."""
        checkpoint = None
        with self.steps.step(f"{text}: the run ends") as found:
            job, checkpoint = self.start_and_save(self.hosts, "broken")
            break_it()
            self.require_end(job, found)
        self.lab.set_link(victim, "down")
        if checkpoint:
            with self.steps.step(f"{text}: the others go on from the checkpoint") as found:
                self.go_on(whole, checkpoint, victim, found)
            checkpoint.unlink(missing_ok=True)
        for host in self.hosts:
            self.lab.kill(host)
        self.lab.set_link(victim, "up")

    def require_end(self, job, found):
        begin = time.monotonic()
        code = job.wait(SECONDS_TO_END)
        found.append(f"exit code {code} after {time.monotonic() - begin:.1f} s")
        if code == 0:
            raise Failed(f"exit code 0:\n{job.output()}")
        left = self.lab.wait_until_empty(self.hosts, SECONDS_TO_END - (time.monotonic() - begin))
        if left:
            raise Failed(f"processes left: {left}\n{job.output()}")
        found.append(f"no process left after {time.monotonic() - begin:.1f} s")

    def go_on(self, whole, checkpoint, victim, found):
        remaining = [host for host in self.hosts if host != victim]
        self.jobs.require_readable(checkpoint.name, remaining[0])
        result = self.finish(remaining, 1, "broken", ITERATIONS)
        difference = result.require_near(whole, "an undisturbed run")
        found.append(f"from iteration {self.jobs.last.resumed_after()} on {len(remaining)} hosts, "
                     f"relative error differs by {difference:.1e}")

    def split_brain(self):
        node1, node2, node3, node4 = self.hosts
        with contextlib.suppress(Failed):  # each step needs those before it
            with self.steps.need(f"a run on {node3} and {node4} goes on when they are cut off"):
                stale, checkpoint = self.start_and_save([node3, node4], "split")
                self.lab.split([node3, node4])
                stale.wait_for_new(checkpoint)
            with self.steps.need(f"a new run goes on from its checkpoint on {node1} and {node2}; "
                                 "the stale one stops and says so") as found:
                new = self.start([node1, node2], "split")
                code = stale.wait(SECONDS_TO_END)
                found.append(f"exit code {code}")
                self.require_stale(stale, code)
            with self.steps.need("the new one, interrupted, saves its checkpoint over the stale "
                                 "one's") as found:
                new.wait_for_new(checkpoint)
                new.process.send_signal(signal.SIGUSR1)
                code = new.wait(SECONDS_TO_END)
                if code != INTERRUPTED:
                    raise Failed(f"exit code {code}:\n{new.output()}")
                self.jobs.require_readable(checkpoint.name, node1)
                reached = self.jobs.iterations_of(checkpoint.name)
                found.append(f"exit code {code}, from iteration {new.resumed_after()} to {reached}")
            with self.steps.need("resumed, it ends with the bits of an undisturbed run") as found:
                iterations = reached + 20
                result = self.finish([node1, node2], 1, "split", iterations)
                whole = self.finish([node1, node2], 1, "whole", iterations)
                result.require_same_bits(whole, "an undisturbed run")
                found.append(f"{iterations} iterations")
                left = [path.name for path in self.lab.folder.glob("*split.checkpoint*")]
                if left:
                    raise Failed(f"files left: {left}")
        self.lab.split([])

    def require_stale(self, stale, code):
        if code != IO_FAILURE or OTHER_RUN not in stale.output():
            raise Failed(f"exit code {code}:\n{stale.output()}")
        left = self.lab.wait_until_empty(self.hosts[2:], SECONDS_TO_END)
        if left:
            raise Failed(f"processes left: {left}")
