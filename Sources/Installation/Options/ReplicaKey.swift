/// The public key of a replica's log.
package struct ReplicaKey: Sendable, Hashable {
    /// The replica, such as `mc-0`.
    package let replica: String
    /// As `mc log key new` prints it: `name+hash+base64` (C2SP signed-note).
    package let key: String

    static func origin(_ replica: String, cluster: String) -> String { "mc.internal/\(cluster)/\(replica)" }

    /// Finds out whose keys they are, by their names.
    ///
    /// - Throws: ``InstallError`` when a key is nobody's or there are two of one replica, or when some replicas have
    ///   none: a replica that is not followed admits what the others then do not know.
    static func read(_ keys: [String], cluster: String, replicas: Int) throws(InstallError) -> [ReplicaKey] {
        guard !keys.isEmpty else { return [] }
        let names = (0..<replicas).map { "\(Layout.application)-\($0)" }
        let option = "--replica-key"
        var found: [ReplicaKey] = []
        for name in names {
            let own = keys.filter { $0.utf8.starts(with: "\(origin(name, cluster: cluster))+".utf8) }
            guard own.count == 1, let key = own.first else {
                throw InstallError(
                    .key, option,
                    "expected one key named \(origin(name, cluster: cluster)) (mc log key new --name), saw \(own.count)"
                )
            }
            found.append(ReplicaKey(replica: name, key: key))
        }
        guard found.count == keys.count else {
            throw InstallError(
                .key, option, "expected \(replicas) keys, one for each replica of this cluster, saw \(keys.count)")
        }
        return found
    }
}
