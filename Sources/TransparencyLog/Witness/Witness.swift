internal import Core
internal import Synchronization

/// Cosigns the checkpoints of logs it knows, each only if it continues what was cosigned before (C2SP tlog-witness).
///
/// Two checkpoints that contradict each other never both get this witness's cosignature, so who demands it cannot be
/// shown another history than everybody else.
public final class Witness: Sendable {
    /// The key its cosignatures verify with.
    public var verifierKey: VerifierKey { signer.verifierKey }

    private let signer: NoteSigner
    private let logs: [String: [VerifierKey]]
    private let store: any WitnessStore
    // Comparing with what is remembered and remembering the new one must not be interleaved.
    private let turn = Mutex(())

    /// - Parameters:
    ///   - signer: its key (type 0x04).
    ///   - logs: the keys of each log by origin.
    /// - Throws: ``LogError`` `malformed` when the signer's key is a log's, or a log's is a witness's.
    public init(signer: NoteSigner, logs: [String: [VerifierKey]], store: any WitnessStore) throws(LogError) {
        guard signer.verifierKey.type == .cosignature else {
            throw LogError(.malformed, "a witness signs with a key of type 4; make one by mc log key new --witness")
        }
        guard logs.values.joined().allSatisfy({ $0.type == .ed25519 }) else {
            throw LogError(.malformed, "a log's key is of type 1, saw a witness's of type 4")
        }
        self.signer = signer
        self.logs = logs
        self.store = store
    }

    /// Answers the body of a POST to `add-checkpoint`.
    ///
    /// 200 with cosignature lines; 400 what cannot be read; 403 without a valid signature of the log; 404 an unknown
    /// log; 409 another size than the witness has cosigned, with that size, or the same size with another root; 422 a
    /// checkpoint that does not continue the cosigned one; 500 when it cannot remember.
    public func addCheckpoint(_ body: [UInt8]) -> WitnessResponse {
        let request: AddCheckpointRequest
        do {
            request = try AddCheckpointRequest(body)
        } catch {
            return WitnessResponse(400, error.message)
        }
        let new = request.checkpoint.checkpoint
        guard let keys = logs.first(where: { $0.key.isSame(as: new.origin) })?.value else {
            return WitnessResponse(404, "this witness does not know the log; ask its operator to add the log's key")
        }
        let signatures = request.checkpoint.note.verify(keys)
        guard signatures.holds else {
            return WitnessResponse(403, "no valid signature of the log; expected one of \(keys.map(\.description))")
        }
        guard request.oldSize <= new.size else {
            return WitnessResponse(400, "the old size \(request.oldSize) is larger than the checkpoint's \(new.size)")
        }
        return turn.withLock { _ in
            do {
                return try decide(request)
            } catch {
                return WitnessResponse(500, "the witness cannot remember at present; try again later")
            }
        }
    }

    private func decide(_ request: AddCheckpointRequest) throws -> WitnessResponse {
        let new = request.checkpoint.checkpoint
        let latest = try store.latest(origin: new.origin) ?? WitnessedHead(size: 0, root: MerkleTree.emptyRoot)
        let stale = WitnessResponse(
            status: 409, contentType: WitnessResponse.sizeContentType, body: Array("\(latest.size)\n".utf8))
        guard request.oldSize == latest.size else { return stale }
        // Two roots of one size are a fork; the specification answers it like a stale size.
        guard new.size != latest.size || new.root == latest.root else { return stale }
        guard
            MerkleTree.isConsistent(
                from: latest.size, root: latest.root, to: new.size, root: new.root, proof: request.proof)
        else {
            return WitnessResponse(
                422, "the proof does not show that the checkpoint continues the one of \(latest.size)")
        }
        if new.size > latest.size || latest.size == 0 {
            try store.put(WitnessedHead(size: new.size, root: new.root), origin: new.origin)
        }
        let signature = try signer.sign(request.checkpoint.note.text)
        return WitnessResponse(200, "\(signature)")
    }
}
