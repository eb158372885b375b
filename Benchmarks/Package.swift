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
        .executable(name: "load", targets: ["Load"]),
        .executable(name: "ceiling", targets: ["Ceiling"]),
        .executable(name: "scene", targets: ["Scene"]),
    ],
    dependencies: [
        .package(name: "mc", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
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
        // An open-loop load generator for HTTPS with client certificates.
        .executableTarget(
            name: "Load",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: strict),
        // The least a webhook on the same server can do: parse the review and answer.
        .executableTarget(
            name: "Ceiling",
            dependencies: [
                .product(name: "Workbench", package: "mc"), .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: strict),
        // What the suite `admission` runs on: a signed policy, reviews, and evidence in a registry.
        .executableTarget(
            name: "Scene", dependencies: [.product(name: "Workbench", package: "mc")], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
