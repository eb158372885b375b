import Core
import Testing

@testable import Policy

/// What a change of a bundle allows or forbids.
@Suite("Bundle diff") struct BundleDiffTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: String
        let old: String
        let new: String
        let field: String
        let effect: BundleDiff.Effect

        init(_ file: String, _ old: String, _ new: String, _ field: String, _ effect: BundleDiff.Effect) {
            testDescription = "\(field): \(old) → \(new)"
            self.file = file
            self.old = old
            self.new = new
            self.field = field
            self.effect = effect
        }
    }

    private static let policy = "policies/payments.yaml"

    static let rows: [Row] = [
        Row(policy, "mode: Enforce", "mode: Audit", "spec.mode", .looser),
        Row(policy, "{sbom: {}}", "{}", "spec.require.sbom", .looser),
        Row(policy, "{sbom: {}}", "{sbom: {formats: [SPDX]}}", "spec.require.sbom.formats", .stricter),
        Row(policy, "{sbom: {}}", "{sbom: {maxAge: 30d}}", "spec.require.sbom.maxAge", .stricter),
        Row(policy, "{sbom: {}}", "{sbom: {}, signers: 2}", "spec.require.signers", .stricter),
        Row(policy, "{sbom: {}}", "{sbom: {}, digest: false}", "spec.require.digest", .looser),
        Row(policy, "org/app/*\"}", "org/*\"}", "spec.bind[org/app].signer", .mixed),
        Row(policy, "namespaces: [payments]", "namespaces: [payments, shop]", "spec.match.namespaces", .unknown),
        Row(
            policy, "environments: [prod]", "environments: [prod]\n      repositoryId: \"1\"",
            "spec.bind[org/app].repositoryId", .stricter),
        Row(policy, "  mode:", "  rescheduleGrace: 48h\n  mode:", "spec.rescheduleGrace", .looser),
        Row(policy, "  mode:", "  interactive: Deny\n  mode:", "spec.interactive", .stricter),
        Row(policy, "  mode:", "  trustRoots: [private]\n  mode:", "spec.trustRoots", .stricter),
        Row("bundle.yaml", "  version:", "  defaultMode: Audit\n  version:", "spec.defaultMode", .looser),
        Row(
            "bundle.yaml", "  version:", "  waivers: {revocationsMaxAge: 1h}\n  version:",
            "spec.waivers.revocationsMaxAge", .stricter),
        Row(
            "clusters.yaml", "usernamePrefix: \"oidc:\"}]",
            "usernamePrefix: \"oidc:\"}, {issuer: x, usernamePrefix: \"x:\"}]", "spec.users", .looser),
        Row(
            "trust.yaml", "{file: trusted_root.json}", "{file: trusted_root.json, thresholds: {transparencyLogs: 2}}",
            "spec.thresholds.transparencyLogs", .stricter),
    ]

    private static func bundle(_ change: (inout [String: [UInt8]]) -> Void = { _ in }) throws -> PolicyBundle {
        var files = BundleCourt.files()
        change(&files)
        return try BundleCourt.load(files, trust: nil, allowUnsigned: true)
    }

    @Test(arguments: rows)
    func tellsFieldAndEffect(_ row: Row) throws {
        let before = try Self.bundle()
        let after = try Self.bundle { files in
            let text = String(decoding: files[row.file] ?? [], as: UTF8.self)
            files[row.file] = Array(text.replacing(row.old, with: row.new).utf8)
        }
        let forward = BundleDiff(from: before, to: after)
        #expect(forward.changes.map(\.field) == [row.field], "\(forward.text)")
        #expect(forward.changes.map(\.effect) == [row.effect], "\(forward.text)")
        // The way back is the opposite.
        let opposite: [BundleDiff.Effect: BundleDiff.Effect] = [.looser: .stricter, .stricter: .looser]
        let back = BundleDiff(from: after, to: before)
        #expect(back.changes.map(\.effect) == [opposite[row.effect] ?? row.effect], "\(back.text)")
    }

    @Test func theSameBundleDoesNotDiffer() throws {
        let diff = BundleDiff(from: try Self.bundle(), to: try Self.bundle())
        #expect(diff.changes.isEmpty)
        #expect(diff.text == "28.1.0 → 28.1.0: no document differs\n")
    }

    @Test func addedAndRemovedDocumentsAreTold() throws {
        let before = try Self.bundle()
        let after = try Self.bundle { $0["policies/payments.yaml"] = nil }
        let removed = BundleDiff(from: before, to: after)
        #expect(removed.text.contains("DeployPolicy payments: removed"))
        #expect(removed.json["changes"]?.array?.first?["after"] == .null)
        #expect(BundleDiff(from: after, to: before).text.contains("DeployPolicy payments: added"))
    }
}
