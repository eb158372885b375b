import Core
import TestAuthority
import Testing

@Suite struct LogTests {
    /// The root that a proof leads to, by the verification algorithm of RFC 9162 §2.1.3.2.
    private func root(body: [UInt8], proof: JSONValue) throws -> [UInt8]? {
        let cursor = JSONCursor(proof)
        var index = try cursor.required("logIndex").int64()
        var last = try cursor.required("treeSize").int64() - 1
        var hash = Digest.of([0] + body).bytes
        for node in try cursor.required("hashes").elements(Cap("hashes", 64)) {
            let sibling = try node.base64()
            if last == 0 { return nil }
            if index & 1 == 1 || index == last {
                hash = Digest.of([1] + sibling + hash).bytes
                while index & 1 == 0, index != 0 {
                    index >>= 1
                    last >>= 1
                }
            } else {
                hash = Digest.of([1] + hash + sibling).bytes
            }
            index >>= 1
            last >>= 1
        }
        return last == 0 ? hash : nil
    }

    @Test(arguments: [(0, 1), (0, 2), (1, 2), (2, 3), (6, 7), (3, 8), (41, 100), (99, 100), (127, 129), (128, 129)])
    func provesInclusion(index: Int, size: Int) throws {
        let authority = try Sample.authority {
            $0.entryIndex = index
            $0.treeSize = size
        }
        let bundle = try authority.mint(SigningRequest(.artifact(Sample.artifact), at: Sample.time))
        let entry = try #require(bundle.entries.first)
        let proof = try #require(entry.json["inclusionProof"])
        let expected = try JSONCursor(proof).required("rootHash").base64()
        #expect(try root(body: entry.body, proof: proof) == expected)
        #expect(try root(body: entry.body + [0], proof: proof) != expected)
    }

    @Test(arguments: [Service.rekorV1, .rekorV2], [PrivateKey.Kind.p256, .ed25519])
    func signsCheckpoints(service: Service, kind: PrivateKey.Kind) throws {
        let authority = try Sample.authority {
            $0.rekorV2Kind = kind
            $0.witnesses = ["witness.example"]
        }
        var request = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        request.records = [.init(service)]
        let entry = try #require(try authority.mint(request).entries.first)
        let note = try JSONCursor(entry.json).required("inclusionProof").required("checkpoint").required("envelope")
            .string()
        let parts = note.split(separator: "\n\n")
        let lines = try #require(parts.last).split(separator: "\n")
        #expect(lines.count == 2)
        let fields = try #require(lines.first).split(separator: " ")
        let signature = try #require(Base64.decode(String(fields[2])))
        #expect(fields[1] == (service == .rekorV1 ? "rekor.sigstore.example" : "log2026-1.rekor.sigstore.example"))
        #expect(Array(signature.prefix(4)) == Array(entry.logID.prefix(4)))
        let text = Array((parts[0] + "\n").utf8)
        let key = try authority.key(of: service)
        #expect(key.isValid(signature: Array(signature.dropFirst(4)), for: text))
        #expect(!key.isValid(signature: Array(signature.dropFirst(4)), for: text + [0x0A]))
        if service == .rekorV2, kind == .ed25519 {
            let name = Array(String(fields[1]).utf8)
            #expect(entry.logID == Digest.of(name + [0x0A, 1] + key.subjectPublicKeyInfo.suffix(32)).bytes)
        } else {
            #expect(entry.logID == Digest.of(key.subjectPublicKeyInfo).bytes)
        }
    }

    private func isPromised(_ entry: MintedBundle.Entry, by key: PublicKey) throws -> Bool {
        let cursor = JSONCursor(entry.json)
        let text =
            "{\"body\":\"\(try cursor.required("canonicalizedBody").string())\""
            + ",\"integratedTime\":\(try cursor.required("integratedTime").int64())"
            + ",\"logID\":\"\(Hex.encode(try cursor.required("logId").required("keyId").base64()))\""
            + ",\"logIndex\":\(try cursor.required("logIndex").int64())}"
        let signature = try cursor.required("inclusionPromise").required("signedEntryTimestamp").base64()
        return key.isValid(signature: signature, for: Array(text.utf8))
    }

    @Test func promisesEntries() throws {
        let authority = try Sample.authority()
        let entry = try #require(
            try authority.mint(SigningRequest(.artifact(Sample.artifact), at: Sample.time)).entries.first)
        #expect(try isPromised(entry, by: authority.key(of: .rekorV1)))
        #expect(entry.integratedTime == Sample.time.seconds + 1)
        #expect(entry.index == 4_163_431 + 41)
    }

    @Test(arguments: [
        Flaw.setBadSignature, .setOtherKey, .integratedTimeAltered, .logIDOther, .logIndexOther, .foreignLog,
    ])
    func promisesSomethingElse(flaw: Flaw) throws {
        let authority = try Sample.authority()
        let request = SigningRequest(.artifact(Sample.artifact), at: Sample.time).with(flaw)
        let entry = try #require(try authority.mint(request).entries.first)
        #expect(try !isPromised(entry, by: authority.key(of: .rekorV1)))
    }

    @Test func saysWhichLogIsMissing() throws {
        var request = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        request.records = [.init(.extraLog(0))]
        let authority = try Sample.authority()
        let error = #expect(throws: AuthorityError.self) { try authority.mint(request) }
        #expect(error?.code == .missing)
        let larger = try Sample.authority { $0.extraLogs = [.v2] }
        #expect(try larger.mint(request).entries.count == 1)
    }
}
