import Attestation
import Core
import Sigstore
import TestSupport
import Testing

/// Real cosign signatures by keys, without certificate and log.
@Suite(.enabled(if: SharedData.isPresent, "conformance data"))
struct CosignKeyTests {
    static let now = Instant(seconds: 1_790_000_000)

    /// The public keys that these images' publisher documents.
    static let keys: [String: String] = [
        "default":
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEvtc/qpHtx7iUUj+rRHR99a8mnGniqiGkmUb9YpWWTS4YwlvwdmMDiGzcsHiDOYz6f88u2hCRF5GUCvyiZAKrsA==",
        "alice":
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEusIAt6EJ3YrTHdg2qkWVS0KuotWQwHDtyaXlq7Nhj8279+1u/l5pZhXJPW8PnGRRLdO5NbsuM6aT7pOcP100uw==",
        "bob":
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE01DasuXJ4rfzAEXsURSnbq4QzJ6oEJ2amYV/CBKqEhhl8fDESxsmbdqtBiZkDV2C3znIwV16SsJlRRYO+UrrAQ==",
        "charlie":
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEHBUYJVrH+aFYJPuryEkRyE6m0m4ANj+o/oW5fLRiEiXp0kbhkpLJR1LSwKYiX5Toxe3ePcuYpcWZn8Vqe3+oA==",
    ]

    static func key(_ name: String) throws -> TrustedKey {
        let text = try #require(keys[name])
        let der = try #require(Base64.decode(text))
        return TrustedKey(try PublicKey(subjectPublicKeyInfo: der))
    }

    /// Verifies every layer of an image's signature manifest.
    static func verdicts(_ image: String, keys names: [String], image asked: String? = nil) throws -> [Verdict] {
        let folder = "sigstore/cosign-legacy/registry/testimage"
        let manifest = try JSONCursor(
            JSONValue(parsing: SharedData.bytes("\(folder)/manifests/sha256-\(image).sig.json")))
        let verifier = Verifier(trustRoot: .keysOnly, signers: .keys(try names.map(key)))
        let artifact = Artifact(digest: try #require(Digest("sha256:\(asked ?? image)")))
        return try manifest.required("layers").elements(Cap("layers", 10)).map { layer in
            let payload = try SharedData.bytes("\(folder)/blobs/\(try layer.required("digest").string()).json")
            var annotations: [String: String] = [:]
            for (name, value) in try layer.required("annotations").members() { annotations[name] = try value.string() }
            return verifier.verify(
                try Bundle(cosignSignature: payload, annotations: annotations), artifact: artifact, now: now)
        }
    }

    static let single = "071bf7a986f1ca9cb2a1f0bc8392822a7777f90d58f2d2c6f271913e08de7c81"
    static let multiple = "bfec161fecb0a887df7cb85e4da327c65986ccda7060cf3cd92171c6c90d7533"

    @Test func signatureOfTheKeyIsVerified() throws {
        #expect(try Self.verdicts(Self.single, keys: ["alice"]).map { $0.evidence != nil } == [true])
    }

    @Test func signatureOfAnotherKeyIsRefused() throws {
        let verdicts = try Self.verdicts(Self.single, keys: ["default"])
        #expect(verdicts.map { $0.refusal?.finding.rule } == ["signature-invalid"])
    }

    @Test func signatureForAnotherImageIsRefused() throws {
        let verdicts = try Self.verdicts(Self.single, keys: ["alice"], image: Self.multiple)
        #expect(verdicts.map { $0.refusal?.finding.rule } == ["artifact-mismatch"])
    }

    @Test(arguments: [(["alice"], 1), (["alice", "bob"], 2), (["charlie", "alice", "bob"], 3), (["default"], 0)])
    func distinctKeysAreCounted(keys: [String], expected: Int) throws {
        let evidence = try Self.verdicts(Self.multiple, keys: keys).compactMap(\.evidence)
        #expect(SignerThreshold.distinct(evidence) == expected)
        #expect(SignerThreshold.distinct(evidence + evidence) == expected)
    }
}
