internal import Core
internal import OCI

/// One manifest's evidence in one place as it is kept on disk: the bytes of each piece and where it came from, nothing
/// of what was concluded from them.
///
/// A file is one line of canonical JSON, followed by the pieces' bytes. Whoever can write it can take pieces away and
/// can change when they were read, and the seal tells; nobody can add or change a piece, since each is verified anew.
struct StoredEvidence: Sendable {
    /// When the place was read in full.
    let readAt: Instant
    let pieces: [PlaceProgress.Piece]
    /// Whether it is known to be what this installation wrote.
    let isSealed: Bool

    private static let version: Int64 = 1
    private static let maximumHeader = 4 << 20
    private static let maximumPieces = Cap("pieces of evidence in a file", 512)

    init(readAt: Instant, pieces: [PlaceProgress.Piece], isSealed: Bool) {
        self.readAt = readAt
        self.pieces = pieces
        self.isSealed = isSealed
    }

    /// The file.
    ///
    /// - Parameter seal: what makes the seal; without it there is none.
    func encoded(_ key: EvidenceKey, seal: EvidenceSeal?) -> [UInt8] {
        let listed = pieces.map { piece -> JSONValue in
            let blob = piece.candidate.blob
            let annotations = blob.annotations.sorted { $0.key < $1.key }.map {
                JSONObject.Member(key: $0.key, value: .string($0.value))
            }
            return [
                "annotations": .object(JSONObject(annotations)), "digest": .string(blob.digest.description),
                "form": .string(piece.candidate.form.rawValue), "mediaType": .string(blob.mediaType),
                "origin": .string(piece.candidate.origin), "size": .integer(Int64(piece.bytes.count)),
            ]
        }
        let content: JSONValue = [
            "key": key.json, "pieces": .array(listed), "readAt": .string(readAt.description),
            "version": .integer(Self.version),
        ]
        let header: JSONValue = [
            "content": content, "seal": seal.map { .string($0.code(content.canonical).hex) } ?? .null,
        ]
        var bytes = header.canonical
        bytes.append(UInt8(ascii: "\n"))
        for piece in pieces { bytes += piece.bytes }
        return bytes
    }

    /// Reads a file; `nil` when it is not one of that key, or any byte of it is not what it should be.
    init?(_ bytes: [UInt8], key: EvidenceKey, seal: EvidenceSeal?) {
        guard let end = bytes.prefix(Self.maximumHeader).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let limits = JSONLimits(bytes: Self.maximumHeader, depth: 8, values: 200_000)
        do {
            let cursor = JSONCursor(try JSONValue(parsing: Array(bytes[..<end]), limits: limits))
            let content = try cursor.required("content")
            guard try content.required("version").int64() == Self.version,
                try content.required("key").value.canonical.elementsEqual(key.json.canonical)
            else { return nil }
            readAt = try content.required("readAt").instant()
            var pieces: [PlaceProgress.Piece] = []
            var start = end + 1
            for field in try content.required("pieces").elements(Self.maximumPieces) {
                guard let form = EvidenceCandidate.Form(rawValue: try field.required("form").string()),
                    let digest = Digest(try field.required("digest").string())
                else { return nil }
                let size = try field.required("size").int64()
                guard size >= 0, size <= bytes.count - start else { return nil }
                let piece = Array(bytes[start..<start + Int(size)])
                start += Int(size)
                guard Digest.of(piece, digest.algorithm) == digest else { return nil }
                var annotations: [String: String] = [:]
                for member in try field.required("annotations").members() {
                    annotations[member.name] = try member.cursor.string()
                }
                let blob = Descriptor(
                    mediaType: try field.required("mediaType").string(), digest: digest, size: piece.count,
                    annotations: annotations)
                pieces.append(
                    PlaceProgress.Piece(
                        candidate: EvidenceCandidate(
                            form: form, blob: blob, origin: try field.required("origin").string()),
                        bytes: piece))
            }
            guard start == bytes.count else { return nil }
            self.pieces = pieces
            if let seal, let code = try cursor.optional("seal")?.string() {
                isSealed = seal.accepts(code, for: content.value.canonical)
            } else {
                isSealed = false
            }
        } catch {
            return nil
        }
    }
}

/// Tells what this installation wrote (HMAC, RFC 2104, with SHA-256).
package struct EvidenceSeal: Sendable {
    private let inner: [UInt8]
    private let outer: [UInt8]

    /// - Parameter key: a secret that lies elsewhere than the cache; best 32 random bytes.
    package init(key: [UInt8]) {
        var block = key.count > 64 ? Digest.of(key).bytes : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        inner = block.map { $0 ^ 0x36 }
        outer = block.map { $0 ^ 0x5C }
    }

    func code(_ message: [UInt8]) -> Digest {
        var hasher = DigestHasher()
        hasher.update(inner)
        hasher.update(message)
        var second = DigestHasher()
        second.update(outer)
        second.update(hasher.finalize().bytes)
        return second.finalize()
    }

    func accepts(_ text: String, for message: [UInt8]) -> Bool {
        guard let given = Hex.decode(text), given.count == 32 else { return false }
        // Every byte is looked at, whatever the first ones are.
        return zip(given, code(message).bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
