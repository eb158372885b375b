// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that building and testing the product does not build this.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "verification", targets: ["Verification"]),
        .executable(name: "decide", targets: ["Decide"]),
    ],
    dependencies: [
        .package(name: "mc", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "Verification",
            dependencies: [
                .product(name: "Sigstore", package: "mc"), .product(name: "Core", package: "mc"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "Decide", dependencies: [.product(name: "Workbench", package: "mc")], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
