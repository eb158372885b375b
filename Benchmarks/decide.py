"""Decisions per second beside a Rego engine that evaluates a simplified rule over the same kind of facts.

The peer is rego-cpp (PyPI regopy), the only Rego engine on PyPI; OPA and Kyverno themselves are not measured here. Its
rule checks digest, signer, repository, provenance, SBOM, hermetic claims and one gate of each image, over facts that are
already verified. Ours does that and environment, requester, ages, waivers, findings and their texts as well.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import time
from pathlib import Path

CASES = [(1, 1), (4, 1), (4, 50), (16, 50)]

RULE = """
package admission

allowed {
  count({image | image := input.images[_]; good(image)}) == count(input.images)
}

good(image) {
  contains(image.reference, "@sha256:")
  signed(image, "signature")
  some p
  image.evidence[p].type == "provenance"
  bound(image.evidence[p])
  image.evidence[p].age < 2592000
  signed(image, "sbom")
  some c
  image.evidence[c].type == "claims"
  bound(image.evidence[c])
  image.evidence[c].hermetic
  some g
  image.evidence[g].type == "test"
  bound(image.evidence[g])
  image.evidence[g].result == "PASSED"
}

signed(image, type) {
  some i
  image.evidence[i].type == type
  bound(image.evidence[i])
}

bound(evidence) {
  evidence.issuer == "https://token.actions.githubusercontent.com"
  startswith(evidence.subject, "https://github.com/org/app/.github/workflows/release.yml@refs/tags/")
  evidence.repository == "https://github.com/org/app"
}
"""


def facts(images: int) -> dict:
    common = {"issuer": "https://token.actions.githubusercontent.com",
              "subject": "https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.0.0",
              "repository": "https://github.com/org/app", "age": 600}
    evidence = [{"type": "signature"}, {"type": "provenance"}, {"type": "sbom"},
                {"type": "claims", "hermetic": True}, {"type": "test", "gate": "unit", "result": "PASSED"}]
    return {"images": [{"reference": f"registry.example/org/app@sha256:{index:064x}",
                        "evidence": [{**common, **item} for item in evidence]} for index in range(images)]}


def rego(images: int, runs: int) -> float | None:
    """The median time of one evaluation in microseconds; None when there is no engine."""
    try:
        import regopy
    except ImportError:
        return None
    interpreter = regopy.Interpreter()
    interpreter.add_module("admission", RULE)
    times = []
    document = facts(images)
    for run in range(-2, runs):
        start = time.perf_counter()
        interpreter.set_input(document)
        result = interpreter.query("data.admission.allowed")
        elapsed = (time.perf_counter() - start) * 1e6
        if "true" not in str(result).lower():
            raise SystemExit(f"the peer does not allow: {result}")
        if run >= 0:
            times.append(elapsed)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decide", required=True, help="the executable that measures in process")
    parser.add_argument("--iterations", type=int, default=2000)
    parser.add_argument("--json", help="also write the results to this file")
    options = parser.parse_args()
    results = []
    for images, policies in CASES:
        command = [options.decide, str(images), str(policies), str(options.iterations)]
        item = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        item["regoP50"] = rego(images, 3)
        item["timesFaster"] = item["regoP50"] / item["cachedP50"] if item["regoP50"] else None
        results.append(item)
    machine = {"cores": len(os.sched_getaffinity(0)), "system": platform.platform(),
               "loadAverage": round(os.getloadavg()[0], 1)}
    if machine["loadAverage"] > machine["cores"] / 2:
        print(f"the machine is busy with other work (load {machine['loadAverage']})")
    print(f"{machine['cores']} cores, {machine['system']}; each image with five pieces of evidence\n")
    head = ["images", "policies", "cached µs (p99)", "decisions /s, 1 core", "review to answer µs (p99)",
            "cache to decision µs (p99)", "cold µs (p99)", "cold µs per image", "resident MiB", "rego-cpp µs", "faster"]
    rows = [head] + [[
        str(item["images"]), str(item["policies"]), f"{item['cachedP50']:.0f} ({item['cachedP99']:.0f})",
        f"{1e6 / item['cachedP50']:.0f}", f"{item['answerP50']:.0f} ({item['answerP99']:.0f})",
        f"{item['warmP50']:.0f} ({item['warmP99']:.0f})",
        f"{item['coldP50']:.0f} ({item['coldP99']:.0f})", f"{item['coldP50'] / item['images']:.0f}",
        f"{item['residentKiB'] / 1024:.1f}", f"{item['regoP50']:.0f}" if item["regoP50"] else "not measured",
        f"{item['timesFaster']:.1f} ×" if item["timesFaster"] else "",
    ] for item in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print("\n".join(lines))
    if options.json:
        Path(options.json).write_text(
            json.dumps({"suite": "decide", "machine": machine, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
