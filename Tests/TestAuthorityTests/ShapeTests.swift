import Core
import Foundation
import TestAuthority
import Testing

/// What is minted has the fields of the real thing, no more and no fewer.
@Suite("shaped as real data", .enabled(if: RealData.folder != nil, "skipped: no MC_TEST_DATA and no ../shared/data"))
struct ShapeTests {
    @Test func trustedRoot() throws {
        let authority = try Sample.authority()
        let real = try RealData.json("sigstore/trusted_root.public-good.json")
        // The real one also lists services that have ended.
        #expect(paths(authority.trustedRoot()) == paths(real).filter { !$0.hasSuffix("validFor.end") })
    }

    @Test(arguments: [
        ("happy-path-v0.3", EntryKind.hashedRekord001), ("happy-path-intoto-in-dsse-v3", .dsse001),
        ("intoto-with-custom-trust-root", .intoto002), ("rekor2-happy-path", .hashedRekord002),
    ])
    func bundle(name: String, kind: EntryKind) throws {
        let real = try RealData.json("sigstore/conformance/\(name)/bundle.sigstore.json")
        var request =
            kind == .dsse001 || kind == .intoto002
            ? SigningRequest.attestation(about: Sample.artifact, at: Sample.time)
            : SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        request.records = [.init(kind == .hashedRekord002 ? .rekorV2 : .rekorV1, kind: kind)]
        request.timestamps = kind == .intoto002 || kind == .hashedRekord002 ? 1 : 0
        if let version = BundleVersion(rawValue: try #require(real["mediaType"]?.string)) { request.version = version }
        let authority = try Sample.authority {
            // The real one of this kind is alone in its log.
            if kind == .intoto002 { ($0.entryIndex, $0.treeSize) = (0, 1) }
        }
        let minted = try authority.mint(request)
        // A key id that says nothing is optional.
        #expect(paths(minted.json) == paths(real).filter { !$0.hasSuffix("keyid") })
        let body = try JSONValue(parsing: try #require(minted.entries.first).body)
        #expect(paths(body) == paths(try Self.body(real)))
    }

    private static func body(_ bundle: JSONValue) throws -> JSONValue {
        let entry = try JSONCursor(bundle).required("verificationMaterial").required("tlogEntries")
            .elements(Cap("entries", 1))[0]
        return try JSONValue(parsing: try entry.required("canonicalizedBody").base64())
    }

    @Test func cosignSignature() throws {
        let name = "sha256-31dc72a13a0c34b40eb95419d2b2fd67320c856baf3b72da518023ee8d370aee.sig.json"
        let manifest = try RealData.json("sigstore/cosign-legacy/registry/testimage/manifests/\(name)")
        let layer = try JSONCursor(manifest).required("layers").elements(Cap("layers", 1))[0]
        let real = try layer.required("annotations")
        let digest = try layer.required("digest").string()
        let payload = try RealData.json("sigstore/cosign-legacy/registry/testimage/blobs/\(digest).json")

        let request = SigningRequest.simpleSigning(
            image: Digest.of([1]), reference: "registry.example/app", at: Sample.time)
        let minted = try Sample.authority().mint(request).cosignLayer()
        #expect(minted.mediaType == (try layer.required("mediaType").string()))
        #expect(minted.annotations.keys.sorted() == (try real.object().keys.sorted()))
        #expect(paths(try JSONValue(parsing: minted.bytes)) == paths(payload))
        let bundle = "dev.sigstore.cosign/bundle"
        let annotation = try JSONValue(parsing: Array(try #require(minted.annotations[bundle]).utf8))
        let realAnnotation = try JSONValue(parsing: Array(try real.required(bundle).string().utf8))
        #expect(paths(annotation) == paths(realAnnotation))
    }

    @Test func cosignAttestation() throws {
        var request = SigningRequest.attestation(about: Sample.artifact, at: Sample.time)
        request.records = [.init(.rekorV1, kind: .intoto001)]
        let bundle = try Sample.authority().mint(request)
        let layer = bundle.cosignLayer()
        #expect(layer.mediaType == "application/vnd.dsse.envelope.v1+json")
        #expect(layer.annotations["dev.cosignproject.cosign/signature"]?.isEmpty == true)
        let body = try JSONValue(parsing: try #require(bundle.entries.first).body)
        #expect(
            paths(body) == [
                "apiVersion", "kind", "spec.content.hash.algorithm", "spec.content.hash.value",
                "spec.content.payloadHash.algorithm", "spec.content.payloadHash.value", "spec.publicKey",
            ])
        #expect(body["spec"]?["content"]?["hash"]?["value"]?.string == Digest.of(layer.bytes).hex)
    }

    /// The fields that hold a value, sorted; elements of an array share a path.
    private func paths(_ value: JSONValue) -> [String] {
        func walk(_ value: JSONValue, _ prefix: String) -> Set<String> {
            switch value {
            case .object(let object):
                Set(object.members.flatMap { walk($0.value, prefix.isEmpty ? $0.key : "\(prefix).\($0.key)") })
            case .array(let elements): Set(elements.flatMap { walk($0, prefix + "[]") })
            default: [prefix]
            }
        }
        return walk(value, "").sorted()
    }
}

enum RealData {
    static let folder: String? = {
        let given = ProcessInfo.processInfo.environment["MC_TEST_DATA"]
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data").path
        return [given, beside].compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0 + "/sigstore") }
    }()

    static func json(_ path: String) throws -> JSONValue {
        let folder = try #require(folder)
        let data = try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(path))
        return try JSONValue(parsing: Array(data))
    }
}
