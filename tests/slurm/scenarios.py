"""What is done to jobs, and what must have become of them."""

import dataclasses
import pathlib
import re
import time
from collections.abc import Callable

from cluster import Cluster, wait_until
from jobs import Job, iterations, require, require_same_history, require_same_result

NEVER_ENDING = 1_000_000
INTERRUPTED = "75:0"  # how SLURM writes the exit code

WAITS, BUSY, BREAKS_NODES = range(3)


@dataclasses.dataclass
class Lab:
    cluster: Cluster
    program: pathlib.Path
    folder: pathlib.Path
    iterations: int = 300

    def submit(self, name, script, *options, iterations_wanted=None, **variables):
        settings = (f"--tolerance 0 --max-iterations {iterations_wanted or self.iterations} "
                    f"--checkpoint-interval 20it --quiet")
        variables = {"INPUT": str(self.folder / "a.h5"), "RANK_K": "8",
                     "OPTIONS": settings} | variables
        return Job(self.cluster, self.program, self.folder / name, script, *options, **variables)

    @property
    def reference(self):
        return self.folder / "reference" / "result.h5"


@dataclasses.dataclass
class Scenario:
    title: str
    group: int
    step: Callable


ALL = []


def scenario(title, group):
    def register(step):
        ALL.append(Scenario(title, group, step))
        return step
    return register


def make_reference(lab):
    """Takes long enough, on any machine, that a run like it can be interrupted."""
    while lab.submit("reference", "factorize.sbatch").succeed().loop_seconds() < 2:
        lab.iterations *= 2
    return f"{lab.iterations} iterations"


def require_interrupted(job):
    require(not job.output.exists(), "there is a result")
    require(job.checkpoint.exists(), f"there is no checkpoint\n{job.log()[-2000:]}")
    return iterations(job.checkpoint)


def require_ended(job, state, code):
    facts = job.facts()
    found = (facts["JobState"], facts["ExitCode"])
    require(found == (state, code), f"job ended as {found}\n{job.log()[-2000:]}")


def finish_and_compare(lab, job, name, script, **variables):
    """The same command again goes on from the checkpoint."""
    done = require_interrupted(job)
    lab.submit(name, script, **variables).succeed()
    require_same_result(job.output, lab.reference)
    return f"went on from iteration {done}"


PMIX = "srun --mpi=pmix"


def came_back(lab, job, seconds=150):
    """The job itself, restarted, ends with the result of an uninterrupted run."""
    job.succeed(seconds)
    goes = job.restarts() + 1
    require(goes > 1, "the job was not requeued")
    require_same_result(job.output, lab.reference)
    return f"same bits after {goes} goes"


@scenario("time limit -t 1: factorize ends itself with 75, requeue comes back after USR1", WAITS)
def time_limit(lab):
    alone = lab.submit("clock-alone", "factorize.sbatch", "--time=1",
                       iterations_wanted=NEVER_ENDING)
    again = lab.submit("clock-again", "requeue.sbatch", "--time=1", "--signal=B:USR1@30",
                       iterations_wanted=NEVER_ENDING)
    wait_until(lambda: again.restarts() > 0, 100, "the time limit to requeue the job")
    before = iterations(again.checkpoint) if again.checkpoint.exists() else 0
    again.wait_for_checkpoint(newer_than=again.saved_at())
    lab.cluster.run("scancel", again.id)
    again.wait()
    alone.wait()
    require_ended(alone, "FAILED", INTERRUPTED)
    seconds = alone.facts()["RunTime"]
    require(seconds < "00:01:00", f"ran for {seconds}, longer than its limit")
    common = require_same_history(again.checkpoint, alone.checkpoint)
    require(common > before, f"only {common} iterations to compare, interrupted after {before}")
    enough = max(iterations(job.checkpoint) for job in (alone, again)) + 20
    for job in (alone, again):
        lab.submit(job.folder.name, job.script, iterations_wanted=enough).succeed()
    require_same_result(again.output, alone.output)
    return f"ended after {seconds}; interrupted after {before}, same bits after {enough} iterations"


