internal import Core
internal import GRDB

/// Writes changes within one transaction.
struct SQLiteWriter {
    let database: Database
    let now: Instant
    private var nodes: [NodeKey: Int64] = [:]

    init(_ database: Database, now: Instant) {
        self.database = database
        self.now = now
    }

    /// Writes a change; `false` when its source was known, in which case everything that rests on it is.
    ///
    /// One thing is added to what was known: that a decision which somebody handed in was really decided.
    mutating func write(_ change: GraphChange) throws -> Bool {
        let (source, isNew) = try source(change.source)
        if let trustRoot = change.source.trustRoot {
            try database.cachedStatement(
                sql: "INSERT INTO verification(source, trust_root) VALUES (?, ?) ON CONFLICT DO NOTHING"
            ).execute(arguments: [source, trustRoot.description])
        }
        guard isNew else {
            if let decision = change.decision {
                if decision.isAdmission { try raise(decision, source: source) }
                try place(decision, source: source, in: try decision.workload.map { try id(of: $0) })
            }
            return false
        }
        for node in change.nodes { _ = try id(of: node) }
        for edge in change.edges {
            try database.cachedStatement(
                sql: "INSERT INTO edge(src, kind, dst, source) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            ).execute(arguments: [try id(of: edge.from), edge.kind.code, try id(of: edge.to), source])
        }
        if let decision = change.decision {
            try write(decision, source: source)
            try place(decision, source: source, in: try decision.workload.map { try id(of: $0) })
        }
        if let bill = change.bill { try write(bill, source: source) }
        return true
    }

    private func source(_ source: GraphChange.Source) throws -> (id: Int64, isNew: Bool) {
        let about = source.about?.text ?? ""
        if let id = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM source WHERE digest = ? AND kind = ? AND about = ?"),
            arguments: [source.digest.description, source.kind.rawValue, about])
        {
            return (id, false)
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO source(kind, digest, about, signed, seen, seen_ns, document) VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                source.kind.rawValue, source.digest.description, about, source.isSigned, now.seconds, now.nanoseconds,
                source.document,
            ])
        return (database.lastInsertedRowID, true)
    }

    private mutating func id(of node: GraphChange.Node) throws -> Int64 {
        if node.attributes.members.isEmpty { return try id(of: node.key) }
        let attributes = String(decoding: JSONValue.object(node.attributes).canonical, as: UTF8.self)
        try database.cachedStatement(
            sql: """
                INSERT INTO node(kind, key, attributes) VALUES (?, ?, ?)
                ON CONFLICT(kind, key) DO UPDATE SET attributes = excluded.attributes WHERE attributes IS NULL
                """
        ).execute(arguments: [node.key.kind.code, node.key.text, attributes])
        let id = try id(of: node.key)
        if node.key.kind == .commit, let sha = node.attributes["sha"]?.string {
            try database.cachedStatement(
                sql: "INSERT INTO commit_sha(sha, node) VALUES (?, ?) ON CONFLICT DO NOTHING"
            ).execute(arguments: [sha, id])
        }
        return id
    }

    mutating func id(of key: NodeKey) throws -> Int64 { try lookUp(key).id }

    /// The id of a node, which is made when there is none.
    mutating func lookUp(_ key: NodeKey) throws -> (id: Int64, isNew: Bool) {
        if let id = nodes[key] { return (id, false) }
        let select = try database.cachedStatement(sql: SQLiteQuery.node)
        if let known = try Int64.fetchOne(select, arguments: [key.kind.code, key.text]) {
            nodes[key] = known
            return (known, false)
        }
        try database.cachedStatement(sql: "INSERT INTO node(kind, key) VALUES (?, ?)").execute(
            arguments: [key.kind.code, key.text])
        let id = database.lastInsertedRowID
        nodes[key] = id
        return (id, true)
    }

    /// Lets a known decision count as an admission, now that what decided it records it.
    ///
    /// Never the other way round: a document that is handed in takes no admission back.
    private mutating func raise(_ decision: DecisionRecord, source: Int64) throws {
        try database.cachedStatement(
            sql: """
                UPDATE decision SET admission = 1, dry_run = 0, environment = ?, tenant = ?
                WHERE source = ? AND admission = 0
                """
        ).execute(arguments: [decision.environment?.column, decision.tenant?.column, source])
        guard database.changesCount > 0 else { return }
        for digest in decision.images.compactMap(\.digest) {
            try database.cachedStatement(
                sql: """
                    UPDATE decision_image SET admission = 1, environment = ?
                    WHERE image = ? AND at = ? AND at_ns = ? AND decision = ?
                    """
            ).execute(
                arguments: [
                    decision.environment?.column, try id(of: .image(digest)), decision.at.seconds,
                    decision.at.nanoseconds, source,
                ])
        }
    }

    private mutating func write(_ decision: DecisionRecord, source: Int64) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO decision(
                    source, at, at_ns, admission, dry_run, mode, cluster, environment, tenant, owner, template)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                source, decision.at.seconds, decision.at.nanoseconds, decision.isAdmission, decision.isDryRun,
                decision.mode.column, decision.cluster?.column, decision.environment?.column,
                decision.tenant?.column, decision.object.uid?.column, decision.object.templateDigest?.column,
            ])
        for image in decision.images {
            guard let digest = image.digest else { continue }
            try database.cachedStatement(
                sql: """
                    INSERT INTO decision_image(image, at, at_ns, decision, environment, admission)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """
            ).execute(
                arguments: [
                    try id(of: .image(digest)), decision.at.seconds, decision.at.nanoseconds, source,
                    decision.environment?.column, decision.isAdmission,
                ])
        }
    }
}

extension String {
    /// The text as it is kept in a column and looked up there: one that SQLite's interfaces would cut, or that is too
    /// long, by a digest of it, so that it can never equal another.
    var column: String { NodeKey(.environment, self).text }
}
