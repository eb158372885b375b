import Core
import Testing

@Suite struct PublicKeyTests {
    private func key(_ base64: String) throws -> PublicKey {
        try PublicKey(subjectPublicKeyInfo: #require(Base64.decode(base64)))
    }

    @Test(arguments: SignatureVector.all)
    func signaturesOfOthersVerify(vector: SignatureVector) throws {
        let key = try key(vector.key)
        let signature = try #require(Base64.decode(vector.signature))
        let message = SignatureVector.message
        #expect(key.isValid(signature: signature, for: message, schemes: [vector.scheme]))
        #expect(!key.isValid(signature: signature, for: message + [0], schemes: [vector.scheme]))
        #expect(!key.isValid(signature: signature, for: message, schemes: []))
        for index in [0, signature.count / 2, signature.count - 1] {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.isValid(signature: changed, for: message, schemes: [vector.scheme]))
        }
        #expect(!key.isValid(signature: [], for: message))
        #expect(!key.isValid(signature: signature.dropLast(), for: message, schemes: [vector.scheme]))
        #expect(!key.isValid(signature: signature + [0], for: message, schemes: [vector.scheme]))
    }

    // RSA of swift-crypto ends the process on digests that are not its own.
    @Test(arguments: SignatureVector.all)
    func signaturesVerifyOverTheDigestAlone(vector: SignatureVector) throws {
        let key = try key(vector.key)
        let signature = try #require(Base64.decode(vector.signature))
        guard let hash = vector.scheme.hash else {
            for algorithm in DigestAlgorithm.allCases {
                let digest = Digest.of(SignatureVector.message, algorithm)
                #expect(!key.isValid(signature: signature, forDigest: digest, scheme: vector.scheme))
            }
            return
        }
        let digest = Digest.of(SignatureVector.message, hash)
        #expect(key.isValid(signature: signature, forDigest: digest, scheme: vector.scheme))
        #expect(!key.isValid(signature: signature, forDigest: .of([], hash), scheme: vector.scheme))
        for other in DigestAlgorithm.allCases where other != hash {
            let digest = Digest.of(SignatureVector.message, other)
            #expect(!key.isValid(signature: signature, forDigest: digest, scheme: vector.scheme))
        }
    }

    @Test(arguments: SignatureVector.all)
    func aSignatureOfOneSchemeIsNoneOfAnother(vector: SignatureVector) throws {
        let key = try key(vector.key)
        let signature = try #require(Base64.decode(vector.signature))
        let others =
            DigestAlgorithm.allCases.flatMap { hash -> [SignatureScheme] in
                [.ecdsa(hash), .rsaPKCS1(hash), .rsaPSS(hash)]
            } + [.ed25519]
        for scheme in others where scheme != vector.scheme {
            #expect(!key.isValid(signature: signature, for: SignatureVector.message, schemes: [scheme]))
        }
    }

    @Test func keysAreNamedByTheDigestOfTheirBytes() throws {
        let vector = try #require(SignatureVector.all.first)
        let key = try key(vector.key)
        #expect(key.fingerprint == .of(try #require(Base64.decode(vector.key))))
        #expect(try PublicKey(pem: PEM.encode(label: "PUBLIC KEY", bytes: key.subjectPublicKeyInfo)) == key)
        #expect(try Set(SignatureVector.all.map { try self.key($0.key) }).count == 6)
    }

    // The same modulus as a good key of 2048 bits, with exponents that make forging trivial or the key no key.
    private static let modulus = """
        MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEA2JhJZkSI1u79tGsP5N1SOlBtDoBKX5aZ6DZwRP5VlSeAy2YVL01nXIBk+iq8xatk\
        0IXHuC8DZGuD6vlUfL45ZmiRx8zxkKy4nHCAEia1BGFI0d6JltE5AULi6m8So1mCEqOU1HdYT9uJhYKj4xMxhPtVwgoJTH54ZDvCV4w+VzkP\
        aFN5YTrqDHj4xx+FqKFdU7GmSxkFS62GESqdk71oEwt2tbhWAMYwpDkGNV6dI6strF+vrhSmPE7+d2B/vMpa7vzl6pIi7xnVrqV963jJEWOG\
        0G93rOQdOiicKngsIFgh0z3q6UmMQwc9oactOxynj2jhALBC1MrGihIGDFQJnQ
        """

    @Test(arguments: [
        (
            "1024 bits",
            "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCrWZyJQTlndFqZ8B/ocfGcgpavp0KyYj0zcBncV0qdxJy4hm1xp8j98YHx6VWXoQoS"
                + "TXnfzX9vYzzQeg3EqmxostwFho1XDMrGgB+/IAOoaYMK9r0R3HVsBaOyV1IVbeacGCmnpaHlscln63bMNwJ3KMHD7ecDamg3YrON"
                + "YuAyhQIDAQAB", KeyError.Code.weak
        ),
        ("exponent 1", modulus + "IBAQ==", .malformed), ("exponent 2", modulus + "IBAg==", .malformed),
        (
            "secp256k1",
            "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEhnjcuMgVkY9DKPdvgR6SzbiJpYbXi67RkPbSTXF8DfRI4cmGhT6biGhwBIIsMjSUjplQKRGejwB"
                + "vbQLCfM7wcA==", .unsupported
        ),
        (
            "a point off the curve",
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6T5obdw2fKu+g/TxpB21mILVUPGCm1njc1LB/AiCm7hE6I3GqHKrmJ6TW47Ie1+nihUuNAfu"
                + "9efHibw3EgEfLg==", .malformed
        ),
        ("nothing", "", .malformed), ("not DER", "aGVsbG8=", .malformed),
    ])
    func keysThatMustNotBeUsedAreRefused(name: String, base64: String, code: KeyError.Code) throws {
        #expect { try key(base64) } throws: { ($0 as? KeyError)?.code == code }
    }

