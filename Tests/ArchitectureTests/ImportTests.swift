import Foundation
import Testing

/// Which module may import which: data moves one way, and each library from outside has one home.
@Suite struct ImportTests {
    /// Our own modules, each with those it may import.
    static let arrows: [String: Set<String>] = [
        "Core": [],
        "Attestation": ["Core"],
        "Sigstore": ["Core", "Attestation"],
        "Outgoing": [],
        "Programs": ["Core"],
        "OCI": ["Core", "Outgoing", "Programs"],
        "Compression": ["Core"],
        "SBOM": ["Core", "Compression"],
        "Bolt": ["Core", "Outgoing"],
        "Risk": ["Core"],
        "YAML": ["Core"],
        "Policy": ["Core", "Attestation", "YAML"],
        "Kubernetes": ["Core"],
        "Admission": ["Core", "Attestation", "Sigstore", "OCI", "Policy", "Kubernetes"],
        "Lineage": ["Core", "Attestation", "SBOM", "Risk", "Bolt"],
        "Recording": ["Core", "Attestation", "Policy", "Admission", "SBOM", "Lineage"],
        "TransparencyLog": ["Core"],
        "DecisionLog": ["Core", "Attestation", "Policy", "Admission", "TransparencyLog"],
        "KubernetesClient": ["Core", "Outgoing", "Programs", "YAML", "Kubernetes"],
        "Cluster": ["Core", "Kubernetes", "KubernetesClient", "Policy", "Admission"],
        "Recorder": [
            "Core", "Outgoing", "Kubernetes", "KubernetesClient", "Policy", "TransparencyLog", "DecisionLog", "Lineage",
            "Recording",
        ],
        "Rollout": ["Core", "Attestation", "Policy", "Kubernetes", "Admission", "TransparencyLog", "DecisionLog"],
        "PolicyRendering": ["Core", "Attestation", "YAML", "Policy"],
        "Installation": ["Core", "YAML", "Kubernetes"],
        "ServingCertificates": ["Core"],
        "PrometheusMetrics": [],
        "Server": [
            "Core", "Attestation", "YAML", "Policy", "Kubernetes", "Admission", "TransparencyLog", "DecisionLog",
            "Lineage", "Recording", "Rollout", "PrometheusMetrics",
        ],
        "TestCluster": ["Core"],
        "TestDecisionLog": ["Core", "DecisionLog"],
        "TestAuthority": ["Core", "Attestation"],
        "TestSupport": ["Core"],
        "Rehearsal": [
            "Core", "Attestation", "Sigstore", "OCI", "YAML", "Policy", "Kubernetes", "Admission", "TestAuthority",
        ],
        "Drill": [
            "Core", "Attestation", "Policy", "Kubernetes", "Admission", "Lineage", "Recording", "Rehearsal",
            "TransparencyLog", "DecisionLog", "ServingCertificates", "Server",
        ],
        "mc": [
            "Core", "Attestation", "Sigstore", "OCI", "YAML", "Policy", "Kubernetes", "Admission", "SBOM", "Lineage",
            "Recording", "Rehearsal", "Drill", "TestAuthority", "TransparencyLog", "DecisionLog", "KubernetesClient",
            "Cluster", "Recorder", "Rollout", "PolicyRendering", "Installation", "ServingCertificates",
            "PrometheusMetrics", "Server",
        ],
    ]

