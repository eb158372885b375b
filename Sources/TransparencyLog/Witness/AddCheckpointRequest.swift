internal import Core

/// What a log sends to a witness: how far the witness is said to be, the proof from there, and the checkpoint
/// (C2SP tlog-witness, "add-checkpoint").
public struct AddCheckpointRequest: Sendable, Hashable {
    public let oldSize: UInt64
    public let proof: [TreeHash]
    public let checkpoint: SignedCheckpoint

    /// What a body has at most; 63 hashes and a note.
    public static let maximumBytes = SignedNote.maximumBytes.limit + (8 << 10)

    public init(oldSize: UInt64, proof: [TreeHash], checkpoint: SignedCheckpoint) {
        self.oldSize = oldSize
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// Reads a request's body.
    ///
    /// - Throws: ``LogError`` `malformed` with the line that is not as it should be.
    public init(_ body: [UInt8]) throws(LogError) {
        guard body.count <= Self.maximumBytes else {
            throw LogError(.malformed, "a request has at most \(Self.maximumBytes) bytes, saw \(body.count)")
        }
        var rest = body[...]
        func line() throws(LogError) -> ArraySlice<UInt8> {
            guard let end = rest.firstIndex(of: 0x0A) else {
                throw LogError(.malformed, "the request ends before the checkpoint")
            }
            defer { rest = rest[(end + 1)...] }
            return rest[..<end]
        }
        let first = try line()
        guard first.starts(with: "old ".utf8), let oldSize = Decimal.parse(first.dropFirst(4)) else {
            throw LogError(.malformed, "expected old and a size without leading zeroes on line 1")
        }
        self.oldSize = oldSize
        var proof: [TreeHash] = []
        while true {
            let next = try line()
            if next.isEmpty { break }
            guard let hash = TreeHash(base64: next), proof.count < MerkleTree.longestProof.limit else {
                throw LogError(
                    .malformed,
                    "line \(proof.count + 2): expected one of at most \(MerkleTree.longestProof.limit) hashes in base64, or "
                        + "an empty line")
            }
            proof.append(hash)
        }
        self.proof = proof
        checkpoint = try SignedCheckpoint(Array(rest))
    }

    /// The request's body.
    public var body: [UInt8] {
        Array((["old \(oldSize)"] + proof.map(\.description)).map { $0 + "\n" }.joined().utf8)
            + [0x0A] + checkpoint.bytes
    }
}

/// An answer to a request over HTTP, without HTTP.
public struct WitnessResponse: Sendable, Hashable {
    public let status: Int
    public let contentType: String
    public let body: [UInt8]

    public init(status: Int, contentType: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// The type of an answer that tells the size the witness knows (C2SP tlog-witness).
    public static let sizeContentType = "text/x.tlog.size"

    init(_ status: Int, _ text: String) { self.init(status: status, body: Array("\(text)\n".utf8)) }
}
