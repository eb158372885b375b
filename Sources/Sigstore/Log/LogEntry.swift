internal import Core

/// A transparency log entry of a bundle (Sigstore protobuf-specs, `TransparencyLogEntry`); not verified yet.
struct LogEntry: Sendable, Hashable {
    struct InclusionProof: Sendable, Hashable {
        /// The leaf's index in the tree the proof is for, which is a shard of the log in Rekor v1.
        let index: UInt64
        let treeSize: UInt64
        let rootHash: [UInt8]
        let hashes: [[UInt8]]
        /// The signed checkpoint; bundles of version 0.1 may lack it.
        let checkpoint: String?
    }

    /// The kinds of entry whose contents are understood.
    enum Kind: Sendable, Hashable {
        case hashedRekord001, dsse001, intoto001, intoto002
        case hashedRekord002, dsse002

        /// Rekor v2 entries carry no time and are rebuilt from the bundle's own content.
        var isVersion2: Bool { self == .hashedRekord002 || self == .dsse002 }
    }

    let index: Int64
    let logID: [UInt8]
    let kind: Kind
    /// Seconds since 1970; only counts when the promise verifies.
    let integratedTime: Int64?
    /// The signed entry timestamp: the log's promise to include the entry.
    let promise: [UInt8]?
    let proof: InclusionProof?
    let body: [UInt8]

    static let maximumHashes = Cap("inclusion proof hashes", 64)
    static let maximumCheckpoint = Cap("checkpoint bytes", 64 << 10)

    init(_ cursor: JSONCursor) throws(JSONError) {
        try cursor.allow(only: [
            "logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise", "inclusionProof",
            "canonicalizedBody",
        ])
        // ProtoJSON leaves out zero: the first entry of a log has no logIndex.
        index = try Self.nonNegative(cursor.optional("logIndex"))
        let logID = try cursor.required("logId")
        try logID.allow(only: ["keyId"])
        self.logID = try logID.required("keyId").base64()
        let kindVersion = try cursor.required("kindVersion")
        try kindVersion.allow(only: ["kind", "version"])
        kind = try Self.kind(kindVersion)
        let time = try Self.nonNegative(cursor.optional("integratedTime"))
        integratedTime = time == 0 ? nil : time
        if let promise = try cursor.optional("inclusionPromise") {
            try promise.allow(only: ["signedEntryTimestamp"])
            let bytes = try promise.optional("signedEntryTimestamp")?.base64() ?? []
            self.promise = bytes.isEmpty ? nil : bytes
        } else {
            promise = nil
        }
        proof = if let proof = try cursor.optional("inclusionProof") { try Self.proof(proof) } else { nil }
        let body = try cursor.required("canonicalizedBody")
        self.body = try body.base64()
        guard !self.body.isEmpty else { throw body.error("the entry's body is empty") }
    }

    /// Reads the `bundle` annotation of cosign: a promise over a payload.
    init(cosignBundle text: String) throws(JSONError) {
        let root = JSONCursor(try JSONValue(parsing: text))
        try root.allow(only: ["SignedEntryTimestamp", "Payload"])
        promise = try root.required("SignedEntryTimestamp").base64()
        let payload = try root.required("Payload")
        try payload.allow(only: ["body", "integratedTime", "logIndex", "logID"])
        index = try Self.nonNegative(payload.required("logIndex"), as: .number)
        let time = try Self.nonNegative(payload.required("integratedTime"), as: .number)
        integratedTime = time == 0 ? nil : time
        let logID = try payload.required("logID")
        guard let bytes = Hex.decode(try logID.string()) else { throw logID.error("expected lowercase hexadecimal") }
        self.logID = bytes
        body = try payload.required("body").base64()
        proof = nil
        let document = JSONCursor(try JSONValue(parsing: body))
        kind = try Self.kind(document, version: "apiVersion")
    }

    /// How a document writes 64-bit numbers: ProtoJSON as strings, cosign's annotation as numbers.
    private enum Spelling { case string, number }

    private static func nonNegative(
        _ cursor: JSONCursor?, as spelling: Spelling = .string
    ) throws(JSONError) -> Int64 {
        guard let cursor else { return 0 }
        let value = try cursor.int64()
        guard (cursor.value.string != nil) == (spelling == .string) else {
            throw cursor.error("expected the number as a \(spelling), saw \(cursor.value.kind)")
        }
        guard value >= 0 else { throw cursor.error("expected a number that is not negative, saw \(value)") }
        return value
    }

    private static func kind(_ cursor: JSONCursor, version: String = "version") throws(JSONError) -> Kind {
        switch (try cursor.required("kind").string(), try cursor.required(version).string()) {
        case ("hashedrekord", "0.0.1"): return .hashedRekord001
        case ("hashedrekord", "0.0.2"): return .hashedRekord002
        case ("dsse", "0.0.1"): return .dsse001
        case ("dsse", "0.0.2"): return .dsse002
        case ("intoto", "0.0.1"): return .intoto001
        case ("intoto", "0.0.2"): return .intoto002
        case (let kind, let version):
            throw cursor.error(
                "entries of kind \(kind.prefix(40)) \(version.prefix(40)) are not supported; expected hashedrekord, dsse or intoto 0.0.1 or 0.0.2"
            )
        }
    }

    private static func proof(_ cursor: JSONCursor) throws(JSONError) -> InclusionProof {
        try cursor.allow(only: ["logIndex", "rootHash", "treeSize", "hashes", "checkpoint"])
        let rootHash = try cursor.required("rootHash")
        let root = try hash(rootHash)
        var hashes: [[UInt8]] = []
        for element in try cursor.optional("hashes")?.elements(maximumHashes) ?? [] { hashes.append(try hash(element)) }
        var text: String?
        if let checkpoint = try cursor.optional("checkpoint") {
            try checkpoint.allow(only: ["envelope"])
            let envelope = try checkpoint.required("envelope")
            let note = try envelope.string()
            guard note.utf8.count <= maximumCheckpoint.limit else {
                throw envelope.error("\(CapExceeded(cap: maximumCheckpoint, seen: note.utf8.count))", .tooLarge)
            }
            text = note
        }
        return InclusionProof(
            index: UInt64(try nonNegative(cursor.optional("logIndex"))),
            treeSize: UInt64(try nonNegative(cursor.required("treeSize"))), rootHash: root, hashes: hashes,
            checkpoint: text)
    }

    private static func hash(_ cursor: JSONCursor) throws(JSONError) -> [UInt8] {
        let bytes = try cursor.base64()
        guard bytes.count == 32 else { throw cursor.error("expected a hash of 32 bytes, saw \(bytes.count)") }
        return bytes
    }
}
