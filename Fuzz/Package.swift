// swift-tools-version: 5.4
// From tools version 5.5 on SwiftPM renames an executable's `main`, and libFuzzer's own would not be linked.
import PackageDescription

let library: [Target.Dependency] = [
    .product(name: "Core", package: "mc"), .product(name: "Attestation", package: "mc"),
    .product(name: "Sigstore", package: "mc"), .product(name: "Fuzzing", package: "mc"),
]

/// One executable for each kind of input; `run` names it.
func fuzz(_ name: String) -> Target { .executableTarget(name: name, dependencies: library + ["FuzzSupport"]) }

let package = Package(
    name: "Fuzz",
    platforms: [.macOS("15.0")],
    dependencies: [.package(name: "mc", path: "..")],
    targets: [
        fuzz("FuzzBundle"), fuzz("FuzzCertificate"), fuzz("FuzzCosign"), fuzz("FuzzDSSE"), fuzz("FuzzEntry"), fuzz("FuzzImage"),
        fuzz("FuzzJSON"), fuzz("FuzzPattern"), fuzz("FuzzPolicy"), fuzz("FuzzReview"), fuzz("FuzzText"),
        fuzz("FuzzTrustRoot"), fuzz("FuzzWaiver"), fuzz("FuzzNote"), fuzz("FuzzProof"), fuzz("FuzzWitness"),
        fuzz("FuzzJournal"), fuzz("FuzzEntries"), fuzz("FuzzPurl"), fuzz("FuzzCompressed"), fuzz("FuzzBill"),
        fuzz("FuzzBolt"),
        .target(name: "FuzzSupport", dependencies: library),
    ]
)
