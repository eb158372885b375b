internal import Core
internal import Synchronization

/// Carries a request to a witness: HTTP by the caller.
public protocol WitnessTransport: Sendable {
    /// Posts a body to the witness's `add-checkpoint`.
    ///
    /// - Throws: when there is no answer.
    func post(_ body: [UInt8]) async throws -> WitnessResponse
}

/// Asks one witness for cosignatures, and believes only those of its key.
public final class WitnessClient: CheckpointCosigner {
    private let key: VerifierKey
    private let transport: any WitnessTransport
    /// How far the witness was when it last answered.
    private let known = Mutex<UInt64>(0)

    private static let attempts = 3

    /// - Throws: ``LogError`` `malformed` when the key is no witness's (type 0x04).
    public init(key: VerifierKey, transport: any WitnessTransport) throws(LogError) {
        guard key.type == .cosignature else {
            throw LogError(.malformed, "the witness's key \(key) is a log's (type 1); expected type 4")
        }
        self.key = key
        self.transport = transport
    }

    /// Asks for a cosignature; when the witness is at another size, asks again from there.
    ///
    /// - Throws: ``LogError`` `refused` with the witness's words when it refuses, `inconsistent` when it has cosigned
    ///   more than the log has: the log went back, or another log uses its key.
    public func cosign(_ checkpoint: SignedCheckpoint, reader: LogReader) async throws -> [NoteSignature] {
        let size = checkpoint.checkpoint.size
        var old = min(known.withLock { $0 }, size)
        for _ in 0..<Self.attempts {
            let proof = old == 0 ? [] : try await reader.consistencyProof(from: old, to: size)
            let request = AddCheckpointRequest(oldSize: old, proof: proof, checkpoint: checkpoint)
            let answer = try await transport.post(request.body)
            switch answer.status {
            case 200:
                let signatures = try NoteSignature.lines(answer.body).filter {
                    key.isValid($0, for: checkpoint.note.text)
                }
                guard !signatures.isEmpty else {
                    throw LogError(.refused, "the witness answered no valid cosignature of \(key)")
                }
                known.withLock { $0 = max($0, size) }
                return signatures
            case 409:
                guard let latest = Self.size(answer) else {
                    throw LogError(.refused, "the witness answered 409 without the size it knows")
                }
                guard latest <= size else {
                    throw LogError(
                        .inconsistent,
                        "the witness \(key.name) has cosigned \(latest) entries, this checkpoint covers \(size); if another "
                            + "checkpoint is not on its way, the log went back or its key is used twice")
                }
                guard latest != old else {
                    throw LogError(
                        .inconsistent,
                        "the witness \(key.name) has cosigned another root for \(size) entries: the log was forked")
                }
                old = latest
            case 422:
                throw LogError(
                    .inconsistent,
                    "the witness \(key.name) says that the log does not continue what it cosigned: \(Self.words(answer))"
                )
            default:
                throw LogError(.refused, "the witness \(key.name) answered \(answer.status): \(Self.words(answer))")
            }
        }
        throw LogError(
            .refused, "the witness \(key.name) answered another size each time; somebody else asks for this log")
    }

    private static func size(_ answer: WitnessResponse) -> UInt64? {
        guard
            answer.contentType.split(separator: ";").first.map({ $0.isSame(as: WitnessResponse.sizeContentType) })
                == true,
            answer.body.last == 0x0A
        else { return nil }
        return Decimal.parse(answer.body.dropLast())
    }

    private static func words(_ answer: WitnessResponse) -> String {
        PrintableText.quote(String(decoding: answer.body.prefix(400), as: UTF8.self).excerpt(200))
    }
}
