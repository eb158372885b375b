import Attestation
import Core
import TestAuthority
import Testing

@Suite struct BundleTests {
    @Test(arguments: PrivateKey.Kind.allCases, [Service.rekorV1, .rekorV2])
    func mintsForEveryKeyManagedAndCertified(kind: PrivateKey.Kind, log: Service) throws {
        let authority = try Sample.authority()
        let key = try SharedKeys.key(kind)
        let signers: [SigningRequest.Signer] = [.certificate(.workflow()), .managedKey(hint: "release-key")]
        for signer in signers {
            var message = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
            message.signer = signer
            message.key = key
            message.records = [.init(log)]
            let bundle = try authority.mint(message)
            #expect(key.publicKey.isValid(signature: bundle.signature, for: Sample.artifact, schemes: [key.scheme]))
            var attestation = SigningRequest.attestation(about: Sample.artifact, at: Sample.time)
            attestation.signer = signer
            attestation.key = key
            attestation.records = [.init(log)]
            let enveloped = try authority.mint(attestation)
            let envelope = try Envelope(JSONCursor(enveloped.json).required("dsseEnvelope"), strict: true)
            #expect(
                key.publicKey.isValid(
                    signature: try #require(envelope.signatures.first).bytes,
                    for: envelope.preAuthenticationEncoding, schemes: [key.scheme]))
            for minted in [bundle, enveloped] {
                // The log names the same signature and, in PEM or DER, the same signer.
                let body = String(decoding: try #require(minted.entries.first).body, as: UTF8.self)
                #expect(body.contains(Base64.encode(minted.signature)))
                let signer = minted.certificate?.der ?? key.publicKey.subjectPublicKeyInfo
                let pem = minted.certificate?.pem ?? key.publicPEM
                #expect(body.contains(log == .rekorV1 ? Base64.encode(Array(pem.utf8)) : Base64.encode(signer)))
            }
            if case .managedKey(let hint) = signer {
                #expect(bundle.json["verificationMaterial"]?["publicKey"]?["hint"]?.string == hint)
                #expect(bundle.certificate == nil)
            }
        }
    }

    @Test func bodiesMatchTheirContentOnly() throws {
        let authority = try Sample.authority()
        var request = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        request.records = [.init(.rekorV1, kind: .dsse001)]
        let error = #expect(throws: AuthorityError.self) { try authority.mint(request) }
        #expect(error?.code == .unsupported)
        request.content = .payload([1, 2, 3], type: "application/octet-stream")
        #expect(try authority.mint(request).entries.first?.kind == .dsse001)
    }

    @Test func everyFlawIsListedOnceAndChangesSomething() throws {
        let authority = try Sample.authority()
        #expect(Set(Flaw.all).count == Flaw.all.count)
        let key = try PrivateKey(generating: .ed25519)
        for flaw in Flaw.all {
            var twin = flaw.twin(artifact: Sample.artifact, at: Sample.time)
            twin.key = key
            let right = try authority.mint(twin)
            let wrong = try authority.mint(twin.with(flaw))
            #expect(wrong.json != right.json || wrong.trustedRoot != right.trustedRoot, "\(flaw)")
            #expect(right.trustedRoot == authority.trustedRoot(options(twin)), "the twin of \(flaw)")
        }
    }

    private func options(_ request: SigningRequest) -> TrustRootOptions {
        var options = TrustRootOptions()
        options.services = request.trusted
        return options
    }

    @Test func flawsInTheTrustRootEndBeforeTheSignature() throws {
        let authority = try Sample.authority()
        for (flaw, list, path) in [
            (Flaw.authorityWindowEnded, "certificateAuthorities", ["validFor"]),
            (.sctLogWindowEnded, "ctlogs", ["publicKey", "validFor"]),
            (.logWindowEnded, "tlogs", ["publicKey", "validFor"]),
            (.timestampWindowEnded, "timestampAuthorities", ["validFor"]),
        ] {
            let request = flaw.twin(artifact: Sample.artifact, at: Sample.time)
            var cursor = try #require(
                try JSONCursor(try authority.mint(request.with(flaw)).trustedRoot).required(list)
                    .elements(Cap("services", 9)).first)
            for name in path { cursor = try cursor.required(name) }
            #expect(try cursor.required("end").instant() < Sample.time, "\(flaw)")
        }
    }

    @Test func replacesAtAPath() throws {
        let json: JSONValue = ["a": [["b": 1], ["b": 2]]]
        #expect(json.replacing(["a", "1", "b"], with: 3) == ["a": [["b": 1], ["b": 3]]])
        #expect(json.replacing(["a", "0"], with: nil) == ["a": [["b": 2]]])
        #expect(json.replacing(["a", "7", "b"], with: 3) == json)
    }
}