@scenario("time limit that nothing announces: requeue.sbatch comes back from SIGTERM", WAITS)
def unannounced_time_limit(lab):
    unaware = lab.folder / "unaware"
    unaware.write_text(f'#!/bin/sh\nexec env -u SLURM_JOB_END_TIME {lab.program} "$@"\n')
    unaware.chmod(0o755)
    job = lab.submit("overrun", "requeue.sbatch", "--time=1", "--signal=B:CONT@1",
                     iterations_wanted=NEVER_ENDING, TESSERA=str(unaware))
    wait_until(lambda: job.restarts() > 0, 130, "the time limit to requeue the job")
    job.wait_for_checkpoint(newer_than=job.saved_at())
    lab.cluster.run("scancel", job.id)
    job.wait()
    require("DUE TO TIME LIMIT" in job.log(), job.log())


@scenario("srun --mpi=pmix computes what mpirun computes", BUSY)
def pmix(lab):
    job = lab.submit("pmix", "factorize.sbatch", LAUNCHER=PMIX).succeed()
    require_same_result(job.output, lab.reference)


def cancel(lab, name, script, **variables):
    job = lab.submit(name, script, **variables)
    job.wait_for_checkpoint()
    before, begin = job.saved_at(), time.monotonic()
    lab.cluster.run("scancel", job.id)
    require(job.wait() == "CANCELLED", f"job is {job.facts()['JobState']}")
    seconds = time.monotonic() - begin
    require(job.saved_at() > before, "nothing was saved at SIGTERM")
    require(job.restarts() == 0, "a cancelled job came back")
    return f"{finish_and_compare(lab, job, name, script, **variables)}, gone after {seconds:.1f} s"


@scenario("scancel (SIGTERM), mpirun", BUSY)
def cancel_mpirun(lab):
    return cancel(lab, "cancel", "factorize.sbatch")


@scenario("scancel (SIGTERM), srun", BUSY)
def cancel_srun(lab):
    return cancel(lab, "cancel-srun", "factorize.sbatch", LAUNCHER=PMIX)


@scenario("scancel of requeue.sbatch, which stays cancelled", BUSY)
def cancel_requeue(lab):
    return cancel(lab, "cancel-requeue", "requeue.sbatch")


def signal_batch_shell(lab, name, **variables):
    job = lab.submit(name, "requeue.sbatch", **variables)
    job.wait_for_checkpoint()
    lab.cluster.run("scancel", "--batch", "--signal=USR1", job.id)
    wait_until(lambda: job.restarts() > 0, 60, "the job to requeue itself")
    require_interrupted(job)
    return came_back(lab, job)


@scenario("scancel -b -s USR1: requeue.sbatch comes back, mpirun", BUSY)
def usr1_mpirun(lab):
    return signal_batch_shell(lab, "usr1")


@scenario("scancel -b -s USR1: requeue.sbatch comes back, srun", BUSY)
def usr1_srun(lab):
    return signal_batch_shell(lab, "usr1-srun", LAUNCHER=PMIX)


@scenario("scontrol requeue from outside", BUSY)
def requeue_outside(lab):
    job = lab.submit("requeue", "requeue.sbatch")
    job.wait_for_checkpoint()
    before = job.saved_at()
    lab.cluster.run("scontrol", "requeue", job.id)
    wait_until(lambda: job.saved_at() > before, 30, "a checkpoint at SIGTERM")
    return came_back(lab, job)


@scenario("requeue.sbatch gives up after two goes without progress", BUSY)
def no_progress(lab):
    job = lab.submit("stuck", "requeue.sbatch", TESSERA="/bin/false")
    job.wait()
    require_ended(job, "FAILED", "1:0")
    require(job.restarts() == 1, f"{job.restarts()} restarts")
    require("no progress in two goes" in job.log(), job.log())


@scenario("requeue.sbatch repeats neither wrong input nor a result that is there", BUSY)
def nothing_to_repeat(lab):
    wrong = lab.submit("wrong", "requeue.sbatch", INPUT=str(lab.folder / "none.h5"))
    wrong.wait()
    require(wrong.facts()["JobState"] == "FAILED" and wrong.restarts() == 0,
            f"job is {wrong.facts()['JobState']} after {wrong.restarts()} restarts")
    wrong.output.write_bytes(b"a result")
    lab.submit("wrong", "requeue.sbatch").succeed()
    require(wrong.output.read_bytes() == b"a result", "the result was replaced")


