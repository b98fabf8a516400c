#!/usr/bin/python3
"""Cables that take time: forwards Ethernet frames between ports, each after a fixed delay.

usage: wire.py MICROSECONDS PORT PORT...     in the network namespace of the ports

It does what netem would, which many kernels lack, for a handful of hosts. Every port is a raw
packet socket. The header for offloads goes with each frame, so that a frame may be a segment of
64 KiB that nobody cut or summed up yet, just as on the virtual links themselves. The time that this
process takes for a frame comes on top. Limited rates are the business of the hosts' queues.
"""

import collections
import os
import select
import socket
import sys
import time

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
SO_RCVBUFFORCE, SO_SNDBUFFORCE = 33, 32
EVERY_PROTOCOL = 0x0003
HEADER = 10  # bytes of struct virtio_net_hdr
FRAME = HEADER + 65536 + 64
BUFFER = 32 << 20
BURST = 64  # frames taken from one port before the others have their turn


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    port.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    port.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    port.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    port.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, BUFFER)
    port.bind((name, EVERY_PROTOCOL))
    port.setblocking(False)
    return port


class Wire:
    def __init__(self, ports, delay):
        self.ports = ports
        self.delay = delay
        self.port_of = {}  # by hardware address, learned from what comes in
        self.under_way = collections.deque()  # (when due, port, frame): one delay, so in order

    def take(self, port):
        for _ in range(BURST):
            try:
                frame = port.recv(FRAME)
            except BlockingIOError:
                return
            receiver, sender = frame[HEADER:HEADER + 6], frame[HEADER + 6:HEADER + 12]
            self.port_of[sender] = port
            known = self.port_of.get(receiver)
            due = time.monotonic() + self.delay
            for to in [known] if known else self.ports:
                if to is not port:
                    self.under_way.append((due, to, frame))

    def deliver(self):
        while self.under_way and self.under_way[0][0] <= time.monotonic():
            _, port, frame = self.under_way.popleft()
            try:
                port.send(frame)
            except OSError:
                pass  # a full queue or a link that is down: the frame is lost, as on a real cable

    def run(self):
        while True:
            wait = max(0.0, self.under_way[0][0] - time.monotonic()) if self.under_way else None
            for port in select.select(self.ports, [], [], wait)[0]:
                self.take(port)
            self.deliver()


def main():
    delay = float(sys.argv[1]) * 1e-6
    ports = [open_port(name) for name in sys.argv[2:]]
    # Ahead of processes that spin while they wait, or the delay would be theirs.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    print("ready", flush=True)
    Wire(ports, delay).run()


if __name__ == "__main__":
    main()
