"""Admission over HTTPS with client certificates on loopback: `mc serve` beside the least its server can do.

The ceiling is a Hummingbird handler that parses the review by the same parser and answers. Warm: evidence is in the cache.
Cold: each image is seen for the first time and read from a loopback registry. The open loop starts requests when the
schedule says and counts latency from then (no coordinated omission); the closed loops keep every connection busy. The load
generators share the machine's cores with the server.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import webhook

AIMS = {"closed": 8000, "openP99": 5000, "coldP99": 25000, "memoryKiB": 512 * 1024}


def measure(bin_: Path, folder: Path, server: webhook.Server, options) -> dict:
    bodies = folder / "warm"
    warm_up = webhook.load(bin_, folder, server, bodies, seconds=1, warmup=1, connections=8)
    result = {"allowed": warm_up["allowed"], "denied": warm_up["denied"]}
    body = sorted(bodies.iterdir())[0]
    result["wrk"] = webhook.wrk(folder, server, body, options.seconds, options.connections)
    result["closed"] = webhook.load(
        bin_, folder, server, bodies, seconds=options.seconds, connections=options.connections)
    result["open"] = webhook.load(
        bin_, folder, server, bodies, rate=options.rate, seconds=options.seconds, warmup=2,
        connections=options.connections)
    return result


def row(name: str, result: dict) -> list[str]:
    closed, open_ = result["closed"], result["open"]
    micros = open_["micros"]
    wrk = f"{result['wrk']:,.0f}" if result["wrk"] else "not measured"
    errors = sum(closed["errors"].values()) + sum(open_["errors"].values())
    return [name, wrk, f"{closed['achieved']:,.0f}", f"{open_['achieved']:,.0f}",
            *(f"{micros[key] / 1000:.2f}" for key in ("p50", "p99", "p999", "max")),
            f"{open_.get('memoryKiB', {}).get('VmHWM', 0) / 1024:.0f}", str(errors)]


def table(rows: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=Path, help="where load, ceiling, scene and mc are")
    parser.add_argument("--seconds", type=int, default=10, help="how long each load lasts")
    parser.add_argument("--rate", type=int, default=2000, help="requests a second of the open loop")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--cold-images", type=int, default=200)
    parser.add_argument("--cold-rate", type=int, default=20, help="new images a second")
    parser.add_argument("--json", help="also write the results to this file")
    options = parser.parse_args()
    machine = {"cores": len(os.sched_getaffinity(0)), "system": platform.platform(),
               "loadAverage": round(os.getloadavg()[0], 1)}
    results: dict = {"suite": "admission", "machine": machine, "aims": AIMS}
    head = ["", "wrk /s", "closed loop /s", f"open loop of {options.rate}/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms",
            "most MiB", "errors"]
    rows = [head]
    notes = []
    with tempfile.TemporaryDirectory(prefix="mc-bench-") as name:
        folder = Path(name)
        try:
            webhook.certificates(folder / "certs")
            with webhook.registry(folder / "registry") as store:
                subprocess.run([options.bin / "scene", str(folder), f"127.0.0.1:{store.port}",
                                str(16 + options.cold_images)], check=True)
                webhook.split(folder)
                with webhook.ceiling(options.bin, folder) as server:
                    results["ceiling"] = measure(options.bin, folder, server, options)
                rows.append(row("ceiling", results["ceiling"]))
                with webhook.serve(options.bin, folder, store.port) as server:
                    before = server.cpu(), store.cpu()
                    results["cold"] = webhook.load(
                        options.bin, folder, server, folder / "cold", rate=options.cold_rate, warmup=0,
                        count=options.cold_images, seconds=options.cold_images / options.cold_rate * 2, connections=16,
                        arrivals="constant")
                    results["coldCPU"] = {
                        "mc": (server.cpu() - before[0]) / options.cold_images,
                        "registry": (store.cpu() - before[1]) / options.cold_images}
                    results["warm"] = measure(options.bin, folder, server, options)
                rows.append(row("mc serve, warm", results["warm"]))
        except webhook.Missing as missing:
            notes.append(f"not measured: {missing}")
    if machine["loadAverage"] > machine["cores"] / 2:
        print(f"the machine is busy with other work (load {machine['loadAverage']})")
    print(f"{machine['cores']} cores, {machine['system']}; {options.connections} connections, images with five pieces "
          "of evidence each\n")
    print(table(rows))
    if "cold" in results:
        micros = results["cold"]["micros"]
        print(f"\ncold, {results['cold']['answers']} images never seen before, {options.cold_rate}/s: "
              f"p50 {micros['p50'] / 1000:.1f} ms, p99 {micros['p99'] / 1000:.1f} ms, max {micros['max'] / 1000:.1f} ms; "
              f"allowed {results['cold']['allowed']}, errors {results['cold']['errors']}")
        spent = results["coldCPU"]
        print(f"processor time an image: mc {spent['mc'] * 1000:.0f} ms, the registry on the same cores "
              f"{spent['registry'] * 1000:.0f} ms")
        if results["cold"]["allowed"] != results["cold"]["answers"]:
            notes.append("not everything was allowed: what was measured is not what should be")
    for note in notes:
        print(f"admission: {note}", file=sys.stderr)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
