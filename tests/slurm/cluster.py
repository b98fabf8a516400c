"""A SLURM cluster of a few nodes on this machine, for the time of a test.

Every node is one slurmd in a UTS and a mount namespace of its own: Open MPI, which tells nodes by
their host names, then talks TCP between them and shares memory only within them. All daemons listen
on 127.0.0.1, all files lie in one temporary folder, and whatever runs is stopped by its pid.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

CPUS = 4  # of each node, whatever the machine has
DAEMONS = ("munged", "slurmctld", "slurmd", "sbatch", "unshare", "mpirun")

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
# A job that is requeued starts cred_expire + 1 seconds later.
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
# PMIx keeps its sockets here: two nodes of one machine must not meet.
TmpFS={folder}/tmp/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld
SlurmdLogFile={folder}/log/slurmd-%n
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
# Believe the CPUs and the memory below, not the machine's.
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0
ReturnToService=2
JobRequeue=1
KillWait=20
CompleteWait=0
MinJobAge=3600
SlurmdTimeout=20
PropagateResourceLimitsExcept=MEMLOCK
NodeName=node[1-{nodes}] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{first}-{last}] CPUs={cpus} \
RealMemory=2000 State=UNKNOWN
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PartitionName=test Nodes=ALL Default=YES PriorityTier=1 MaxTime=02:00:00 DefaultTime=00:05:00
PartitionName=urgent Nodes=ALL PriorityTier=2 MaxTime=02:00:00 DefaultTime=00:05:00
"""

START_NODE = """\
mount --bind "$3" /etc/hosts && mount -t tmpfs -o mode=1777 tmpfs /dev/shm &&
hostname "$1" && exec slurmd -D -N "$1" -f "$2"
"""


class CannotStart(Exception):
    """Why, with the ends of the logs."""


