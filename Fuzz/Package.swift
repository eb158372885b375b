// swift-tools-version: 5.4
// From tools version 5.5 on SwiftPM renames an executable's `main`, and libFuzzer's own would not be linked.
import PackageDescription

let parent: [Target.Dependency] = [
    .product(name: "Attestation", package: "mc"), .product(name: "Sigstore", package: "mc"), "FuzzSupport",
]

/// One executable for each kind of input; `run` names it.
func fuzz(_ name: String) -> Target { .executableTarget(name: name, dependencies: parent) }

let package = Package(
    name: "Fuzz",
    platforms: [.macOS("15.0")],
    dependencies: [.package(name: "mc", path: "..")],
    targets: [
        fuzz("FuzzBundle"), fuzz("FuzzCertificate"), fuzz("FuzzCosign"), fuzz("FuzzDSSE"), fuzz("FuzzImage"),
        fuzz("FuzzJSON"), fuzz("FuzzPattern"), fuzz("FuzzTrustRoot"),
        .target(
            name: "FuzzSupport",
            dependencies: [.product(name: "Attestation", package: "mc"), .product(name: "Sigstore", package: "mc")]),
    ]
)
