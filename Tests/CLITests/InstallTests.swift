import Foundation
import TestSupport
import Testing

/// Installing, and the certificates it needs, as an operator types it.
@Suite struct InstallTests {
    private static let image = "registry.example.com/mc@sha256:" + String(repeating: "a", count: 64)

    @Test func certificatesAreMadeShownAndRotatedOnce() async throws {
        let folder = try TemporaryFolder()
        let out = "\(folder.path)/certs"
        let at = ["--at", "2026-01-01T00:00:00Z"]
        let made = try await Tool.run(["certs", "bootstrap", "--dns", "mc.example", "--out", out] + at)
        #expect(made.status == 0, "\(made.all)")
        #expect(try await Tool.run(["certs", "bootstrap", "--dns", "mc.example", "--out", out] + at).status == 2)
        for name in ["ca.key", "tls.key"] {
            let file = URL(filePath: "\(out)/\(name)").resolvingSymlinksInPath().path
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let late = ["--at", "2026-03-20T00:00:00Z"]
        let rotated = try await Tool.run(["certs", "rotate", "--dir", out] + late)
        #expect(
            rotated.output == "renewed the serving certificate until 2026-06-18T00:00:00Z, "
                + "since a third of its life was left\n")
        let again = try await Tool.run(["certs", "rotate", "--dir", out] + late)
        #expect(again.output.hasPrefix("nothing is due before "))
        #expect(try await Tool.run(["certs", "show", "--dir", out] + late).status == 0)
        #expect(try await Tool.run(["certs", "show", "--dir", out, "--at", "2026-06-18T00:00:01Z"]).status == 1)
        let bundle = ["install", "--image", Self.image, "--ca-bundle", "\(out)/ca.crt"]
        #expect(try await Tool.run(bundle).status == 0)
    }

    @Test(arguments: [
        (["--image", image], "--ca-bundle"), (["--image", "mc:1.0", "--cert-manager"], "sha256 digest"),
        (["--image", image, "--cert-manager", "-o", "kustomize"], "--output-dir"),
        (["--image", image, "--cert-manager", "--only", "all of it"], "expected server, webhook or all"),
        (["--image", image, "--cert-manager", "--ca-bundle", "x"], "exclude each other"),
    ])
    func whatCannotBeInstalledIsSaid(arguments: [String], words: String) async throws {
        let run = try await Tool.run(["install"] + arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.error.contains(words), "\(run.error)")
    }
}
