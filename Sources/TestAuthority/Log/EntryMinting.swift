internal import Core

/// What is needed to write one entry into a log, and what is to be wrong about it.
struct EntryMinting {
    let log: TransparencyLog
    /// Signs in the log's stead where a flaw asks for it.
    let impostor: PrivateKey
    /// The id of another log that is trusted.
    let otherLogID: [UInt8]
    let witnesses: [Witness]
    /// Whether the witnesses' lines come before the log's.
    let witnessesFirst: Bool
    let index: Int
    let size: Int
    let flaws: Set<Flaw>

    struct Witness: Sendable {
        let name: String
        let key: PrivateKey
    }

    /// Logs a body.
    ///
    /// - Parameters:
    ///   - promise: whether a Rekor v1 log also signs the entry's timestamp.
    ///   - proof: whether the inclusion proof is handed out.
    func entry(
        _ body: [UInt8], kind: EntryKind, at time: Instant, promise: Bool, proof: Bool
    ) throws -> MintedBundle.Entry {
        let globalIndex = index + log.globalIndexOffset
        var json = JSONObject()
        let shownIndex = flaws.contains(.logIndexOther) ? globalIndex + 1 : globalIndex
        json["logIndex"] = .string(String(shownIndex))
        json["logId"] = ["keyId": .string(Base64.encode(flaws.contains(.logIDOther) ? otherLogID : log.id))]
        let shownKind: EntryKind =
            flaws.contains(.kindVersionOther) ? (kind == .dsse001 ? .hashedRekord001 : .dsse001) : kind
        json["kindVersion"] = ["kind": .string(shownKind.kind), "version": .string(shownKind.version)]
        var signedEntryTimestamp: [UInt8]?
        if log.generation == .v1 {
            var seconds = time.seconds
            if flaws.contains(.integratedTimeOutsideCertificate) { seconds += 3_600 }
            if promise && !flaws.contains(.integratedTimeWithoutSET) {
                signedEntryTimestamp = try self.promise(body, integratedTime: seconds, index: globalIndex)
            }
            if flaws.contains(.integratedTimeAltered) { seconds += 60 }
            json["integratedTime"] = .string(String(seconds))
            json["inclusionPromise"] = signedEntryTimestamp.map {
                ["signedEntryTimestamp": .string(Base64.encode($0))]
            }
        }
        if proof && !flaws.contains(.proofMissing) {
            json["inclusionProof"] = try inclusionProof(body, at: time)
        }
        json["canonicalizedBody"] = .string(Base64.encode(body))
        return MintedBundle.Entry(
            json: .object(json), body: body, kind: kind, logID: log.id, index: Int64(globalIndex),
            integratedTime: log.generation == .v1 ? time.seconds : nil, signedEntryTimestamp: signedEntryTimestamp)
    }

    /// The signed entry timestamp: ECDSA over canonical JSON (RFC 8785) of body, time, log and index.
    private func promise(_ body: [UInt8], integratedTime: Int64, index: Int) throws -> [UInt8] {
        let payload: JSONValue = [
            "body": .string(Base64.encode(body)), "integratedTime": .integer(integratedTime),
            "logID": .string(Hex.encode(log.id)), "logIndex": .integer(Int64(index)),
        ]
        var signature = try (flaws.contains(.setOtherKey) ? impostor : log.key).sign(payload.canonical)
        if flaws.contains(.setBadSignature) { signature.flipLastBit() }
        return signature
    }

    private func inclusionProof(_ body: [UInt8], at time: Instant) throws -> JSONValue {
        let tree = MerkleTree(entry: body, at: index, size: size)
        var hashes = tree.proof(of: index)
        var root = tree.root
        if flaws.contains(.proofHashCorrupted), !hashes.isEmpty { hashes[0].flipLastBit() }
        if flaws.contains(.rootHashOther) { root.flipLastBit() }
        var object = JSONObject()
        object["logIndex"] = .string(String(flaws.contains(.proofIndexOff) ? index ^ 1 : index))
        object["rootHash"] = .string(Base64.encode(root))
        object["treeSize"] = .string(String(flaws.contains(.proofSizeOff) ? tree.size * 4 : tree.size))
        object["hashes"] = .array(hashes.map { .string(Base64.encode($0)) })
        if !flaws.contains(.checkpointMissing) {
            object["checkpoint"] = ["envelope": .string(try checkpoint(tree, at: time))]
        }
        return .object(object)
    }

    private func checkpoint(_ tree: MerkleTree, at time: Instant) throws -> String {
        var checkpoint = Checkpoint(origin: log.origin, size: tree.size, root: tree.root)
        if log.generation == .v1 { checkpoint.extra = ["Timestamp: \(time.seconds)000000000"] }
        if flaws.contains(.checkpointRootOther) { checkpoint.root.flipLastBit() }
        if flaws.contains(.checkpointSizeOther) { checkpoint.size += 1 }
        if flaws.contains(.checkpointOtherOrigin) { checkpoint.origin = "log.other.example" }
        let foreign = flaws.contains(.checkpointForeignKey)
        let signer = foreign || flaws.contains(.checkpointBadSignature) ? impostor : log.key
        let id =
            foreign
            ? TransparencyLog.id(of: impostor.publicKey, name: log.name, generation: log.generation) : log.id
        var hint = Array(id.prefix(4))
        if flaws.contains(.checkpointBadHint) { hint.flipLastBit() }
        let own = Checkpoint.Signature(
            name: flaws.contains(.checkpointOtherName) ? "log.other.example" : log.name, hint: hint,
            bytes: try signer.sign(Array(checkpoint.text.utf8)))
        let cosignatures = try witnesses.map {
            try checkpoint.cosignature(of: $0.key, name: $0.name, at: time)
        }
        return checkpoint.note(witnessesFirst ? cosignatures + [own] : [own] + cosignatures)
    }
}

extension Array<UInt8> {
    mutating func flipLastBit() {
        guard let last = indices.last else { return }
        self[last] ^= 1
    }

    func flippingLastBit() -> [UInt8] {
        var copy = self
        copy.flipLastBit()
        return copy
    }
}
