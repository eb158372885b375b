"""Measures verification beside sigstore-python and the bare cost of the signatures, and prints the joined table.

In process, both verifiers parse and verify the same bundle with the same trust root and policy, offline; they take
turns in rounds, and a ratio is the median of the rounds' ratios, so that drift of the machine cancels. Processes are
whole command lines, from start to exit.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

IDENTITY = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ISSUER = "https://token.actions.githubusercontent.com"

# What is measured, by its folder in the conformance data, and how much faster than sigstore-python it aims to be.
CASES = {
    "happy-path-v0.3": ("Rekor v1, artifact", 1.5),
    "rekor2-happy-path": ("Rekor v2 + TSA, artifact", 2.5),
    "happy-path-intoto-in-dsse-v3": ("Rekor v1, DSSE statement", 1.5),
}
BARE_AIM = 1.3
PROCESS_AIM = 20


class Case:
    """The files of one case."""

    def __init__(self, data: Path, name: str):
        sigstore = data / "sigstore"
        folder = sigstore / "conformance" / name
        own_root = folder / "trusted_root.json"
        self.name = name
        self.bundle = folder / "bundle.sigstore.json"
        self.root = own_root if own_root.exists() else sigstore / "trusted_root.public-good.json"
        self.artifact = sigstore / "conformance" / "a.txt"


def sigstore_python(case: Case, iterations: int) -> float:
    """The median time, in microseconds, in which sigstore-python parses and verifies the bundle."""
    from sigstore import dsse
    from sigstore._utils import sha256_digest
    from sigstore.models import Bundle, TrustedRoot
    from sigstore.verify import Verifier, policy

    verifier = Verifier(trusted_root=TrustedRoot.from_file(str(case.root)))
    identity = policy.Identity(identity=IDENTITY, issuer=ISSUER)
    raw = case.bundle.read_bytes()
    digest = sha256_digest(case.artifact.read_bytes())

    def verify() -> None:
        bundle = Bundle.from_json(raw)
        if bundle._dsse_envelope is None:
            verifier.verify_artifact(digest, bundle, identity)
            return
        # As its own command line does it.
        payload_type, payload = verifier.verify_dsse(bundle, identity)
        if payload_type != dsse.Envelope._TYPE or not dsse.Statement(payload)._matches_digest(digest):
            raise SystemExit(f"{case.name}: sigstore-python does not verify the statement")

    samples = []
    for iteration in range(-iterations // 10, iterations):
        start = time.perf_counter()
        verify()
        if iteration >= 0:
            samples.append((time.perf_counter() - start) * 1e6)
    return statistics.median(samples)


def trust_config(case: Case, folder: str) -> Path:
    """sigstore's command line takes a trust root only inside of a client configuration."""
    service = [{"url": "https://unused.invalid", "majorApiVersion": 1, "operator": "none",
                "validFor": {"start": "2020-01-01T00:00:00Z"}}]
    config = {
        "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": json.loads(case.root.read_text()),
        "signingConfig": {
            "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json", "caUrls": service,
            "oidcUrls": service, "rekorTlogUrls": service, "rekorTlogConfig": {"selector": "ANY"}, "tsaUrls": service,
            "tsaConfig": {"selector": "ANY"},
        },
    }
    path = Path(folder) / f"{case.name}.json"
    path.write_text(json.dumps(config))
    return path


