import Attestation
import Core
import Foundation
import Testing

/// The published evidence beside the project.
enum TestData {
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["MC_TEST_DATA"] { return URL(fileURLWithPath: path) }
        return packageRoot.appendingPathComponent("../shared/data")
    }()

    static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        try Array(Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// The statement of a Sigstore bundle's DSSE envelope.
    static func bundleStatement(_ path: String) throws -> Statement {
        let bundle = JSONCursor(try JSONValue(parsing: bytes(path)))
        return try Statement(parsing: Envelope(bundle.required("dsseEnvelope")).payload)
    }

    /// The statement of a bare DSSE envelope.
    static func envelopeStatement(_ path: String) throws -> Statement {
        try Statement(parsing: Envelope(parsing: bytes(path)).payload)
    }
}

/// A statement about one made-up artifact.
func statement(_ predicateType: String, _ predicate: JSONValue) -> Statement {
    let digest = SubjectDigest(algorithm: "sha256", value: String(repeating: "ab", count: 32))
    return Statement(
        subjects: [Statement.Subject(name: "app", digests: [digest])], predicateType: predicateType,
        predicate: predicate)
}

/// The error of a block that must throw one.
func jsonError(_ body: () throws -> Void) -> JSONError? {
    do {
        try body()
        return nil
    } catch {
        return error as? JSONError
    }
}