@scenario("array-ranks.sbatch", BUSY)
def array(lab):
    folder = lab.folder / "array"
    job = lab.submit("array", "array-ranks.sbatch", "--array=4,8", PREFIX=str(folder / "r"))
    job.succeed()
    require_same_result(folder / "r-k8.h5", lab.reference)
    commands = re.findall(r"^compare: (.*)$", job.log(), re.MULTILINE)
    require(len(commands) == 2, job.log())
    shown = lab.cluster.run("bash", "-c", commands[-1])
    require(shown.count("relative error") == 2, f"{commands[-1]} prints\n{shown}")


def scaling(lab, name, script, **variables):
    folder = lab.folder / name
    # Not exclusive: other jobs of this test hold some CPUs of every node.
    job = lab.submit(name, script, "--ntasks-per-node=2", "--oversubscribe", OPTIONS="",
                     PREFIX=str(folder / "p"), COUNTS="1 2 4", ROWS="2000", COLUMNS_N="400",
                     ITERATIONS="10", **variables)
    job.succeed()
    rows = [line.split() for line in job.log().splitlines() if re.match(r" +\d+ ", line)]
    require([row[:2] for row in rows] == [["1", "1"], ["2", "1"], ["4", "2"]], job.log())
    require(rows[0][-1] == "100%", job.log())
    return "s/iteration on 1, 2, 4: " + ", ".join(row[4] for row in rows)


@scenario("strong-scaling.sbatch, mpirun", BUSY)
def strong(lab):
    return scaling(lab, "strong", "strong-scaling.sbatch")


@scenario("weak-scaling.sbatch, srun", BUSY)
def weak(lab):
    return scaling(lab, "weak", "weak-scaling.sbatch", LAUNCHER=PMIX)


@scenario("preempted by a partition of higher priority", BREAKS_NODES)
def preempt(lab):
    job = lab.submit("preempt", "requeue.sbatch")
    job.wait_for_checkpoint()
    lab.cluster.run("sbatch", "--partition=urgent", "--nodes=3", "--exclusive",
                    "--output=/dev/null", "--wrap=sleep 1")
    wait_until(lambda: job.restarts() > 0, 60, "preemption")
    return came_back(lab, job)


@scenario("a node is set down", BREAKS_NODES)
def node_down(lab):
    job = lab.submit("down", "requeue.sbatch")
    job.wait_for_checkpoint()
    node = other_node(lab, job)
    lab.cluster.run("scontrol", "update", f"nodename={node}", "state=down", "reason=test")
    wait_until(lambda: job.restarts() > 0, 60, "SLURM to requeue the job")
    answer = came_back(lab, job)
    lab.cluster.run("scontrol", "update", f"nodename={node}", "state=resume", check=False)
    lab.cluster.wait_for_node(node)
    return answer


def other_node(lab, job):
    """One that the job uses, but not that of its batch script."""
    facts = job.facts()
    nodes = lab.cluster.run("scontrol", "show", "hostnames", facts["NodeList"]).split()
    return next(node for node in nodes if node != facts["BatchHost"])


def kill_node(lab, name, choose):
    job = lab.submit(name, "requeue.sbatch")
    job.wait_for_checkpoint()
    node = choose(lab, job)
    lab.cluster.kill_node(node)
    begin = time.monotonic()
    job.wait_for_restart(seconds=120)
    seconds = time.monotonic() - begin
    answer = came_back(lab, job)
    lab.cluster.revive_node(node)
    return f"{answer}, next go {seconds:.0f} s after the crash"


@scenario("a node dies", BREAKS_NODES)
def node_dies(lab):
    return kill_node(lab, "dies", other_node)


@scenario("the node of the batch script dies", BREAKS_NODES)
def batch_node_dies(lab):
    return kill_node(lab, "dies-batch", lambda lab, job: job.facts()["BatchHost"])
