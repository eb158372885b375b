import Core
import Foundation
import TestSupport
import Testing

/// `mc admit`, `mc graph` and `mc drill` through the binary, on the files that the demo keeps.
@Suite("Admit") struct AdmitTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    private static let claims =
        "issuer=https://token.actions.githubusercontent.com,subject=repo:example/app:environment:prod"

    /// The demo's folder: a signed bundle, images with evidence, manifests, waivers, a lineage store.
    private static func kept() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let demo = try await Tool.run(["demo", "--directory", folder.path + "/kept"])
        try #require(demo.status == 0, "\(demo.output)\(demo.error)")
        return folder
    }

    private static func admit(_ folder: TemporaryFolder, _ name: String, _ more: [String] = []) async throws -> Tool.Run
    {
        let kept = folder.path + "/kept"
        return try await Tool.run(
            [
                "admit", "-f", "\(kept)/deployment-\(name).yaml", "--policy", "\(kept)/policy", "--trust",
                "\(kept)/trust.yaml", "--waivers", "\(kept)/waivers", "--evidence", "\(kept)/\(name)", "--as", claims,
            ] + more)
    }

    @Test func decidesWhatTheDemoKept() async throws {
        let folder = try await Self.kept()
        let rows: [(name: String, status: Int32, rules: Set<String>)] = [
            ("image", 0, []),
            (
                "unsigned", 1,
                ["evidence-missing", "provenance-missing", "sbom-missing", "delivery-claims-missing"]
            ),
            (
                "wrong-identity", 1,
                ["identity-mismatch", "provenance-missing", "sbom-missing", "delivery-claims-missing"]
            ),
            ("wrong-environment", 1, ["environment-mismatch"]),
            ("not-hermetic", 1, ["hermetic-required", "waiver-expired"]),
        ]
        for row in rows {
            let run = try await Self.admit(folder, row.name, ["-o", "json"])
            #expect(run.status == row.status, "\(row.name): \(run.output)\(run.error)")
            let decision = try JSONValue(parsing: Array(run.output.utf8))
            let rules = (decision["findings"]?.array ?? []).filter { $0["disposition"] == "denies" }
            #expect(Set(rules.compactMap { $0["rule"]?.string }) == row.rules, "\(row.name)")
            #expect(decision["bundle"]?["signed"] == true)
        }
    }

    /// A later problem takes nothing from an earlier denial, and each message names its own file.
    @Test func aMalformedManifestHidesNoDenial() async throws {
        let folder = try await Self.kept()
        let bad = folder.path + "/bad.yaml"
        try "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: 5}]}\n"
            .write(toFile: bad, atomically: true, encoding: .utf8)
        let alone = try await Self.admit(folder, "image", ["-f", bad])
        #expect(alone.status == 2 && alone.error.contains(bad) && !alone.error.contains("deployment-image.yaml"))
        let denied = try await Self.admit(folder, "wrong-environment", ["-f", bad, "-o", "json"])
        #expect(denied.status == 1 && denied.output.contains("environment-mismatch"))
    }

    /// Without trust a bundle is tried, and said to be unsigned; a forged one is not taken at all.
    @Test func aForgedBundleDecidesNothing() async throws {
        let folder = try await Self.kept()
        let file = folder.path + "/kept/policy/policies.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacing("mode: Enforce", with: "mode: Audit").write(toFile: file, atomically: true, encoding: .utf8)
        let run = try await Self.admit(folder, "unsigned")
        #expect(run.status == 2 && run.output.isEmpty && run.error.contains("policies.yaml"), "\(run.error)")
    }

    @Test(arguments: [
        ("null", "expected an AdmissionReview, saw null"),
        (#"{"apiVersion": "admission.k8s.io/v2", "kind": "AdmissionReview", "request": {}}"#, "admission.k8s.io/v1"),
        (#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}"#, "no request"),
        (String(repeating: " ", count: 10 << 20), "at most"),
        ("kind: AdmissionReview", "line 1"),
    ]) func aBadReviewIsNeverAnAllow(_ text: String, _ message: String) async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/review.json"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let policy = Self.project.appending(path: "examples/policy").path
        let run = try await Tool.run(
            ["admit", "--review", file, "--policy", policy, "--cluster", "prod-eu", "-o", "review"])
        #expect(run.status == 2 && !run.output.contains("\"allowed\": true"))
        #expect(run.error.contains(message), "\(run.error)")
    }

    @Test func recordsAndSaysWhy() async throws {
        let folder = try await Self.kept()
        let kept = folder.path + "/kept"
        let refused = try await Self.admit(folder, "image", ["--store", "\(kept)/own.db", "--record"])
        #expect(refused.status == 2 && refused.error.contains("--as"))
        let manifest = try String(contentsOfFile: "\(kept)/deployment-image.yaml", encoding: .utf8)
        let digest = "sha256:" + (manifest.split(separator: "sha256:").last?.prefix(64) ?? "")
        let image = "registry.example/example/app@\(digest)"
        let ingest = [
            "graph", "ingest", image, "--store", "\(kept)/own.db", "--policy", "\(kept)/policy", "--trust",
            "\(kept)/trust.yaml", "--evidence", "\(kept)/image",
        ]
        let first = try await Tool.run(ingest)
        #expect(first.status == 0 && first.output.contains("recorded 5 new, 0 known"), "\(first.output)\(first.error)")
        let again = try await Tool.run(ingest)
        #expect(again.status == 0 && again.output.contains("recorded 0 new, 5 known"))
        let deps = try await Tool.run(["graph", "deps", image, "--store", "\(kept)/own.db"])
        #expect(deps.status == 0 && deps.output.contains("attested by sha256:"), "\(deps.output)\(deps.error)")
        let nowhere = try await Tool.run(["graph", "where", "pkg:npm/none", "--store", "\(kept)/own.db"])
        #expect(nowhere.status == 1 && nowhere.output.hasPrefix("No image is known to hold pkg:npm/none"))
        let unclear = try await Tool.run(["graph", "where", "left-pad", "--store", "\(kept)/own.db"])
        #expect(unclear.status == 2 && unclear.error.contains("expected a package URL"))
        let why = try await Tool.run(["graph", "why", image, "--store", "\(kept)/own.db"])
        #expect(why.status == 0 && why.output.contains("https://github.com/example/app/commit/"))
        let unknown = try await Tool.run(
            ["graph", "why", "sha256:" + String(repeating: "0", count: 64), "--store", "\(kept)/own.db"])
        #expect(unknown.status == 1)
        let tag = try await Tool.run(["graph", "why", "nginx:1", "--store", "\(kept)/own.db"])
        #expect(tag.status == 2)
    }

    @Test func theBinaryOutcomeDrillPasses() async throws {
        let list = try await Tool.run(["drill", "list", "-o", "json"])
        #expect(try JSONValue(parsing: Array(list.output.utf8)).array?.first?["name"] == "binary-outcome")
        let run = try await Tool.run(["drill", "run", "binary-outcome", "-o", "json"])
        let report = try JSONValue(parsing: Array(run.output.utf8))
        #expect(run.status == 0 && report["passed"] == true && report["steps"]?.array?.count == 2)
        // At the end of time nothing can be admitted, and the drill says so.
        let late = try await Tool.run(["drill", "run", "binary-outcome", "--at", "9999-12-31T23:59:59Z"])
        #expect(late.status != 0)
        let unknown = try await Tool.run(["drill", "run", "nothing"])
        #expect(unknown.status == 2 && unknown.error.contains("binary-outcome"))
    }
}
