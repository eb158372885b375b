// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "mc",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Core", targets: ["Core"]),
        .library(name: "Sigstore", targets: ["Sigstore"]),
        .library(name: "Attestation", targets: ["Attestation"]),
        .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
        .executable(name: "mc", targets: ["mc"]),
        // What Fuzz/ drives beside the libraries; it shows nothing but entries for fuzz targets.
        .library(name: "Fuzzing", targets: ["Bolt", "Compression", "Kubernetes", "Policy", "SBOM", "TransparencyLog"]),
        // What Benchmarks/ measures beside the libraries.
        .library(name: "Workbench", targets: ["Rehearsal"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // What everything stands on: digests, keys, JSON, references, findings, time, caps.
        .target(
            name: "Core", dependencies: [crypto, cryptoExtras, asn1], exclude: ["README.md"], swiftSettings: strict),
        .target(name: "Attestation", dependencies: ["Core"], exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "Sigstore", dependencies: ["Core", "Attestation", asn1], exclude: ["README.md"],
            resources: [.embedInCode("Resources/public-good.json"), .embedInCode("Resources/github.json")],
            swiftSettings: strict),
        // Other programs, run with bounds on their output and time.
        .target(name: "Programs", dependencies: ["Core"], exclude: ["README.md"], swiftSettings: strict),
        // When somebody outside is asked, and when asked again.
        .target(name: "Outgoing", exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "OCI", dependencies: ["Core", "Outgoing", "Programs", asyncHTTPClient, nioCore, nioHTTP1],
            exclude: ["README.md"], swiftSettings: strict),
        // System libraries, each with the Debian package that brings it.
        .systemLibrary(name: "CZlib", path: "Libraries/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLzma", path: "Libraries/CLzma", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(name: "CZstd", path: "Libraries/CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CBzip2", path: "Libraries/CBzip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CExpat", path: "Libraries/CExpat", providers: [.apt(["libexpat1-dev"])]),
        // gzip, xz, zstd and bzip2 as streams that end at a cap.
        .target(
            name: "Compression", dependencies: ["Core", "CZlib", "CLzma", "CZstd", "CBzip2"], exclude: ["README.md"],
            swiftSettings: strict),
        // CycloneDX and SPDX, streamed.
        .target(
            name: "SBOM", dependencies: ["Core", "Compression", "CExpat"], exclude: ["README.md"],
            swiftSettings: strict),
        // The wire protocol of Neo4j.
        .target(
            name: "Bolt", dependencies: ["Core", "Outgoing", nioCore, nioPosix, nioSSL], exclude: ["README.md"],
            swiftSettings: strict),
        // What follows from a graph: closures, blast radius, cheapest compromise, minimum cut.
        .target(name: "Risk", dependencies: ["Core"], exclude: ["README.md"], swiftSettings: strict),
        // Strict YAML with places, for everything people write: policies, waivers, manifests, test cases.
        .target(name: "YAML", dependencies: ["Core", yams], exclude: ["README.md"], swiftSettings: strict),
        // The policy bundle, waivers, and the one function that decides.
        .target(
            name: "Policy", dependencies: ["Core", "Attestation", "YAML"], exclude: ["README.md"],
            swiftSettings: strict),
        .target(name: "Kubernetes", dependencies: ["Core"], exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "Admission", dependencies: ["Core", "Attestation", "Sigstore", "OCI", "Policy", "Kubernetes"],
            exclude: ["README.md"], swiftSettings: strict),
        // A tiled transparency log on disk, its proofs, and witnesses (C2SP).
        .target(
            name: "TransparencyLog", dependencies: ["Core"], exclude: ["README.md"], swiftSettings: strict),
        // Decisions as entries of the log, and what the log knows of earlier ones.
        .target(
            name: "DecisionLog",
            dependencies: ["Core", "Attestation", "Policy", "Admission", "TransparencyLog"],
            exclude: ["README.md"], swiftSettings: strict),
        // A typed client of the Kubernetes API: kubeconfig and in-cluster, list, watch, apply.
        .target(
            name: "KubernetesClient",
            dependencies: [
                "Core", "Outgoing", "Programs", "YAML", "Kubernetes", asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
                nioSSL,
            ],
            exclude: ["README.md"], swiftSettings: strict),
        // What the cluster says: owners, namespaces' labels, what runs, which webhooks are set.
        .target(
            name: "Cluster", dependencies: ["Core", "Kubernetes", "KubernetesClient", "Policy", "Admission"],
            exclude: ["README.md"], swiftSettings: strict),
        // From the log outward: lineage, Events, PolicyReports; one leader writes.
        .target(
            name: "Recorder",
            dependencies: [
                "Core", "Outgoing", "Kubernetes", "KubernetesClient", "Policy", "TransparencyLog", "DecisionLog",
                "Lineage", "Recording",
            ],
            exclude: ["README.md"], swiftSettings: strict),
        // From Audit to Enforce, and from one bundle to the next: readiness, replay, shadow.
        .target(
            name: "Rollout",
            dependencies: [
                "Core", "Attestation", "Policy", "Kubernetes", "Admission", "TransparencyLog", "DecisionLog",
            ],
            exclude: ["README.md"], swiftSettings: strict),
        // The bundle in the words of other admission engines.
        .target(
            name: "PolicyRendering", dependencies: ["Core", "Attestation", "YAML", "Policy"], exclude: ["README.md"],
            swiftSettings: strict),
        // The manifests that install `mc` in a cluster.
        .target(
            name: "Installation", dependencies: ["Core", "YAML", "Kubernetes"], exclude: ["README.md"],
            swiftSettings: strict),
        // A CA and serving certificates for the webhook.
        .target(
            name: "ServingCertificates", dependencies: ["Core", x509, crypto, asn1], exclude: ["README.md"],
            swiftSettings: strict),
        // Metrics in Prometheus' text format.
        .target(
            name: "PrometheusMetrics", dependencies: [metrics], exclude: ["README.md"], swiftSettings: strict),
        // The listeners: webhook, API, health.
        .target(
            name: "Server",
            dependencies: [
                "Core", "Attestation", "YAML", "Policy", "Kubernetes", "Admission", "TransparencyLog", "DecisionLog",
                "Lineage", "Recording", "Rollout", "PrometheusMetrics", hummingbird, httpTypes, jwtKit, logging,
                metrics, nioCore, nioHTTP1, nioHTTPTypes, nioPosix, nioSSL, serviceLifecycle,
            ],
            exclude: ["README.md"], resources: [.embedInCode("Resources/openapi.json")], swiftSettings: strict),
        .target(
            name: "Lineage", dependencies: ["Core", "Attestation", "SBOM", "Risk", "Bolt", grdb],
            exclude: ["README.md"], swiftSettings: strict),
        // What was verified and decided goes into lineage, and what lineage knows goes into decisions.
        .target(
            name: "Recording", dependencies: ["Core", "Attestation", "Policy", "Admission", "SBOM", "Lineage"],
            exclude: ["README.md"], swiftSettings: strict),
        // A Sigstore instance of its own for tests, demo and drills; it shares no code with the verifier.
        .target(
            name: "TestAuthority", dependencies: ["Core", "Attestation", asn1, crypto], exclude: ["README.md"],
            swiftSettings: strict),
        // Written cases played through the real engine: evidence is minted, collected, decided and compared.
        .target(
            name: "Rehearsal",
            dependencies: [
                "Core", "Attestation", "Sigstore", "OCI", "YAML", "Policy", "Kubernetes", "Admission", "TestAuthority",
            ], exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "Drill",
            dependencies: [
                "Core", "Attestation", "Policy", "Kubernetes", "Admission", "Lineage", "Recording", "Rehearsal",
                "TransparencyLog", "DecisionLog", "ServingCertificates", "Server", asyncHTTPClient, logging, nioCore,
                nioHTTP1, nioPosix, nioSSL, serviceLifecycle,
            ],
            exclude: ["README.md"], swiftSettings: strict),
        // A small scripted API server; only test targets use it.
        .target(
            name: "TestCluster", dependencies: ["Core", nioCore, nioHTTP1, nioPosix, nioSSL], exclude: ["README.md"],
            swiftSettings: strict),
        // Real servers, temporary folders and the data beside the project; only test targets use it.
        .target(name: "TestSupport", swiftSettings: strict),
        // A decision log in memory that fails on demand; only test targets use it.
        .target(
            name: "TestDecisionLog", dependencies: ["Core", "DecisionLog"], exclude: ["README.md"],
            swiftSettings: strict),
        .executableTarget(
            name: "mc",
            dependencies: [
                "Core", "Attestation", "Sigstore", "OCI", "YAML", "Policy", "Kubernetes", "Admission", "SBOM",
                "Lineage",
                "Recording", "Rehearsal", "Drill", "TestAuthority", "TransparencyLog", "DecisionLog",
                "KubernetesClient", "Cluster", "Recorder", "Rollout", "PolicyRendering", "Installation",
                "ServingCertificates", "PrometheusMetrics", "Server", argumentParser, asyncHTTPClient, logging, metrics,
                nioCore, nioHTTP1, nioPosix, nioSSL, serviceLifecycle, unixSignals,
            ],
            exclude: ["README.md"], swiftSettings: strict),

        .testTarget(name: "CoreTests", dependencies: ["Core", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "AttestationTests", dependencies: ["Attestation", "Core"], swiftSettings: strict),
        .testTarget(
            name: "SigstoreTests", dependencies: ["Sigstore", "Attestation", "Core", "TestAuthority", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "ProgramsTests", dependencies: ["Programs", "Core", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "OCITests", dependencies: ["OCI", "Outgoing", "Core", "TestSupport", nioCore, nioHTTP1, nioPosix],
            swiftSettings: strict),
        .testTarget(
            name: "CompressionTests", dependencies: ["Compression", "Core", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SBOMTests", dependencies: ["SBOM", "Compression", "Core", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "BoltTests",
            dependencies: ["Bolt", "Outgoing", "Core", "TestSupport", nioCore, nioPosix, nioSSL, x509, crypto, asn1],
            swiftSettings: strict),
        .testTarget(name: "RiskTests", dependencies: ["Risk", "Core", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "Core", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "PolicyTests",
            dependencies: ["Policy", "YAML", "Attestation", "Core", "Sigstore", "TestAuthority", "TestSupport"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "KubernetesTests", dependencies: ["Kubernetes", "Core", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "AdmissionTests",
            dependencies: [
                "Admission", "Policy", "Kubernetes", "OCI", "Sigstore", "Attestation", "Core", "TestAuthority",
                "Rehearsal", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LineageTests",
            dependencies: ["Lineage", "Attestation", "Core", "Sigstore", "TestAuthority", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RecordingTests",
            dependencies: [
                "Recording", "Lineage", "Admission", "Policy", "Kubernetes", "Rehearsal", "Attestation", "Core",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RehearsalTests",
            dependencies: ["Rehearsal", "Policy", "Admission", "Kubernetes", "YAML", "Core", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "DrillTests", dependencies: ["Drill", "Lineage", "Core", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TestAuthorityTests", dependencies: ["TestAuthority", "Core", "Attestation", asn1, crypto, x509],
            swiftSettings: strict),
        .testTarget(
            name: "CLITests",
            dependencies: [
                "mc", "Core", "Attestation", "OCI", "TestAuthority", "TransparencyLog", "KubernetesClient",
                "TestCluster", "Installation", "Server", "TestSupport", "Rehearsal", "Policy", "Kubernetes",
                asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
                nioSSL,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TransparencyLogTests", dependencies: ["TransparencyLog", "Core", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "DecisionLogTests",
            dependencies: [
                "DecisionLog", "TransparencyLog", "Policy", "Admission", "Attestation", "Core", "Rehearsal",
                "Kubernetes", "TestDecisionLog", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "KubernetesClientTests",
            dependencies: [
                "KubernetesClient", "Outgoing", "Kubernetes", "Core", "TestCluster", "TestSupport", asn1, crypto,
                x509,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ClusterTests",
            dependencies: [
                "Cluster", "KubernetesClient", "Outgoing", "Kubernetes", "Admission", "Policy", "OCI", "Core",
                "TestCluster", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RecorderTests",
            dependencies: [
                "Recorder", "KubernetesClient", "Outgoing", "Kubernetes", "Policy", "TransparencyLog", "DecisionLog",
                "Lineage", "YAML", "Core", "TestCluster", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RolloutTests",
            dependencies: [
                "Rollout", "Policy", "Admission", "Kubernetes", "TransparencyLog", "DecisionLog", "Attestation",
                "Core", "Rehearsal", "TestDecisionLog", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PolicyRenderingTests",
            dependencies: [
                "PolicyRendering", "Policy", "Kubernetes", "Admission", "OCI", "YAML", "Attestation", "Core",
                "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "InstallationTests", dependencies: ["Installation", "Kubernetes", "YAML", "Core", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ServingCertificatesTests",
            dependencies: ["ServingCertificates", "Core", "TestSupport", asn1, x509, nioCore, nioEmbedded, nioSSL],
            swiftSettings: strict),
        .testTarget(
            name: "PrometheusMetricsTests",
            dependencies: ["PrometheusMetrics", "TestSupport", metrics, nioCore, nioHTTP1, nioPosix],
            swiftSettings: strict),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "Policy", "Kubernetes", "Admission", "TransparencyLog", "DecisionLog", "Rehearsal", "Rollout",
                "PrometheusMetrics", "ServingCertificates", "Attestation", "OCI", "Core", "TestAuthority",
                "TestDecisionLog", "TestSupport", asyncHTTPClient, crypto, hummingbird, jwtKit, nioCore, nioHTTP1,
                nioPosix, nioSSL,
                nioTLS,
                logging, metrics, serviceLifecycle,
            ],
            swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
