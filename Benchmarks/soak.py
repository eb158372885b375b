"""A long mixed load on `mc serve`, with faults: right answers all the while, and memory that stays flat.

Allowed and denied requests at a steady rate, malformed and 10 MB bodies, clients that drip, policy bundles and waivers
swapped by symbolic link, new images, and a registry that is killed and comes back. The clock is left alone. It fails when
memory goes over 512 MiB or keeps growing, when an answer is wrong, or when the server ends.
"""

import argparse
import itertools
import json
import os
import random
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import webhook

MEMORY = 512 << 10
GROWTH = 48 << 10


class Soak:
    def __init__(self, options, folder: Path, store: webhook.Server, server: webhook.Server):
        self.options, self.folder, self.store, self.server = options, folder, store, server
        self.end = time.monotonic() + options.minutes * 60
        self.seen: Counter = Counter()
        self.wrong: list[str] = []
        self.loads: list[dict] = []
        self.memory: list[tuple[float, int]] = []
        self.down = threading.Event()
        self.lock = threading.Lock()

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self.end and self.server.runs

    def note(self, what: str, problem: str | None = None) -> None:
        with self.lock:
            self.seen[what] += 1
            if problem and len(self.wrong) < 50:
                self.wrong.append(f"{what}: {problem}")

    def pause(self, seconds: float) -> None:
        end = min(time.monotonic() + seconds, self.end)
        while time.monotonic() < end and self.server.runs:
            time.sleep(min(0.2, max(end - time.monotonic(), 0.01)))

    def steady(self, bodies: str, rate: int, allowed: bool) -> None:
        """A minute of load after the other; every answer must be what it should be."""
        while self.lasts:
            seconds = max(min(60, self.end - time.monotonic()), 1)
            result = webhook.load(self.options.bin, self.folder, self.server, self.folder / bodies, rate=rate,
                                  seconds=int(seconds), warmup=0, connections=16)
            result["kind"] = bodies
            errors = sum(result["errors"].values())
            right = result["allowed" if allowed else "denied"]
            problem = None
            if right != result["answers"]:
                problem = f"{result['answers'] - right} of {result['answers']} answers are not what they should be"
            elif errors > result["answers"] / 1000 + 1:
                problem = f"errors {result['errors']}"
            with self.lock:
                self.loads.append(result)
            self.note(f"load {bodies}", problem)

    def malformed(self) -> None:
        good = next((self.folder / "warm").iterdir()).read_bytes()
        chance = random.Random(4)
        while self.lasts:
            kind = chance.randrange(4)
            body = bytearray(good)
            if kind == 0:
                body = body[:chance.randrange(len(body))]
            elif kind == 1:
                body = bytearray(b"[" * 100_000)
            elif kind == 2:
                body = bytearray(good.replace(b"admission.k8s.io/v1", b"admission.k8s.io/v9"))
            else:
                body = bytearray(chance.randbytes(2_000))
            status, answer = webhook.post(self.folder, self.server, bytes(body))
            self.note(f"malformed {status}",
                      "it was allowed" if b'"allowed":true' in answer else "no answer" if status == 0 else None)
            self.pause(0.2)

    def huge(self) -> None:
        body = b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":"' + b"x" * (10 << 20) + b'"}'
        while self.lasts:
            # A server may answer and close before everything is sent; then there is no answer to be read.
            status, answer = webhook.post(self.folder, self.server, body)
            self.note(f"10 MB {status}", "it was allowed" if b'"allowed":true' in answer else None)
            self.pause(3)

    def slow(self) -> None:
        certs = self.folder / "certs"
        context = ssl.create_default_context(cafile=str(certs / "ca.pem"))
        context.load_cert_chain(str(certs / "client.pem"), str(certs / "client-key.pem"))
        head = b"POST /v1/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
        clients: list = []
        for turn in itertools.count():
            if not self.lasts:
                break
            while len(clients) < 30:
                try:
                    plain = socket.create_connection(("127.0.0.1", self.server.port), timeout=5)
                    # Some never begin the handshake.
                    client = plain if turn % 3 == 0 else context.wrap_socket(plain, server_hostname="127.0.0.1")
                    clients.append((client, iter(head + b"x" * 1000)))
                except OSError:
                    break
            rest = []
            for client, text in clients:
                try:
                    client.sendall(bytes([next(text)]))
                    rest.append((client, text))
                except (OSError, StopIteration):
                    client.close()
                    self.note("slow client cut off")
            clients = rest
            self.pause(1)
        for client, _ in clients:
            client.close()

    def swap(self, link: str, targets: list[str], seconds: float) -> None:
        """Puts a link onto one target after the other, in one step as Kubernetes does."""
        for target in itertools.cycle(targets):
            if not self.lasts:
                return
            draft = self.folder / f".{link}"
            draft.unlink(missing_ok=True)
            draft.symlink_to(self.folder / target)
            os.replace(draft, self.folder / link)
            self.note(f"{link} swapped")
            self.pause(seconds)

    def newcomers(self) -> None:
        """Images never seen: allowed, or undetermined while the registry is down."""
        for path in sorted((self.folder / "cold").iterdir()):
            if not self.lasts:
                return
            was_down = self.down.is_set()
            status, answer = webhook.post(self.folder, self.server, path.read_bytes())
            is_down = was_down or self.down.is_set()
            allowed = b'"allowed":true' in answer
            problem = None
            if status != 200:
                problem = f"status {status}"
            elif not allowed and not is_down and b'"code":503' not in answer:
                problem = "denied"
            elif not allowed and is_down and b'"code":503' not in answer:
                problem = "a registry that is down was taken for a denial"
            self.note("new image " + ("allowed" if allowed else "undetermined"), problem)
            self.pause(max(self.options.minutes * 60 / self.options.images, 0.2))

    def faults(self) -> None:
        total = self.options.minutes * 60
        while self.lasts:
            self.pause(max(total / 8, 10))
            if not self.lasts:
                return
            self.down.set()
            self.store.stop(by=signal.SIGKILL)
            self.note("registry killed")
            self.pause(min(max(total / 16, 5), 60))
            self.store.start()
            # What was found unreachable just before is not asked again for some seconds.
            self.pause(6)
            self.down.clear()
            self.note("registry back")

    def sample(self) -> None:
        start = time.monotonic()
        while self.lasts:
            memory = self.server.memory().get("VmRSS")
            if memory:
                self.memory.append((time.monotonic() - start, memory))
            self.pause(2)

    def run(self) -> list[str]:
        work = [lambda: self.steady("warm", self.options.rate, True),
                lambda: self.steady("reviews-denied", max(self.options.rate // 10, 1), False), self.malformed,
                self.huge, self.slow, lambda: self.swap("policy", ["bundle-2", "bundle-1"], 20),
                lambda: self.swap("waivers-now", ["waivers-2", "waivers"], 15), self.newcomers, self.faults,
                self.sample]
        threads = [threading.Thread(target=self.guarded, args=(item,), daemon=True) for item in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self.options.minutes * 60 + 180)
        return self.judge()

    def guarded(self, work) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a part of the soak that ends is itself a failure
            if self.lasts:
                self.note("soak", f"{type(error).__name__}: {error}")

    def judge(self) -> list[str]:
        failures = list(self.wrong)
        if not self.server.runs:
            failures.append("the server ended: " + self.server.log.read_text(errors="replace")[-500:])
            return failures
        highest = self.server.memory().get("VmHWM", 0)
        if highest > MEMORY:
            failures.append(f"{highest >> 10} MiB of memory, more than {MEMORY >> 10}")
        values = [value for _, value in self.memory]
        if len(values) >= 8:
            quarter = len(values) // 4
            early, late = statistics.mean(values[quarter:2 * quarter]), statistics.mean(values[-quarter:])
            if late - early > GROWTH:
                failures.append(f"memory grew from {early / 1024:.0f} to {late / 1024:.0f} MiB on average")
        code = self.server.stop()
        if code != 0:
            failures.append(f"the server ended with {code} on SIGTERM")
        return failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=Path, help="where load, scene and mc are")
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("SOAK_MINUTES", "30")))
    parser.add_argument("--rate", type=int, default=300, help="allowed requests a second")
    parser.add_argument("--images", type=int, default=200, help="how many new images come by")
    parser.add_argument("--json", help="also write the results, with all samples of memory, to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mc-soak-") as name:
        folder = Path(name)
        try:
            webhook.certificates(folder / "certs")
            store = webhook.registry(folder / "registry").start()
        except webhook.Missing as missing:
            print(f"soak: not run: {missing}", file=sys.stderr)
            return
        try:
            subprocess.run([options.bin / "scene", str(folder), f"127.0.0.1:{store.port}", str(16 + options.images)],
                           check=True)
            webhook.split(folder)
            with webhook.serve(options.bin, folder, store.port) as server:
                # Everything that is warm was seen once before the first fault.
                webhook.load(options.bin, folder, server, folder / "warm", seconds=2, warmup=0, connections=4)
                soak = Soak(options, folder, store, server)
                failures = soak.run()
                highest = server.memory().get("VmHWM") or max((value for _, value in soak.memory), default=0)
        except webhook.Missing as missing:
            print(f"soak: not run: {missing}", file=sys.stderr)
            sys.exit(1)
        finally:
            store.stop()
    answers = sum(load["answers"] for load in soak.loads)
    worst = max((load["micros"]["p99"] for load in soak.loads if load["kind"] == "warm"), default=0)
    values = [value / 1024 for _, value in soak.memory] or [0]
    print(f"{options.minutes:g} minutes, {answers:,} answers to steady load; worst minute's p99 {worst / 1000:.1f} ms")
    for what, count in sorted(soak.seen.items()):
        print(f"  {count:6}  {what}")
    print(f"memory: first {values[0]:.0f}, median {statistics.median(values):.0f}, last {values[-1]:.0f}, "
          f"most {highest / 1024:.0f} MiB")
    for failure in failures:
        print(f"FAILED  {failure}")
    if options.json:
        Path(options.json).write_text(json.dumps(
            {"suite": "soak", "minutes": options.minutes, "answers": answers, "seen": soak.seen, "failures": failures,
             "memoryKiB": soak.memory, "loads": soak.loads}, indent=2) + "\n")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
