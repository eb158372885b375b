import TransparencyLog

/// The witnesses that cosign the log's checkpoints.
enum ServeWitnesses {
    static func cosigners(_ configuration: ServeConfiguration, origin: String) throws -> [any CheckpointCosigner] { [] }
}
