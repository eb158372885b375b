import Core
import Foundation
import TestAuthority
import TestSupport
import Testing

/// What the command line does with what it is told: exit codes 0, 1 and 2, never another.
@Suite("Usage") struct UsageTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let arguments: @Sendable (Sample) throws -> [String]
        let status: Int32
        /// What the output must mention.
        let mentions: [String]

        init(
            _ name: String, _ status: Int32, _ mentions: [String] = [],
            _ arguments: @escaping @Sendable (Sample) throws -> [String]
        ) {
            testDescription = name
            self.status = status
            self.mentions = mentions
            self.arguments = arguments
        }

        /// Arguments beside bundle, trust root, time and artifact.
        init(_ name: String, _ status: Int32, _ mentions: [String] = [], signer: [String]) {
            self.init(name, status, mentions) {
                ["verify", "bundle", "--bundle", $0.bundle] + $0.rootAndTime + signer + [$0.artifact]
            }
        }
    }

    private static let sample = Result { try Sample() }
    private static let identity = ["--certificate-identity", Sample.workflow.subject]
    private static let issuer = ["--certificate-oidc-issuer", Sample.workflow.issuer]

    static let asked: [Row] = [
        Row("help", 0, ["SUBCOMMANDS", "verify", "demo"]) { _ in ["--help"] },
        Row("help of a command", 0, ["--bundle", "--certificate-identity-regexp"]) { _ in
            ["verify", "bundle", "--help"]
        },
        Row("version", 0, ["0."]) { _ in ["--version"] },
        Row("rules", 0, ["evidence-missing", "identity-mismatch"]) { _ in ["rules"] },
        Row("unknown command", 2, ["bogus"]) { _ in ["bogus"] },
        Row("unknown option", 2, ["--nope"]) { $0.arguments(["--nope"]) },
        Row("no bundle", 2, ["--bundle"]) { ["verify", "bundle"] + $0.signer + [$0.artifact] },
        Row("no artifact", 2, ["file-or-digest"]) { ["verify", "bundle", "--bundle", $0.bundle] + $0.signer },
        Row("two artifacts", 2, ["second"]) { $0.arguments() + ["second"] },
        Row("unknown output", 2, ["yaml"]) { $0.arguments(["-o", "yaml"]) },
        Row("all right", 0, ["verified"]) { $0.arguments() },
        Row("quiet", 0) { $0.arguments(["--quiet"]) },
    ]

    static let signers: [Row] = [
        Row("nobody", 2, ["--key FILE"], signer: []),
        Row("identity without issuer", 2, ["--certificate-oidc-issuer"], signer: identity),
        Row("issuer without identity", 2, ["--certificate-identity"], signer: issuer),
        Row("identity and key", 2, ["not both"]) { $0.arguments(["--key", $0.key]) },
        Row("issuer and key", 2, ["not both"]) {
            ["verify", "bundle", "--bundle", $0.bundle, "--key", $0.key] + issuer + [$0.artifact]
        },
        Row(
            "two ways to name the identity", 2, ["only one of"],
            signer: identity + issuer + ["--certificate-identity-glob", "*"]),
        Row(
            "two ways to name the issuer", 2, ["only one of"],
            signer: identity + issuer + ["--certificate-oidc-issuer-regexp", ".*"]),
        Row(
            "unknown claim", 2, ["colour", "sourceRepositoryURI"],
            signer: identity + issuer + ["--certificate-claim", "colour=red"]),
        Row(
            "claim without value", 2, ["name=value"],
            signer: identity + issuer + ["--certificate-claim", "buildTrigger"]),
        Row("claim of a key", 2, ["needs an identity"]) {
            [
                "verify", "bundle", "--bundle", $0.bundle, "--key", $0.key, "--certificate-claim", "buildTrigger=push",
                $0.artifact,
            ]
        },
        Row("claim that holds", 0, signer: identity + issuer + ["--certificate-claim", "buildTrigger=push"]),
        Row(
            "claim that does not hold", 1, ["identity-mismatch", "buildTrigger"],
            signer: identity + issuer + ["--certificate-claim", "buildTrigger=pull"]),
        Row("regexp that is none", 2, ["("], signer: issuer + ["--certificate-identity-regexp", "("]),
        Row(
            "regexp that is too large", 2,
            signer: issuer + ["--certificate-identity-regexp", "((a{1000}){1000}){1000}"]),
        Row("glob that holds", 0, signer: issuer + ["--certificate-identity-glob", "https://github.com/example/**"]),
        Row(
            "regexp of a part of the identity", 1, ["identity-mismatch"],
            signer: issuer + ["--certificate-identity-regexp", "https://github.com/example/"]),
        Row(
            "regexp of the whole identity", 0,
            signer: issuer + ["--certificate-identity-regexp", "https://github.com/example/.*"]),
        Row(
            "another issuer", 1, ["identity-mismatch"],
            signer: identity + ["--certificate-oidc-issuer", "https://example.com"]),
        Row("key for a certificate's signature", 1, ["signer-mismatch"]) {
            ["verify", "bundle", "--bundle", $0.bundle, "--key", $0.key] + $0.rootAndTime + [$0.artifact]
        },
    ]

    static let files: [Row] = [
        Row("missing bundle", 2, ["no such file"]) { $0.arguments(bundle: "/nonexistent/bundle") },
        Row("folder for a bundle", 2, ["is a folder"]) { $0.arguments(bundle: $0.folder.path) },
        Row("missing trust root", 2, ["no such file"]) { $0.arguments(["--trusted-root", "/nonexistent"]) },
        Row("folder for a trust root", 2, ["is a folder"]) { $0.arguments(["--trusted-root", $0.folder.path]) },
        Row("trust root that is none", 2, ["artifact: "]) { $0.arguments(["--trusted-root", $0.artifact]) },
        Row("bundle for a trust root", 2, ["bundle.json: "]) { $0.arguments(["--trusted-root", $0.bundle]) },
        Row("missing key", 2, ["no such file"]) {
            ["verify", "bundle", "--bundle", $0.bundle, "--key", "/nonexistent", $0.artifact]
        },
        Row("key that is none", 2, ["artifact: "]) {
            ["verify", "bundle", "--bundle", $0.bundle, "--key", $0.artifact, $0.artifact]
        },
        Row("missing artifact", 2, ["no such file", "not a digest"]) {
            $0.arguments(artifact: "/nonexistent/artifact")
        },
        Row("folder for an artifact", 2, ["is a folder"]) { $0.arguments(artifact: $0.folder.path) },
        Row("half a digest", 2, ["not a digest"]) { $0.arguments(artifact: "sha256:abcd") },
        Row("digest in capitals", 2, ["not a digest"]) {
            $0.arguments(artifact: "sha256:" + Digest.of(Sample.artifact).hex.uppercased())
        },
        Row("digest of the artifact", 0) { $0.arguments(artifact: Digest.of(Sample.artifact).description) },
        Row("digest of another artifact", 1, ["artifact-mismatch"]) {
            $0.arguments(artifact: Digest.of([1]).description)
        },
        Row("another artifact", 1, ["artifact-mismatch"]) { $0.arguments(artifact: $0.key) },
    ]

    static let times: [Row] = [
        Row("the public-good root for a private authority", 1, ["log-unknown"]) {
            $0.arguments(["--trusted-root", "public-good"])
        },
        Row("no trust root for a certificate", 1) { $0.arguments(["--trusted-root", "none"]) },
        Row("before it was signed", 1, ["signing-time-in-future"]) {
            $0.arguments(["--at", (Sample.time - .seconds(1)).description])
        },
        Row("just after it was signed", 0) { $0.arguments(["--at", (Sample.time + .seconds(1)).description]) },
        Row("a day", 2, ["--at", "2026-01-20T10:00:00Z"]) { $0.arguments(["--at", "yesterday"]) },
        Row("a date without time", 2, ["--at"]) { $0.arguments(["--at", "2026-01-20"]) },
        Row("a month that is none", 2, ["--at"]) { $0.arguments(["--at", "2026-13-20T10:00:00Z"]) },
    ]

    @Test(arguments: asked + signers + files + times)
    func exitCodeAndMessage(_ row: Row) async throws {
        let run = try await Tool.run(try row.arguments(Self.sample.get()))
        #expect(run.status == row.status, "\(run.all)")
        for text in row.mentions { #expect(run.all.contains(text), "\(run.all)") }
        // What could not be done is told on standard error, what was found on standard output.
        #expect(run.error.isEmpty == (row.status != 2), "\(run.error)")
        if row.status == 2 { #expect(run.output.isEmpty, "\(run.output)") }
    }

    @Test func quietPrintsNothing() async throws {
        let sample = try Self.sample.get()
        #expect(try await Tool.run(sample.arguments(["--quiet"])).all.isEmpty)
        let refused = try await Tool.run(sample.arguments(artifact: Digest.of([1]).description, ["--quiet"]))
        #expect(refused.status == 1 && refused.all.isEmpty)
    }

    /// The first page of a process's memory, which nobody can read, not even root.
    private static let unreadable = "/proc/self/mem"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: unreadable), "\(unreadable) is not there"))
    func fileThatCannotBeReadIsNamed() async throws {
        let path = Self.unreadable
        let sample = try Self.sample.get()
        for arguments in [sample.arguments(bundle: path), sample.arguments(artifact: path)] {
            let run = try await Tool.run(arguments)
            #expect(run.status == 2 && run.error.contains("\(path): cannot be read"), "\(run.all)")
        }
    }

    @Test func digestIsAFileWhenOneHasThatName() async throws {
        let sample = try Sample()
        let digest = Digest.of(Sample.artifact).description
        #expect(try await Tool.run(sample.arguments(artifact: digest), in: sample.folder.path).status == 0)
        try sample.folder.write(digest, "something else")
        let run = try await Tool.run(sample.arguments(artifact: digest), in: sample.folder.path)
        #expect(run.status == 1 && run.output.contains("artifact-mismatch"), "\(run.all)")
        try sample.folder.write(digest, Sample.artifact)
        #expect(try await Tool.run(sample.arguments(artifact: digest), in: sample.folder.path).status == 0)
    }

    @Test func explodingRegexpIsHeldInLinearTime() async throws {
        // Each further "a" doubles what a backtracking engine does.
        var request = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        let subject = "https://example.com/" + String(repeating: "a", count: 2_000) + "!"
        request.signer = .certificate(CertificateRequest(subject: subject, issuer: Sample.workflow.issuer))
        let sample = try Sample(request)
        for (pattern, status) in [
            ("https://example.com/(a+)+", 1), ("https://example.com/(a+)+!", 0), ("(a+)+$", 1), ("(.*)*!", 0),
            ("(.|a|.*a)*b", 1),
        ] as [(String, Int32)] {
            let run = try await Tool.run(
                ["verify", "bundle", "--bundle", sample.bundle, "--certificate-identity-regexp", pattern]
                    + Self.issuer + sample.rootAndTime + [sample.artifact])
            #expect(run.status == status, "\(pattern): \(run.all)")
            #expect(run.duration < Tool.patience, "\(pattern)")
        }
    }
}
