/// Every statement that answers a question; a test asks SQLite for their plans, so that none scans a table.
enum SQLiteQuery {
    static let node = "SELECT id FROM node WHERE kind = ? AND key = ?"
    /// The sources of edges into a node, newest first.
    static let sourcesInto = """
        SELECT s.id, s.signed, s.seen, s.seen_ns, s.document FROM edge e JOIN source s ON s.id = e.source
        WHERE e.dst = ? AND e.kind = ? ORDER BY s.id DESC LIMIT ?
        """
    /// The sources with a digest.
    static let sourcesNamed = """
        SELECT id, signed, seen, seen_ns, document FROM source WHERE digest = ? AND kind = ? ORDER BY about LIMIT ?
        """
    static let trustRoots = "SELECT trust_root FROM verification WHERE source = ? ORDER BY trust_root LIMIT 100"
    /// What stands behind edges into a node that rest on one source.
    static let before = """
        SELECT n.id, n.key, n.attributes FROM edge e JOIN node n ON n.id = e.src
        WHERE e.dst = ? AND e.kind = ? AND e.source = ? ORDER BY n.key LIMIT 1
        """
    /// Where edges from a node lead that rest on one source.
    static let after = """
        SELECT n.id, n.key, n.attributes FROM edge e JOIN node n ON n.id = e.dst
        WHERE e.src = ? AND e.kind = ? AND e.source = ? ORDER BY n.key LIMIT 1
        """
    static let decisions = """
        SELECT s.document, d.environment, d.tenant, d.dry_run
        FROM decision_image i JOIN decision d ON d.source = i.decision JOIN source s ON s.id = i.decision
        WHERE i.image = ? ORDER BY i.at DESC, i.at_ns DESC, i.decision DESC LIMIT ?
        """
    static let decisionCount = "SELECT COUNT(*) FROM decision_image WHERE image = ?"

    // The indexes are named: without statistics SQLite takes the table's own order and looks at every decision.
    static func allows(_ order: TimeOrder) -> String {
        let direction = order == .newestFirst ? "DESC" : "ASC"
        return """
            SELECT d.at, d.at_ns, s.digest, d.cluster, d.environment, d.mode
            FROM decision_image i INDEXED BY decision_allow
            JOIN decision d ON d.source = i.decision JOIN source s ON s.id = i.decision
            WHERE i.image = ? AND i.environment = ? AND i.admission = 1
            ORDER BY i.at \(direction), i.at_ns \(direction), i.decision \(direction) LIMIT ?
            """
    }

    static func admissions(_ order: TimeOrder) -> String {
        let direction = order == .newestFirst ? "DESC" : "ASC"
        return """
            SELECT d.at, d.at_ns, s.digest, d.cluster, d.environment, d.mode
            FROM decision d INDEXED BY decision_template JOIN source s ON s.id = d.source
            WHERE d.owner = ? AND d.template = ? AND d.admission = 1
            ORDER BY d.at \(direction), d.at_ns \(direction), d.source \(direction) LIMIT ?
            """
    }

    static let all =
        [node, sourcesInto, sourcesNamed, trustRoots, before, after, decisions, decisionCount]
        + [TimeOrder.newestFirst, .oldestFirst].flatMap { [allows($0), admissions($0)] }
}
