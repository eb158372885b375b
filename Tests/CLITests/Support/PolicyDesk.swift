import Core
import Foundation
import TestSupport

/// A folder with openssl's keys, a bundle's source and the trust in its keys, as an operator has them.
struct PolicyDesk {
    static let image = "sha256:a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf"

    let folder: TemporaryFolder
    var path: String { folder.path }

    init() async throws {
        folder = try TemporaryFolder(isKept: true)
        let keys =
            "for k in policy platform alice bob mallory; do "
            + "openssl ecparam -name prime256v1 -genkey -noout -out $k.pem && openssl ec -in $k.pem -pubout -out $k.pub "
            + "|| exit 1; done"
        let made = try await Tool.shell(keys, in: path)
        guard made.status == 0 else { throw Tool.Failure(description: made.error) }
        try writeBundle()
        try folder.write(
            "trust.yaml",
            Self.document(
                "RoleTrust", "clusters",
                "  roles:\n    - name: policy\n      keys:\n" + Self.element(try pem("policy"), margin: 8)))
    }

    func pem(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name).pub", encoding: .utf8) }

    static func document(_ kind: String, _ name: String, _ spec: String) -> String {
        "apiVersion: mc.internal/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec:\n\(spec)"
    }

    private static func element(_ pem: String, margin: Int) -> String {
        let space = String(repeating: " ", count: margin)
        return "\(space)- |\n"
            + pem.split(separator: "\n").map { "\(space)  \($0)\n" }.joined()
    }

    /// Writes the source of a bundle.
    func writeBundle(version: String = "28.1.0", mode: String = "Enforce", expires: String = "2100-01-01T00:00:00Z")
        throws
    {
        let approvers = try ["alice", "bob"].map { name in
            "    - name: \(name)\n      keys:\n" + Self.element(try pem(name), margin: 8)
        }.joined()
        try folder.write(
            "source/bundle.yaml",
            Self.document(
                "BundleManifest", "payments", "  version: \(version)\n  expires: \(expires)\n  approvers:\n\(approvers)"
            ))
        try folder.write(
            "source/payments.yaml",
            Self.document(
                "DeployPolicy", "payments",
                """
                  mode: \(mode)
                  match: {namespaces: [payments], images: ["ghcr.io/org/*"]}
                  bind:
                    - repository: org/app
                      environments: [prod]
                      signer: {issuer: "https://issuer.example", subject: "https://github.com/org/app/*"}
                      deployer: {issuer: "https://issuer.example", subject: "repo:org/app:environment:prod"}

                """))
        try folder.write(
            "source/environments.yaml",
            Self.document(
                "EnvironmentMap", "all",
                "  namespaces:\n    - {clusters: [prod-eu], names: [payments], environment: prod}\n"))
        try folder.write(
            "source/cluster.yaml",
            Self.document(
                "ClusterIdentity", "prod-eu",
                "  users: [{issuer: \"https://issuer.example\", usernamePrefix: \"oidc:\"}]\n"))
    }

    /// Runs `mc` in the folder; the arguments are separated by spaces.
    func mc(_ arguments: String, _ more: [String] = []) async throws -> Tool.Run {
        try await Tool.run(arguments.split(separator: " ").map(String.init) + more, in: path)
    }

    /// Builds and signs the bundle.
    func release(to folder: String = "bundle", by keys: String = "--key policy.pem") async throws {
        for arguments in ["policy bundle build source -o \(folder)", "policy bundle sign \(folder) \(keys)"] {
            let run = try await mc(arguments)
            guard run.status == 0 else { throw Tool.Failure(description: run.all) }
        }
    }

    /// Writes a waiver's draft to `waivers`.
    func draft(
        _ id: String, _ change: [String: String] = [:], _ more: [String] = []
    ) async throws -> Tool.Run {
        try FileManager.default.createDirectory(atPath: "\(path)/waivers", withIntermediateDirectories: true)
        var options = [
            "--id": id, "--rule": "hermetic-required", "--namespace": "payments", "--image": Self.image,
            "--owner": "team-payments", "--approved-by": "alice", "--reason": "the mirror is down", "--for": "90m",
            "--out": "waivers/\(id).yaml",
        ]
        options.merge(change) { $1 }
        return try await mc(
            "waiver create", options.filter { !$0.value.isEmpty }.flatMap { [$0.key, $0.value] } + more)
    }
}
