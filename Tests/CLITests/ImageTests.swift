import Core
import Foundation
import OCI
import TestAuthority
import TestSupport
import Testing

/// `mc verify image` on layouts: real ones and minted ones.
@Suite("Images") struct ImageTests {
    /// The workflow that attested the real images.
    static let generator = [
        "--certificate-identity-regexp",
        "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v.*",
        "--certificate-oidc-issuer", "https://token.actions.githubusercontent.com",
    ]

    @Suite(.enabled(if: SharedData.isPresent, "\(SharedData.missing)"))
    struct RealImages {
        static let versions = SharedData.folders("slsa/gha_generic_container")

        private func layout(_ version: String) throws -> (path: String, digest: String) {
            let folder = "slsa/gha_generic_container/\(version)/container_workflow_dispatch"
            return (try SharedData.url(folder).path, try SharedData.text("\(folder).digest"))
        }

        @Test(arguments: versions, [[], ["--predicate-type", "https://slsa.dev/provenance/v0.2"]])
        func realImageVerifies(version: String, more: [String]) async throws {
            let (path, digest) = try layout(version)
            for name in [path, path + "@" + digest] {
                let run = try await Tool.run(["verify", "image"] + generator + more + [name, "-o", "json"])
                #expect(run.status == 0, "\(run.all)")
                let json = try JSONValue(parsing: Array(run.output.utf8))
                #expect(json["digest"]?.string == digest)
                #expect(json["parts"]?.array?.first?["verified"]?.array?.count == 1)
            }
        }

        @Test(arguments: versions)
        func realImageOfAnotherBuilderOrPredicateIsRefused(version: String) async throws {
            let path = try layout(version).path
            for arguments in [
                generator + ["--predicate-type", "https://slsa.dev/provenance/v1"],
                ["--certificate-identity-glob", "https://github.com/mallory/**"] + generator.suffix(2),
                generator.prefix(2) + ["--certificate-oidc-issuer", "https://accounts.google.com"],
                generator + ["--signers", "2"], generator + ["--trusted-root", "github"],
            ] {
                let run = try await Tool.run(["verify", "image"] + arguments + [path])
                #expect(run.status == 1 && run.output.contains("evidence-missing"), "\(arguments): \(run.all)")
            }
        }

        @Test func bothVersionsAreThere() { #expect(Self.versions == ["v1.4.0", "v2.0.0"]) }
    }

    @Test func attestedImageVerifies() async throws {
        let layout = try MintedLayout()
        let evidence = try layout.attest()
        for name in [layout.path, layout.path + ":1.0", layout.path + "@\(layout.image.digest)", layout.path + "/"] {
            let run = try await Tool.run(evidence.arguments(name))
            #expect(run.status == 0 && run.output.contains(layout.image.digest.description), "\(name): \(run.all)")
        }
    }

    @Test func imageWithoutEvidenceIsRefused() async throws {
        let bare = try MintedLayout()
        let evidence = try MintedLayout().attest()
        let run = try await Tool.run(evidence.arguments(bare.path))
        #expect(run.status == 1, "\(run.all)")
        #expect(run.output.contains("evidence-missing") && run.output.contains("no evidence beside the image"))
    }

    @Test func evidenceOfAnotherImageIsRefused() async throws {
        let layout = try MintedLayout()
        let evidence = try layout.attest(about: Digest.of(Array("another image".utf8)))
        let run = try await Tool.run(evidence.arguments(layout.path))
        #expect(run.status == 1 && run.output.contains("subject-mismatch"), "\(run.all)")
    }

    @Test func thereMustBeAsManySignersAsDemanded() async throws {
        let layout = try MintedLayout()
        let evidence = try layout.attest()
        // The same workflow once more is no second signer (CVE-2026-49834).
        _ = try layout.attest(predicateType: "https://example.com/another/v1")
        let two = try await Tool.run(evidence.arguments(layout.path, ["--signers", "2"]))
        #expect(two.status == 1 && two.output.contains("1 distinct signer in 2 pieces"), "\(two.all)")
        for count in ["0", "33", "-1", "x"] {
            #expect(try await Tool.run(evidence.arguments(layout.path, ["--signers=\(count)"])).status == 2)
        }
    }

    @Test func whatIsNotThereCannotBeEvaluated() async throws {
        let layout = try MintedLayout()
        let evidence = try layout.attest()
        let other = Digest.of(Array("another".utf8))
        for (name, text) in [
            ("/nonexistent/layout", "there is no such folder"), ("./nonexistent:1.0", "there is no such folder"),
            (layout.path + ":2.0", "index.json names 1.0"), (layout.path + "@\(other)", "is not in the layout"),
            (layout.path + "@sha256:abc", "expected folder@sha256:"), (layout.folder.path, "oci-layout"),
            (layout.path + ":", "no manifest is tagged"), ("UPPER/case", "UPPER/case: "),
            (evidence.bundle, "is a file; expected the folder of an OCI layout"), ("", "the reference is empty"),
        ] {
            let run = try await Tool.run(evidence.arguments(name))
            #expect(run.status == 2 && run.error.contains(text) && run.output.isEmpty, "\(name): \(run.all)")
            #expect(run.duration < Tool.patience)
        }
    }

    @Test func brokenLayoutCannotBeEvaluated() async throws {
        let layout = try MintedLayout()
        let evidence = try layout.attest()
        let index = layout.path + "/index.json"
        let good = try Data(contentsOf: URL(filePath: index))
        for bytes in [
            Array(good.dropLast(3)), [], Array(String(repeating: "[", count: 100_000).utf8), Array("{}".utf8),
        ] {
            try Data(bytes).write(to: URL(filePath: index))
            let run = try await Tool.run(evidence.arguments(layout.path), memory: Tool.memory)
            #expect(run.status == 2 && run.error.contains("index.json"), "\(run.all)")
        }
        let file = try FileHandle(forWritingTo: URL(filePath: index))
        try file.truncate(atOffset: 100 << 20)
        try file.close()
        let run = try await Tool.run(evidence.arguments(layout.path), memory: Tool.memory)
        #expect(run.status == 2 && run.error.contains("manifest bytes"), "\(run.all)")
        #expect(run.duration < Tool.patience)
    }
}
