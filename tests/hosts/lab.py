"""Hosts on one machine: each a network, UTS and mount namespace, joined by a virtual switch.

Nothing of the machine's own network is touched: the switch lies in a namespace of its own. All
hosts share the file systems, as nodes of a cluster share theirs, but not /dev/shm. Every process of
the lab ends with the process that made it.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

from steps import Failed

HERE = pathlib.Path(__file__).resolve().parent
NETWORK = "10.78.0"
SWITCH = "switch"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 10  # seconds, for a host to come or go


class NoNamespaces(Exception):
    """This machine does not let us make hosts."""


class CannotSet(Failed):
    """A command for the network of a host failed."""


class Lab:
    """Hosts node1, node2, ... that see each other on eth0. A context: leaving it ends them all."""

    def __init__(self, hosts, folder):
        self.hosts = [f"node{number + 1}" for number in range(hosts)]
        self.folder = pathlib.Path(folder)
        self.holders = {}
        self.wire = None

    def __enter__(self):
        try:
            self._make()
        except (CannotSet, FileNotFoundError) as reason:
            self.close()
            raise NoNamespaces(reason) from reason
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _make(self):
        lines = ["127.0.0.1 localhost"]
        lines += [f"{self.address(host)} {host}" for host in self.hosts]
        (self.folder / "hosts").write_text("\n".join(lines) + "\n")
        for name in [SWITCH, *self.hosts]:
            self._make_host(name)
        self._set(SWITCH, "ip link add bridge type bridge stp_state 0 forward_delay 0")
        self._set(SWITCH, "ip link add island type bridge stp_state 0 forward_delay 0")
        self._set(SWITCH, "ip link set bridge up")
        self._set(SWITCH, "ip link set island up")
        for host in self.hosts:
            self._set(SWITCH, f"ip link add {host} type veth peer name eth0 "
                              f"netns {self.holders[host].pid}")
            self._set(SWITCH, f"ip link set {host} master bridge up")
            self._set(host, f"ip address add {self.address(host)}/24 dev eth0")
            self._set(host, "ip link set eth0 up")

    def _make_host(self, name):
        words = ["unshare", "--net", "--uts", "--mount", "--propagation", "slave", "--",
                 str(HERE / "host"), name, str(self.folder / "hosts")]
        holder = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.holders[name] = holder
        if holder.stdout.readline() != "ready\n":
            holder.wait(PATIENCE)
            raise NoNamespaces(holder.stderr.read().strip())
        (self.folder / f"{name}.pid").write_text(f"{holder.pid}\n")

    def close(self):
        self.use_wire(None)
        for holder in self.holders.values():
            holder.stdin.close()
        for holder in self.holders.values():
            try:
                holder.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                holder.kill()
                holder.wait()
            holder.stdout.close()
            holder.stderr.close()
        self.holders.clear()

    def address(self, host):
        return f"{NETWORK}.{self.hosts.index(host) + 1}"

    def _enter(self, host):
        return ["nsenter", "--target", str(self.holders[host].pid), "--net", "--uts", "--mount",
                f"--wd={self.folder}", "--"]

    def _set(self, host, command):
        result = subprocess.run(self._enter(host) + command.split(), capture_output=True, text=True,
                                check=False, env={"PATH": PATH})
        if result.returncode != 0:
            raise CannotSet(f"{command}: {result.stderr.strip()}")
        return result.stdout

    def start(self, host, words, environment, log):
        """Starts a command on a host, in the lab's folder; what it prints goes to the file log."""
        environment = {"PATH": PATH, "HOME": os.environ.get("HOME", "/"),
                       "TESSERA_LAB": str(self.folder), **environment}
        with open(self.folder / log, "w") as file:
            return subprocess.Popen(self._enter(host) + [str(word) for word in words],
                                    env=environment, stdin=subprocess.DEVNULL, stdout=file,
                                    stderr=subprocess.STDOUT)

    def processes(self, host):
        """Numbers of the living processes on a host, but for the one that holds it."""
        holder = self.holders[host].pid
        namespace = os.readlink(f"/proc/{holder}/ns/uts")
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != holder:
                try:
                    if os.readlink(f"/proc/{entry}/ns/uts") == namespace:
                        found.append(int(entry))
                except OSError:
                    pass  # gone, or a zombie, which has no namespaces any more
        return found

    def kill(self, host):
        """Ends all processes of a host at once."""
        numbers = self.processes(host)
        for number in numbers:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return len(numbers)

    def set_link(self, host, state):
        """Pulls a host's cable ("down") or plugs it in ("up")."""
        self._set(host, f"ip link set eth0 {state}")

    def split(self, island):
        """Cuts these hosts off from the others, but not from each other; none: joins all again."""
        for host in self.hosts:
            self._set(SWITCH, f"ip link set {host} "
                              f"master {'island' if host in island else 'bridge'}")

    def limit_rate(self, rate):
        """What each host may send: a rate as tc writes it ("100mbit"), or None."""
        for host in self.hosts:
            subprocess.run(self._enter(host) + "tc qdisc delete dev eth0 root".split(),
                           capture_output=True, check=False, env={"PATH": PATH})
            if rate:
                self._set(host, f"tc qdisc add dev eth0 root tbf rate {rate} burst 64kb "
                                "latency 50ms")

    def use_wire(self, microseconds):
        """Lets every frame take so long from host to host (wire.py), or goes back to the bridge."""
        if self.wire:
            self.wire.kill()
            self.wire.wait()
            self.wire.stdout.close()
            self.wire = None
            self.split([])
        if microseconds:
            for host in self.hosts:
                self._set(SWITCH, f"ip link set {host} nomaster")
            self.wire = subprocess.Popen(
                self._enter(SWITCH) + [sys.executable, str(HERE / "wire.py"), str(microseconds),
                                       *self.hosts], stdout=subprocess.PIPE, text=True)
            if self.wire.stdout.readline() != "ready\n":
                raise CannotSet("wire.py did not start")

    def sent_bytes(self):
        """What all hosts have sent on eth0 since they were made."""
        total = 0
        for host in self.hosts:
            link = json.loads(self._set(host, "ip -json -statistics link show dev eth0"))[0]
            total += link["stats64"]["tx"]["bytes"]
        return total

    def wait_until_empty(self, hosts, seconds):
        """@return the processes that are left on these hosts after so many seconds, by host."""
        end = time.monotonic() + seconds
        while True:
            left = {host: self.processes(host) for host in hosts}
            left = {host: numbers for host, numbers in left.items() if numbers}
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.1)
