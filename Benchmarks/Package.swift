// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that building and testing the product does not build this.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let sigstore: [Target.Dependency] = [.product(name: "Sigstore", package: "mc"), .product(name: "Core", package: "mc")]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "verification", targets: ["Verification"]),
        .executable(name: "verify-once", targets: ["VerifyOnce"]),
    ],
    dependencies: [
        .package(name: "mc", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "Verification", dependencies: sigstore + [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .executableTarget(name: "VerifyOnce", dependencies: sigstore, swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
