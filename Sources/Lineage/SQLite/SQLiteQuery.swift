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

    static let bills = """
        SELECT i.bill, i.source, i.signed, i.at, i.at_ns, i.current, n.key, n.attributes, s.digest
        FROM image_bill i JOIN node n ON n.id = i.bill JOIN source s ON s.id = i.source
        WHERE i.image = ? ORDER BY i.current DESC, i.at DESC, i.at_ns DESC, n.key LIMIT ?
        """
    static let quarantined = "SELECT place, reason FROM quarantine WHERE source = ? ORDER BY number"
    static let allQuarantined = """
        SELECT q.source, q.number, s.digest, s.document, q.place, q.reason FROM quarantine q
        JOIN source s ON s.id = q.source WHERE (q.source, q.number) > (?, ?) ORDER BY q.source, q.number LIMIT ?
        """
    static let billsWithoutContents = """
        SELECT n.key FROM node n WHERE n.kind = ? AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.node = n.id)
        ORDER BY n.key LIMIT ?
        """
    static let packageKey = """
        SELECT n.key, coalesce(m.key, n.key) AS name FROM node n
        LEFT JOIN package_version v INDEXED BY package_version_package ON v.package = n.id
        LEFT JOIN node m ON m.id = v.name WHERE n.id = ?
        """
    static let versions = """
        SELECT n.id, n.key FROM package_version v JOIN node n ON n.id = v.package WHERE v.name = ? LIMIT ?
        """
    /// Images whose current bill holds a package.
    static let imagesWithPackage = """
        SELECT i.image, i.signed, c.direct FROM containment c
        JOIN image_bill i INDEXED BY image_bill_current ON i.bill = c.bill AND i.current = 1
        WHERE c.package = ? LIMIT ?
        """
    /// Images that were built by runs from which an edge of a kind leads to a node.
    static let imagesOfRuns = """
        SELECT b.dst AS image, r.key AS run, max(min(s.signed, t.signed)) AS signed FROM edge e JOIN edge b ON b.src = e.src
        JOIN node r ON r.id = e.src JOIN source s ON s.id = b.source JOIN source t ON t.id = e.source
        WHERE e.dst = ? AND e.kind = ? AND b.kind = ? GROUP BY b.dst, r.key ORDER BY signed DESC, image LIMIT ?
        """
    static let commits = "SELECT node FROM commit_sha WHERE sha = ? LIMIT ?"
    private static let placed = """
        d.environment, d.tenant, d.dry_run, d.admission, s.document
        FROM placement p JOIN decision d ON d.source = p.decision JOIN source s ON s.id = p.decision
        """
    static let workloadsRunning = """
        SELECT p.runs, d.environment, d.tenant, d.dry_run, d.admission, s.document
        FROM decision_image i JOIN placement p INDEXED BY placement_decision ON p.decision = i.decision
        JOIN decision d ON d.source = p.decision JOIN source s ON s.id = p.decision
        WHERE i.image = ? AND p.runs = 1 AND NOT EXISTS (
            SELECT 1 FROM placement q WHERE q.deployment = p.deployment
            AND (q.at, q.at_ns, q.decision) > (p.at, p.at_ns, p.decision))
        ORDER BY p.at DESC, p.at_ns DESC, p.decision DESC LIMIT ?
        """
    static let nextPlaced =
        "SELECT deployment FROM placement WHERE deployment > ? ORDER BY deployment LIMIT 1"
    static let placementAt = """
        SELECT p.runs, \(placed) WHERE p.deployment = ? AND p.at <= ? AND (p.at, p.at_ns) <= (?, ?)
        ORDER BY p.at DESC, p.at_ns DESC, p.decision DESC LIMIT 1
        """
    static let placements = """
        SELECT p.runs, \(placed) WHERE p.deployment = ?
        ORDER BY p.at DESC, p.at_ns DESC, p.decision DESC LIMIT ?
        """

    static let all =
        [node, sourcesInto, sourcesNamed, trustRoots, before, after, decisions, decisionCount]
        + [
            bills, quarantined, allQuarantined, billsWithoutContents, packageKey, versions, imagesWithPackage,
            imagesOfRuns, commits, workloadsRunning,
            nextPlaced, placementAt, placements,
        ]
        + [TimeOrder.newestFirst, .oldestFirst].flatMap { [allows($0), admissions($0)] }
}
