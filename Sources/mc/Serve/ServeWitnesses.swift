import TransparencyLog

/// The witnesses that cosign the log's checkpoints.
enum ServeWitnesses {
    /// - Throws: ``UsageError`` or ``LogError`` when a witness's address or key cannot be used.
    static func cosigners(_ configuration: ServeConfiguration) throws -> [any CheckpointCosigner] {
        try configuration.witnesses.map { witness in
            try WitnessClient(key: VerifierKey(witness.key), transport: HTTPWitness(url: witness.url))
        }
    }
}
