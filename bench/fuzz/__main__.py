"""Send requests that nobody meant to a server, and watch it: no 500, no hang, no NaN, no leak, no zombie.

What fails is written into a folder; what is in ``seeds`` is sent first. A run is told by its seed, a request by
its number: ``python -m bench.fuzz --seed 7 --only 1234``.
"""

import argparse
import base64
import itertools
import json
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from bench.fuzz.processes import child_of, family, resident_mib
from bench.fuzz.requests import BUDGET_S, Maker, Sent
from bench.service import running_server

SEEDS = Path(__file__).parent / "seeds"
WORKERS, THREADS = 2, 4
GRACE_S = 30.0
"""How much longer than its budget an answer may take on a machine that others use too."""
GROWTH_MIB = 150.0
SETTLE_S = 10.0
_NAN = re.compile(rb"[:,\[](?:NaN|-?Infinity)[,\]}]")
_TAKEN = {504}
"""What an answer may be besides a success or a refusal."""


@dataclass
class Fuzzing:
    """One run against one server."""

    maker: Maker
    address: tuple[str, int]
    folder: Path
    until: float
    numbers: Iterator[int] = field(default_factory=itertools.count)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Send from several threads until the time is over, or the last request was sent."""
        threads = [threading.Thread(target=self._send_all) for _ in range(THREADS)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def _send_all(self) -> None:
        while time.monotonic() < self.until and (number := next(self.numbers, None)) is not None:
            self.check(self.maker.request(number), str(number))

    def check(self, sent: Sent, name: str) -> None:
        """Send one request and look at its answer."""
        begin = time.monotonic()
        try:
            status, body = answer(self.address, sent)
        except (OSError, HTTPException) as error:
            self._failed(sent, name, f"no answer: {error!r}")
            return
        self.counts[f"{sent.method} {status}"] += 1
        why = wrong(sent, status, body, time.monotonic() - begin)
        if why:
            self._failed(sent, name, why)

    def _failed(self, sent: Sent, name: str, why: str) -> None:
        self.failures.append(f"{self.maker.seed}:{name}: {sent.method} {sent.path}: {why}")
        print(self.failures[-1], flush=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.maker.seed}-{name}.json"
        path.write_text(json.dumps({"why": why, **_kept(sent)}), encoding="utf-8")


def answer(address: tuple[str, int], sent: Sent) -> tuple[int, bytes]:
    """Send a request; return status and body."""
    connection = HTTPConnection(*address, timeout=BUDGET_S + 2 * GRACE_S)
    try:
        connection.request(sent.method, sent.path, sent.body or None, dict(sent.headers))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wrong(sent: Sent, status: int, body: bytes, seconds: float) -> str | None:
    """Say what is wrong with an answer."""
    if status >= 500 and status not in _TAKEN:
        return f"{status}: {body[:300]!r}"
    told = b'"timeout_s": 3' in sent.body or "timeout_s=3" in sent.path
    if seconds > BUDGET_S + GRACE_S and told:
        return f"took {seconds:.1f} s"
    if sent.method == "POST" and body.startswith(b"{") and _NAN.search(body):
        return "NaN or infinity in the answer"
    if status >= 400 and sent.method != "HEAD":
        known = json.loads(body)
        if known["status"] != status or not known["code"] or not known["detail"]:
            return f"no problem document: {body[:300]!r}"
    return None


def _kept(sent: Sent) -> dict[str, Any]:
    whole = {"method": sent.method, "path": sent.path, "headers": dict(sent.headers)}
    try:
        return {**whole, "body": sent.body.decode()}
    except UnicodeDecodeError:
        return {**whole, "base64": base64.b64encode(sent.body).decode()}


def kept_requests() -> Iterator[tuple[str, Sent]]:
    """Yield what once failed."""
    for path in sorted(SEEDS.glob("*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        body = base64.b64decode(one["base64"]) if "base64" in one else one["body"].encode()
        yield path.stem, Sent(one["method"], one["path"], body, one["headers"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.fuzz", description=__doc__)
    seconds = float(os.environ.get("FUZZ_SECONDS", "600"))
    parser.add_argument("--seconds", type=float, default=seconds, help="how long it may take")
    count = int(os.environ.get("FUZZ_REQUESTS", sys.maxsize))
    parser.add_argument("--requests", type=int, default=count, help="how many it may send")
    parser.add_argument("--seed", type=int, default=0, help="another one sends other requests")
    parser.add_argument("--only", type=int, help="send the request of this number alone")
    parser.add_argument("--out", type=Path, default=Path("bench/out/fuzz"), help="for what fails")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "log"
    with running_server(log, workers=str(WORKERS), timeout_s="60") as client:
        document, catalog = (client.get(path).json() for path in ("/openapi.json", "/v1/catalog"))
        maker = Maker(document, catalog, options.seed)
        address = (client.base_url.host, client.base_url.port or 80)
        until, numbers = time.monotonic() + options.seconds, iter(range(options.requests))
        fuzzing = Fuzzing(maker, address, options.out, until, numbers)
        if options.only is not None:
            fuzzing.check(maker.request(options.only), str(options.only))
            sys.exit(bool(fuzzing.failures))
        for name, sent in kept_requests():
            fuzzing.check(sent, name)
        sys.exit(_watched(fuzzing, child_of(os.getpid()), options.seconds, log))


def wrong_lines(log: str) -> list[str]:
    """Return what the log should not hold: errors, and lines that are not JSON."""
    found = []
    for line in log.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            found.append(f"a line of the log is not JSON: {line[:200]}")
            continue
        if fields["level"] in ("error", "critical"):
            found.append(f"the log tells of an error: {line[-500:]}")
    return found


def _watched(fuzzing: Fuzzing, pid: int, seconds: float, log: Path) -> int:
    """Run, look at the processes, say what came of it; return the exit code."""
    warm: list[float] = []
    timer = threading.Timer(seconds / 3, lambda: warm.append(resident_mib(pid)))
    timer.start()
    fuzzing.run()
    timer.cancel()
    time.sleep(SETTLE_S)
    memory, processes = resident_mib(pid), family(pid)
    failures = [*fuzzing.failures, *wrong_lines(log.read_text(encoding="utf-8"))[:20]]
    if warm and memory - warm[0] > GROWTH_MIB:
        failures.append(f"memory grew from {warm[0]:.0f} to {memory:.0f} MiB")
    if processes.zombies:
        failures.append(f"{processes.zombies} dead processes were left behind")
    if processes.living > WORKERS + 2:  # and the fork server, and the tracker of its resources
        failures.append(f"{processes.living} processes live, for {WORKERS} workers")
    print(f"{sum(fuzzing.counts.values())} requests of seed {fuzzing.maker.seed} in {seconds:g} s:")
    print(", ".join(f"{count} x {name}" for name, count in fuzzing.counts.most_common()))
    print(f"memory {warm[0] if warm else memory:.0f} -> {memory:.0f} MiB, {processes}")
    print("\n".join(failures) or "nothing broke it")
    return bool(failures)


if __name__ == "__main__":
    main()