    /// Libraries from outside, each with the modules that may import it.
    static let homes: [String: Set<String>] = [
        "Crypto": ["Core", "TestAuthority", "ServingCertificates"],
        "CryptoExtras": ["Core", "TestAuthority"],
        "SwiftASN1": ["Core", "Sigstore", "TestAuthority", "ServingCertificates"],
        "X509": ["TestAuthority", "ServingCertificates"],
        "ArgumentParser": ["mc"],
        "AsyncHTTPClient": ["OCI", "KubernetesClient", "Drill", "mc"],
        "GRDB": ["Lineage"],
        "CZlib": ["Compression"],
        "CLzma": ["Compression"],
        "CZstd": ["Compression"],
        "CBzip2": ["Compression"],
        "CExpat": ["SBOM"],
        "Yams": ["YAML"],
        "CYaml": ["YAML"],
        "Hummingbird": ["Server"],
        "HummingbirdCore": ["Server"],
        "HTTPTypes": ["Server"],
        "JWTKit": ["Server"],
        "ServiceLifecycle": ["Server", "Drill", "mc"],
        "UnixSignals": ["mc"],
        "Logging": ["Server", "Drill", "mc"],
        "CoreMetrics": ["PrometheusMetrics", "Server"],
        "Metrics": ["PrometheusMetrics", "Server", "mc"],
        "NIOCore": ["Bolt", "OCI", "KubernetesClient", "Server", "TestCluster", "mc", "Drill"],
        "NIOHTTP1": ["OCI", "KubernetesClient", "Server", "TestCluster", "mc", "Drill"],
        "NIOHTTPTypes": ["Server"],
        "NIOPosix": ["Bolt", "KubernetesClient", "Server", "TestCluster", "mc", "Drill"],
        "NIOSSL": ["Bolt", "KubernetesClient", "Server", "TestCluster", "mc", "Drill"],
        "Foundation": [
            "OCI", "Programs", "Lineage", "Rehearsal", "Drill", "KubernetesClient", "Server", "ServingCertificates",
            "TestSupport", "mc",
        ],
        "FoundationEssentials": ["OCI", "Lineage", "Rehearsal", "Drill", "ServingCertificates", "TestSupport", "mc"],
        "Synchronization": [
            "OCI", "Admission", "TransparencyLog", "DecisionLog", "KubernetesClient", "Cluster", "Recorder",
            "PrometheusMetrics", "Risk", "Server", "TestCluster", "TestDecisionLog", "TestSupport", "mc",
        ],
        "Dispatch": ["Admission", "DecisionLog", "Programs", "TransparencyLog"],
        "Glibc": [
            "Core", "OCI", "Admission", "TransparencyLog", "DecisionLog", "PrometheusMetrics", "Risk", "TestSupport",
            "mc",
        ],
    ]

    struct Import: Sendable, CustomTestStringConvertible {
        let module: String
        let imported: String
        let file: String

        var testDescription: String { "\(file) imports \(imported)" }
        var isAllowed: Bool {
            ImportTests.arrows[module]?.contains(imported) == true
                || ImportTests.homes[imported]?.contains(module) == true
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    static func imports(in source: String, module: String, file: String) -> [Import] {
        source.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            while let first = words.first,
                first.hasPrefix("@") || ["public", "internal", "package", "private"].contains(first)
            {
                words.removeFirst()
            }
            guard words.first == "import", words.count >= 2 else { return nil }
            let name = ["struct", "enum", "class", "func", "protocol", "var"].contains(words[1]) ? words[2] : words[1]
            return Import(module: module, imported: String(name.prefix { $0 != "." }), file: file)
        }
    }

    static let all: [Import] = {
        let sources = root.appending(path: "Sources")
        guard let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil) else {
            return []
        }
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file -> [Import] in
            let path = file.path.dropFirst(sources.path.count + 1)
            let module = String(path.prefix { $0 != "/" })
            return imports(
                in: (try? String(contentsOf: file, encoding: .utf8)) ?? "", module: module, file: String(path))
        }
    }()

    @Test func importsFollowTheArrows() {
        #expect(Self.all.count > 100)
        let forbidden = Self.all.filter { !$0.isAllowed }.map(\.testDescription)
        #expect(forbidden.isEmpty)
    }

    @Test func aForbiddenImportIsSeen() {
        let seen = Self.imports(
            in: "@_spi(X) internal import struct X509.Certificate\nimport Core\n", module: "Attestation",
            file: "A.swift")
        #expect(seen.map(\.imported) == ["X509", "Core"])
        #expect(seen.map(\.isAllowed) == [false, true])
    }

    @Test func everyModuleHasItsArrowsAndItsPage() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        #expect(Set(folders) == Set(Self.arrows.keys))
        for folder in folders where folder != "TestSupport" {
            let page = Self.root.appending(path: "Sources/\(folder)/README.md")
            #expect(FileManager.default.fileExists(atPath: page.path), "Sources/\(folder)/README.md is missing")
        }
    }
}