    @Test(arguments: SignatureVector.all)
    func trailingBytesAreRefused(vector: SignatureVector) throws {
        let bytes = try #require(Base64.decode(vector.key))
        #expect(throws: KeyError.self) { try PublicKey(subjectPublicKeyInfo: bytes + [0]) }
        #expect(throws: KeyError.self) { try PublicKey(subjectPublicKeyInfo: bytes.dropLast()) }
    }

    @Test func ed25519KeysHaveNoParameters() throws {
        let bits: [UInt8] = [0x03, 0x21, 0x00] + Array(repeating: 7, count: 32)
        let plain: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70] + bits
        let null: [UInt8] = [0x30, 0x2C, 0x30, 0x07, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x05, 0x00] + bits
        #expect(throws: Never.self) { try PublicKey(subjectPublicKeyInfo: plain) }
        #expect(throws: KeyError.self) { try PublicKey(subjectPublicKeyInfo: null) }
    }

    @Test func aPEMTextHoldsExactlyOnePublicKey() throws {
        let pem = try PrivateKey(generating: .p256).publicPEM
        #expect(throws: Never.self) { try PublicKey(pem: pem) }
        #expect(throws: KeyError.self) { try PublicKey(pem: pem + pem) }
        #expect(throws: KeyError.self) { try PublicKey(pem: "") }
        #expect(throws: KeyError.self) { try PublicKey(pem: pem.replacing("PUBLIC KEY", with: "CERTIFICATE")) }
        #expect(throws: KeyError.self) { try PublicKey(pem: pem.replacing("PUBLIC KEY", with: "RSA PUBLIC KEY")) }
    }

    /// A signature has one encoding; any other would let a changed bundle verify (SEC 1 §C.5, X.690 §10, §8.3).
    @Test(arguments: [PrivateKey.Kind.p256, .p384, .p521])
    func onlyTheOneEncodingOfASignatureCounts(kind: PrivateKey.Kind) throws {
        let key = try PrivateKey(generating: kind)
        for message in (0..<32).map({ [UInt8($0)] }) {
            let signature = try key.sign(message)
            func isValid(_ changed: [UInt8]) -> Bool { key.publicKey.isValid(signature: changed, for: message) }
            #expect(isValid(signature))
            let header = signature[1] == 0x81 ? 3 : 2
            let integers = Array(signature[header...])
            let r = Array(integers[2..<(2 + Int(integers[1]))])
            let s = Array(integers[(4 + r.count)...])
            func sequence(_ parts: [UInt8]...) -> [UInt8] {
                let content = parts.flatMap { $0 }
                return (content.count < 0x80 ? [0x30] : [0x30, 0x81]) + [UInt8(content.count)] + content
            }
            func integer(_ bytes: [UInt8]) -> [UInt8] { [0x02, UInt8(bytes.count)] + bytes }
            #expect(sequence(integer(r), integer(s)) == signature)
            let negative = r.map { ~$0 }
            let others: [[UInt8]] = [
                signature + [0], Array(signature.dropLast()), [], [0x30], [0x30, 0x81], [0x31] + signature.dropFirst(),
                sequence(integer([0] + r), integer(s)), sequence(integer(r), integer([0] + s)),
                sequence(integer(r), integer(s), [0x05, 0x00]), sequence(integer(r)), sequence(integer(s), integer(r)),
                sequence(integer(negative), integer(s)), sequence(integer([]), integer(s)),
                sequence(integer([0]), integer(s)), sequence([0x03] + integer(r).dropFirst(), integer(s)),
                sequence([0x02, 0x81] + integer(r).dropFirst(), integer(s)), [0x30, 0x80] + integers + [0, 0],
                [0x30, 0x82, 0x00, UInt8(integers.count)] + integers,
                header == 2 ? [0x30, 0x81, UInt8(integers.count)] + integers : [0x30] + signature.dropFirst(2),
                sequence(integer(r.first == 0 ? Array(r.dropFirst()) : [0x80] + r), integer(s)),
            ]
            for other in others { #expect(!isValid(other), "\(other)") }
        }
    }

    @Test func ieeeP1363SignaturesBecomeDER() throws {
        let raw = Array(repeating: UInt8(1), count: 64)
        let key = try PrivateKey(generating: .p256).publicKey
        #expect(key.derSignature(ieeeP1363: raw)?.prefix(4) == [0x30, 0x44, 0x02, 0x20])
        #expect(key.derSignature(ieeeP1363: raw.dropLast()) == nil)
        #expect(try PrivateKey(generating: .ed25519).publicKey.derSignature(ieeeP1363: raw) == nil)
    }
}
