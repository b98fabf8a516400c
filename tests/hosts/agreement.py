"""Several hosts give what one host gives, send what docs/distribution.md says, and bear slow
networks."""

from steps import Failed

FEW, MANY = 4, 24  # iterations of the two runs whose difference is what iterations send
PLAIN_STEPS = ("--tolerance", 0, "--inner-iterations", 1, "--extrapolation", "off")
PLAIN = (*PLAIN_STEPS, "--checkpoint", "none")
LARGEST_EXTRA = 0.10  # headers, acknowledgements and the small all-reduces, beside the payload
RATE, RATE_BYTES = "100mbit", 12.5e6
DELAY = 1000  # microseconds, one way


def layouts(lab):
    """(text, hosts, processes on each) for four processes."""
    return (("4 hosts, 1 process each", lab.hosts[:4], 1),
            ("2 hosts, 2 processes each", lab.hosts[:2], 2))


def check_results(steps, lab, jobs, inputs):
    steps.title("Four processes on several hosts against four on one host, 60 iterations")
    for kind, file in inputs.items():
        for grid in ("4x1", "2x2"):
            options = (file, "--rank", 16, "--grid", grid, "--max-iterations", 60, *PLAIN)
            one_host = None
            with steps.step(f"{kind} {grid}, one host") as found:
                one_host = jobs.factorize(lab.hosts[:1], 4, "one", *options)
                found.append(f"relative error {one_host.error:.9f}")
            if one_host is None:
                continue
            for text, hosts, per_host in layouts(lab):
                with steps.step(f"{kind} {grid}, {text}") as found:
                    result = jobs.factorize(hosts, per_host, "several", *options)
                    if result.machine["nodes"] != len(hosts):
                        raise Failed(f"the program saw {result.machine['nodes']} nodes")
                    difference = result.require_near(one_host, "one host")
                    again = jobs.factorize(hosts, per_host, "again", *options)
                    again.require_same_bits(result, "the same run before")
                    found.append(f"differs by {difference:.1e}, the same bits twice")


def sent_in_loop(lab, jobs, hosts, per_host, *options):
    """@return (bytes on all hosts' eth0 per iteration, the longer run)"""
    sent = []
    for iterations in (FEW, MANY):
        before = lab.sent_bytes()
        result = jobs.factorize(hosts, per_host, "sent", *options, "--max-iterations", iterations,
                                *PLAIN)
        sent.append(lab.sent_bytes() - before)
    return (sent[1] - sent[0]) / (MANY - FEW), result


def check_traffic(steps, lab, jobs, inputs):
    steps.title(f"Bytes on the wire per iteration: a run of {MANY} iterations less one of {FEW}")
    for kind, file in inputs.items():
        for grid in ("4x1", "2x2"):
            for text, hosts, per_host in layouts(lab):
                with steps.step(f"{kind} {grid}, {text}") as found:
                    sent, result = sent_in_loop(lab, jobs, hosts, per_host, file, "--rank", 16,
                                                "--grid", grid)
                    extra = sent / result.payload - 1
                    found.append(f"{sent / 1e6:.3f} MB sent, {result.payload / 1e6:.3f} MB by the "
                                 f"formula: {100 * extra:+.1f} %")
                    if not result.payload_as_predicted:
                        raise Failed("the program counted another payload than it predicted")
                    if abs(extra) > LARGEST_EXTRA:
                        raise Failed(f"more than {100 * LARGEST_EXTRA:.0f} % beside the formula")


def networks():
    """(text, rate, delay) of the networks to try, the unlimited one first."""
    return (("unlimited", None, 0), (f"{RATE} (tbf)", RATE, 0),
            (f"{DELAY} us one way (wire.py)", None, DELAY),
            (f"{RATE} and {DELAY} us", RATE, DELAY))


def least_seconds(result, hosts, rate, delay):
    """What an iteration takes at least: the bytes at this rate, and the delays of two exchanges."""
    return max(0.8 * result.payload / hosts / RATE_BYTES if rate else 0, 2e-6 * delay)


def check_slow_networks(steps, lab, jobs, file):
    steps.title("Slow networks, 4 hosts: simulated by a token bucket on each host's sending side "
                "and a switch in user space that delays")
    for grid in ("4x1", "2x2"):
        unlimited = None
        for text, rate, delay in networks():
            with steps.step(f"{grid}, {text}") as found:
                lab.limit_rate(rate)
                lab.use_wire(delay)
                result = jobs.factorize(lab.hosts[:4], 1, "slow", file, "--rank", 16, "--grid",
                                        grid, "--max-iterations", MANY, *PLAIN)
                unlimited = unlimited or result
                result.require_same_bits(unlimited, "the unlimited network")
                seconds = result.seconds_per_iteration
                found.append(f"{1e3 * seconds:.1f} ms per iteration, "
                             f"{seconds / unlimited.seconds_per_iteration:.1f} times the unlimited")
                least = least_seconds(result, 4, rate, delay)
                if seconds < least:
                    raise Failed(f"less than the {1e3 * least:.1f} ms that the network takes: it "
                                 "was not simulated")
    lab.use_wire(0)
    lab.limit_rate(None)
