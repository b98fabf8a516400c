"""Processes that are killed, and signals that ask a run to stop."""

import os
import signal
import time

from job import send
from lab import CHECKPOINT, INTERRUPTED, ITERATIONS, OWNER, RESULT, iterations_of

PROBLEM_NAMES = ("dense", "dense", "sparse", "starts")


def random_run(random):
    """A problem, a number of processes, and how often it saves."""
    return random.choice(PROBLEM_NAMES), random.randint(1, 4), random.choice(("1it", "10it"))


def wait_for_moment(lab, job, folder, random):
    """Anywhere in a run: as it starts, in the loop (and so, where every iteration saves, often in
    the middle of a write), and as it ends."""
    moment = random.choice(("start", "loop", "loop", "loop", "end"))
    if moment == "start":
        lab.wait_for(job, job.ranks)
        time.sleep(random.uniform(0, 1))
        return
    goal = 0 if moment == "loop" else ITERATIONS - 10
    lab.wait_for(job, lambda: iterations_of(folder / CHECKPOINT) >= goal)
    time.sleep(random.uniform(0, 0.3))


def is_writing(folder):
    return any(name.endswith(".tmp") for name in os.listdir(folder))


def is_complete(folder):
    return (folder / RESULT).exists() and not (folder / CHECKPOINT).exists()


def one_process(lab, random):
    """Killed again and again, and resumed every time, until the run is through."""
    problem, processes, interval = random_run(random)
    with lab.folder() as folder:
        for _ in range(4):
            job = lab.start(folder, problem, processes, "--checkpoint-interval", interval,
                            "--resume", "auto")
            wait_for_moment(lab, job, folder, random)
            ranks = job.ranks()
            before = iterations_of(folder / CHECKPOINT)
            in_write = is_writing(folder)
            if ranks and send(random.choice(ranks), signal.SIGKILL):
                lab.note("killed while a file was being written" if in_write else
                         "killed between two writes")
                finished = is_complete(folder)
                code = lab.ends(job, {0, 137} if finished else {137})
                lab.checkpoint_is_whole(folder, before)
                if code == 0:
                    break
            else:
                job.wait(30)
                job.end()
                break
        lab.finishes(folder, problem, processes)


def launcher_gets(lab, random, number, codes):
    """mpirun gets a signal in the middle of a run, and ends with one of these codes."""
    problem, processes, interval = random_run(random)
    with lab.folder() as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        wait_for_moment(lab, job, folder, random)
        before = iterations_of(folder / CHECKPOINT)
        job.signal_mpirun(number)
        code = lab.ends(job, codes | {0} if is_complete(folder) else codes)
        lab.checkpoint_is_whole(folder, before)
        lab.finishes(folder, problem, processes)
    return code


def launcher(lab, random):
    """mpirun is killed: nobody is left to end its processes, who must notice."""
    launcher_gets(lab, random, signal.SIGKILL, {-9})


def launcher_terminated(lab, random):
    """mpirun passes SIGTERM on, kills after a second, and ends with a code of its own."""
    number = random.choice((signal.SIGTERM, signal.SIGINT))
    code = launcher_gets(lab, random, number, {*range(-64, 0), *range(1, 256)})
    lab.note(f"SIGTERM or SIGINT to mpirun: exit code {code}")


def stopped_by(lab, random, give):
    """give(job) asks the run to stop after this iteration."""
    problem, processes, interval = random_run(random)
    with lab.folder() as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        lab.wait_for(job, lambda: (folder / OWNER).exists())
        time.sleep(random.uniform(0, 0.5))
        before = iterations_of(folder / CHECKPOINT)
        give(job)
        code = lab.ends(job, {INTERRUPTED, 0}, says=["--resume auto"])
        if code == 0:
            lab.note("a signal came too late to stop the run")
            lab.expect(is_complete(folder), "wrong exits", "exit code 0 without a result")
        else:
            lab.expect((folder / CHECKPOINT).exists(), "lost checkpoints", "75, but none is there")
        lab.checkpoint_is_whole(folder, before)
        lab.finishes(folder, problem, processes)


def signal_to_launcher(lab, random):
    """What mpirun forwards: SIGUSR1 and SIGUSR2."""
    number = random.choice((signal.SIGUSR1, signal.SIGUSR2))
    stopped_by(lab, random, lambda job: job.signal_mpirun(number))


def signal_to_one_process(lab, random):
    number = random.choice((signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT))
    stopped_by(lab, random, lambda job: send(random.choice(job.ranks() or [2**30]), number))


def signal_twice(lab, random):
    number = random.choice((signal.SIGUSR1, signal.SIGTERM))

    def give(job):
        ranks = job.ranks() or [2**30]
        for _ in range(2):
            send(random.choice(ranks), number)
            time.sleep(random.uniform(0, 0.02))

    stopped_by(lab, random, give)


def interrupt_twice(lab, random):
    """The second Ctrl-C ends a run at once: by the signal, or after the iteration if that was
    quicker."""
    problem, processes, interval = random_run(random)
    with lab.folder() as folder:
        job = lab.start(folder, problem, processes, "--checkpoint-interval", interval)
        lab.wait_for(job, lambda: (folder / OWNER).exists())
        time.sleep(random.uniform(0, 0.3))
        before = iterations_of(folder / CHECKPOINT)
        pid = random.choice(job.ranks() or [2**30])
        for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGCONT):
            send(pid, number)  # stopped, so that it looks at the first only after the second
        time.sleep(0.002)
        send(pid, signal.SIGINT)
        code = lab.ends(job, {128 + signal.SIGINT, INTERRUPTED, 0})
        lab.note(f"two SIGINT: exit code {code}")
        lab.checkpoint_is_whole(folder, before)
        lab.finishes(folder, problem, processes)