def wait_until(holds, seconds, what):
    """@raises TimeoutError naming `what` when `holds()` is not true within so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds} s still waiting for {what}")
        time.sleep(0.1)


def obstacle():
    """Why no cluster can be started here, or None."""
    missing = [name for name in DAEMONS if shutil.which(name) is None]
    if missing:
        return f"there is no {', '.join(missing)} (scripts/install-deps --cluster)"
    if os.geteuid() != 0:
        return "nodes with host names of their own need root"
    if subprocess.run(["unshare", "--uts", "--mount", "true"], capture_output=True,
                      check=False).returncode != 0:
        return "no namespaces can be made here"
    try:
        socket.gethostbyname(short_host_name())
    except OSError:
        return f"the name of this machine, {short_host_name()}, does not resolve"
    # SLURM looks names up with AI_ADDRCONFIG, for which 127.0.0.1 is no address.
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False)
    if not addresses.stdout.split():
        return "there is no address but 127.0.0.1 (ip address add 10.99.99.99/32 dev lo)"
    return None


def short_host_name():
    return socket.gethostname().split(".")[0]


def free_ports(count):
    """The first of so many free ports in a row, below those that the system hands out."""
    for first in range(17000, 30000, 50):
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise OSError("no free ports")


def environment_of(pid):
    with contextlib.suppress(OSError):
        text = pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
        return set(text.split("\0"))
    return set()


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def kill(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Cluster:
    def __init__(self, nodes):
        # Paths of sockets below it must stay short.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tessera-slurm-", dir="/tmp"))
        self.nodes = [f"node{i + 1}" for i in range(nodes)]
        self.configuration = self.folder / "slurm.conf"
        self.daemons = {}
        kept = {key: value for key, value in os.environ.items()
                if not key.startswith(("SLURM_", "SBATCH_", "OMPI_", "PMIX_"))}
        self.environment = kept | {
            "SLURM_CONF": str(self.configuration),
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            # More processes than cores, which no node knows of.
            "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
            "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
            "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_oob_tcp_if_include": "lo",
        }

    def start(self):
        self.folder.chmod(0o755)  # munge wants its socket within everybody's reach
        for name in ("log", "state", "spool", "munge", "tmp/mpi"):
            (self.folder / name).mkdir(parents=True)
        host, count = short_host_name(), len(self.nodes)
        port = free_ports(count + 1)
        self.configuration.write_text(CONFIGURATION.format(
            host=host, folder=self.folder, port=port, first=port + 1, last=port + count,
            nodes=count, cpus=CPUS))
        names = "".join(f"127.0.0.1 {node}\n" for node in self.nodes)
        (self.folder / "hosts").write_text(pathlib.Path("/etc/hosts").read_text() + names)
        self._start_munge()
        self._start("slurmctld", "slurmctld", "-D", "-i", "-f", self.configuration)
        wait_until(lambda: "is UP" in self.run("scontrol", "ping", check=False), 20, "slurmctld")
        for node in self.nodes:
            self._start_node(node)
        for node in self.nodes:
            self.wait_for_node(node)

    def _start_munge(self):
        folder = self.folder / "munge"
        key = folder / "key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        self._start("munged", "munged", "-F", f"--key-file={key}", f"--socket={folder}/socket",
                    f"--pid-file={folder}/pid", f"--log-file={folder}/log",
                    f"--seed-file={folder}/seed")
        wait_until((folder / "socket").exists, 10, "munged")

    def _start(self, name, *words):
        with open(self.folder / "log" / f"{name}.out", "a", encoding="utf-8") as log:
            self.daemons[name] = subprocess.Popen(
                list(map(str, words)), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env=self.environment)

    def _start_node(self, node):
        (self.folder / "tmp" / node).mkdir(exist_ok=True)
        (self.folder / "spool" / node).mkdir(exist_ok=True)
        self._start(node, "unshare", "--uts", "--mount", "--propagation", "slave", "--", "sh", "-c",
                    START_NODE, "sh", node, self.configuration, self.folder / "hosts")

    def wait_for_node(self, node):
        state = ("sinfo", "-h", "-N", "-p", "test", "-n", node, "-o", "%t")
        wait_until(lambda: self.run(*state, check=False).strip() in ("idle", "mix", "alloc"),
                   30, f"{node} to come up")

    def revive_node(self, node):
        self._start_node(node)
        self.wait_for_node(node)

    def kill_node(self, node):
        """What a power cut does: nothing that runs on the node can say goodbye."""
        daemon = self.daemons.pop(node)
        namespace = os.readlink(f"/proc/{daemon.pid}/ns/uts")
        if namespace == os.readlink("/proc/self/ns/uts"):
            raise RuntimeError(f"{node} has no namespace of its own")
        victims = []
        for pid in all_pids():
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{pid}/ns/uts") == namespace:
                    victims.append(pid)
        kill(victims)
        daemon.wait()

    def new_mpi_folder(self):
        """For one job: two mpirun that start at once can fail over a folder that they share."""
        return tempfile.mkdtemp(dir=self.folder / "tmp" / "mpi")

    def run(self, *words, check=True, **variables):
        """What a command prints. @raises RuntimeError with what it complains of."""
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=60,
                              check=False, env=self.environment | variables)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def _last_words(self):
        """The ends of all logs."""
        logs = sorted((self.folder / "log").iterdir())
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-400:]}" for log in logs)

    def stop(self):
        """Takes everything down. @return names of processes that had to be killed."""
        if "slurmctld" in self.daemons:
            self._cancel_all()
        for daemon in reversed(self.daemons.values()):
            daemon.terminate()
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        mark = f"SLURM_CONF={self.configuration}"
        strays = [pid for pid in all_pids() if mark in environment_of(pid)]
        names = []
        for pid in strays:
            with contextlib.suppress(OSError):
                names.append(pathlib.Path(f"/proc/{pid}/comm").read_text().strip())
        kill(strays)
        shutil.rmtree(self.folder, ignore_errors=True)
        return names

    def _cancel_all(self):
        with contextlib.suppress(RuntimeError, TimeoutError, subprocess.TimeoutExpired):
            jobs = self.run("squeue", "-h", "-o", "%A", check=False).split()
            if jobs:
                self.run("scancel", *jobs, check=False)
            for node in set(self.nodes) - set(self.daemons):
                self.run("scontrol", "update", f"nodename={node}", "state=down", "reason=dead")
            wait_until(lambda: not self.run("squeue", "-h").strip(), 30, "jobs to end")
