import Core
import Testing

@Suite struct PrivateKeyTests {
    private static let message = Array("a message".utf8)

    @Test(arguments: PrivateKey.Kind.allCases)
    func signaturesVerifyWithTheirOwnKeyOnly(kind: PrivateKey.Kind) throws {
        let key = try PrivateKey(generating: kind)
        let other = try PrivateKey(generating: kind)
        let signature = try key.sign(Self.message)
        #expect(key.publicKey.isValid(signature: signature, for: Self.message))
        #expect(key.publicKey.isValid(signature: signature, for: Self.message, schemes: [key.scheme]))
        #expect(!key.publicKey.isValid(signature: signature, for: Self.message + [0]))
        #expect(!other.publicKey.isValid(signature: signature, for: Self.message))
        #expect(try PublicKey(pem: key.publicPEM) == key.publicKey)
    }

    @Test(arguments: PrivateKey.Kind.allCases)
    func signaturesVerifyOverTheDigestExceptEd25519(kind: PrivateKey.Kind) throws {
        let key = try PrivateKey(generating: kind)
        let signature = try key.sign(Self.message)
        for algorithm in DigestAlgorithm.allCases {
            let digest = Digest.of(Self.message, algorithm)
            #expect(
                key.publicKey.isValid(signature: signature, forDigest: digest, scheme: key.scheme)
                    == (key.scheme.hash == algorithm))
        }
    }

    @Test func othersTextsAreNoPrivateKeys() throws {
        let key = try PrivateKey(generating: .p384)
        for text in ["", "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n", key.publicPEM] {
            #expect(throws: KeyError.self) { try PrivateKey(pem: text) }
        }
    }

}