def processes(case: Case, mc: str, runs: int) -> tuple[float, float]:
    """The median milliseconds of `mc verify bundle` and of `sigstore verify identity`, taking turns."""
    with tempfile.TemporaryDirectory() as folder:
        ours = [mc, "verify", "bundle", "--bundle", case.bundle, "--trusted-root", case.root,
                "--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER, case.artifact]
        theirs = [Path(sys.executable).parent / "sigstore", "--trust-config", trust_config(case, folder), "verify",
                  "identity", "--offline", "--bundle", case.bundle, "--cert-identity", IDENTITY, "--cert-oidc-issuer",
                  ISSUER, case.artifact]
        times: tuple[list[float], list[float]] = ([], [])
        for run in range(-1, runs):
            for line, kept in zip((ours, theirs), times):
                start = time.perf_counter()
                result = subprocess.run(line, capture_output=True, text=True)
                elapsed = (time.perf_counter() - start) * 1e3
                if result.returncode != 0:
                    raise SystemExit(f"{case.name}: {line[0]} exits {result.returncode}: {result.stderr}")
                if run >= 0:
                    kept.append(elapsed)
        return statistics.median(times[0]), statistics.median(times[1])


def measure(case: Case, options: argparse.Namespace) -> dict:
    rounds = []
    for _ in range(options.rounds):
        output = subprocess.run(
            [options.verification, options.data, case.name, str(options.iterations)], check=True, capture_output=True)
        ours = json.loads(output.stdout)
        ours["sigstorePythonP50"] = sigstore_python(case, max(options.iterations // 4, 1))
        rounds.append(ours)
    own, theirs = processes(case, options.mc, options.runs)

    def median(of) -> float:
        return statistics.median(of(item) for item in rounds)

    result = {"case": case.name, "title": CASES[case.name][0], "signatures": rounds[0]["signatures"]}
    for key in ("p50", "p99", "bareP50", "sigstorePythonP50", "perSecondSequential", "perSecondAllCores"):
        result[key] = round(median(lambda item: item[key]), 1)
    result["timesBare"] = round(median(lambda item: item["p50"] / item["bareP50"]), 2)
    result["timesFaster"] = round(median(lambda item: item["sigstorePythonP50"] / item["p50"]), 2)
    result["timesFasterAim"] = CASES[case.name][1]
    result["processMilliseconds"] = round(own, 2)
    result["sigstoreProcessMilliseconds"] = round(theirs, 1)
    result["processTimesFaster"] = round(theirs / own, 1)
    return result


def mark(value: float, holds: bool, aim: str) -> str:
    return f"{value:g} × ({aim}{'' if holds else ', missed'})"


def table(results: list[dict], machine: dict) -> str:
    head = ["bundle", "p50 µs", "p99 µs", "signatures alone µs", "ratio", "sigstore-python µs", "faster", "1 core /s",
            f"{machine['cores']} cores /s", "process ms", "sigstore ms", "faster"]
    rows = [head]
    for item in results:
        rows.append([
            item["title"], f"{item['p50']:.0f}", f"{item['p99']:.0f}",
            f"{item['bareP50']:.0f} ({item['signatures']})",
            mark(item["timesBare"], item["timesBare"] <= BARE_AIM, f"aim ≤ {BARE_AIM}"),
            f"{item['sigstorePythonP50']:.0f}",
            mark(item["timesFaster"], item["timesFaster"] >= item["timesFasterAim"],
                 f"aim ≥ {item['timesFasterAim']}"),
            f"{item['perSecondSequential']:.0f}", f"{item['perSecondAllCores']:.0f}",
            f"{item['processMilliseconds']:.1f}", f"{item['sigstoreProcessMilliseconds']:.0f}",
            mark(item["processTimesFaster"], item["processTimesFaster"] >= PROCESS_AIM,
                 f"aim ≥ {PROCESS_AIM}"),
        ])
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="the folder with the conformance data")
    parser.add_argument("--verification", required=True, help="the executable that measures in process")
    parser.add_argument("--mc", required=True, help="the executable whose process is measured")
    parser.add_argument("--iterations", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--json", help="also write the results to this file")
    options = parser.parse_args()

    machine = {"processor": processor(), "cores": len(os.sched_getaffinity(0)),
               "system": platform.platform(), "sigstorePython": version("sigstore"),
               "loadAverage": round(os.getloadavg()[0], 1)}
    results = [measure(Case(Path(options.data), name), options) for name in CASES]
    if machine["loadAverage"] > machine["cores"] / 2:
        print(f"the machine is busy with other work (load {machine['loadAverage']}); ratios are worse than on an idle "
              "one, because what runs between two signatures finds its caches cold", file=sys.stderr)
    print(f"{machine['processor']}, {machine['cores']} cores, {machine['system']}; sigstore-python "
          f"{machine['sigstorePython']}; processes: mc verify bundle and sigstore verify identity --offline\n")
    print(table(results, machine))
    if options.json:
        Path(options.json).write_text(json.dumps({"suite": "verification", "machine": machine, "results": results},
                                                 indent=2) + "\n")


if __name__ == "__main__":
    main()
