/// What a query did besides returning records (Bolt, SUCCESS after PULL).
package struct BoltSummary: Sendable, Hashable {
    /// How many there were of each; a server leaves out what is zero.
    package struct Counters: Sendable, Hashable {
        package var nodesCreated = 0
        package var nodesDeleted = 0
        package var relationshipsCreated = 0
        package var relationshipsDeleted = 0
        package var propertiesSet = 0
        package var labelsAdded = 0
        package var labelsRemoved = 0
        package var indexesAdded = 0
        package var indexesRemoved = 0
        package var constraintsAdded = 0
        package var constraintsRemoved = 0

        package init() {}

        package static func + (left: Counters, right: Counters) -> Counters {
            var sum = left
            for path in names.values { sum[keyPath: path] &+= right[keyPath: path] }
            return sum
        }

        private static var names: [String: WritableKeyPath<Counters, Int>] {
            [
                "nodes-created": \.nodesCreated, "nodes-deleted": \.nodesDeleted,
                "relationships-created": \.relationshipsCreated, "relationships-deleted": \.relationshipsDeleted,
                "properties-set": \.propertiesSet, "labels-added": \.labelsAdded, "labels-removed": \.labelsRemoved,
                "indexes-added": \.indexesAdded, "indexes-removed": \.indexesRemoved,
                "constraints-added": \.constraintsAdded, "constraints-removed": \.constraintsRemoved,
            ]
        }

        init(_ stats: [String: BoltValue]) {
            for (name, path) in Self.names {
                if let count = stats[name]?.int.flatMap({ Int(exactly: $0) }), count > 0 {
                    // Sums of what a server makes up must not overflow.
                    self[keyPath: path] = min(count, 1 << 48)
                }
            }
        }
    }

    package var counters = Counters()
    /// `r` for a query that reads, `w` for one that writes, `rw` for both, `s` for one that changes the schema.
    package var type: String?
    /// The database that was asked.
    package var database: String?
    /// What a later transaction can name to see this one's writes on another server.
    package var bookmark: String?

    package init() {}

    init(_ metadata: [String: BoltValue]) {
        counters = Counters(metadata["stats"]?.map ?? [:])
        type = metadata["type"]?.string
        database = metadata["db"]?.string
        bookmark = metadata["bookmark"]?.string
    }
}
