internal import Core
internal import FoundationEssentials
internal import GRDB

extension SQLiteWriter {
    /// Writes what a bill of materials holds, once for the same content, and which bill of an image is its current one.
    mutating func write(_ bill: BillRecord, source: Int64) throws {
        let node = try id(of: .billOfMaterials(bill.digest))
        let isKnown =
            try Bool.fetchOne(
                database.cachedStatement(sql: "SELECT 1 FROM bill WHERE node = ?"), arguments: [node]) ?? false
        if !isKnown { try writeContents(bill, node: node) }
        for (number, part) in bill.quarantined.enumerated() {
            try database.cachedStatement(
                sql: "INSERT INTO quarantine(source, number, place, reason) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [source, number, part.place, part.reason])
        }
        let at = bill.createdAt ?? now
        for digest in bill.images {
            let image = try id(of: .image(digest))
            try database.cachedStatement(
                sql: """
                    INSERT INTO image_bill(image, bill, source, signed, at, at_ns, current) VALUES (?, ?, ?, ?, ?, ?, 0)
                    ON CONFLICT DO NOTHING
                    """
            ).execute(
                arguments: [image, node, source, bill.attestation != nil, at.seconds, at.nanoseconds])
            try chooseCurrent(image)
        }
    }

    private mutating func writeContents(_ bill: BillRecord, node: Int64) throws {
        var ids: [Int64] = []
        ids.reserveCapacity(bill.packages.count)
        for package in bill.packages { ids.append(try id(of: package)) }
        let contents = BillContents(bill, ids: ids)
        try database.cachedStatement(
            sql: "INSERT INTO bill(node, packages, dependencies, contents) VALUES (?, ?, ?, ?)"
        ).execute(
            arguments: [
                node, contents.packages.count, contents.packages.reduce(0) { $0 + $1.needs.count },
                Data(contents.bytes),
            ])
        let insert = try database.cachedStatement(
            sql: "INSERT INTO containment(package, bill, direct) VALUES (?, ?, ?)")
        for package in contents.packages { try insert.execute(arguments: [package.id, node, package.isDirect]) }
    }

    /// The id of a package; one that is new is tied to its name.
    private mutating func id(of package: BillRecord.Package) throws -> Int64 {
        let key = NodeKey(.package, package.key)
        let (id, isNew) = try lookUp(key)
        guard isNew else { return id }
        let name = try self.id(of: NodeKey(.packageName, package.name))
        try database.cachedStatement(
            sql: "INSERT INTO package_version(name, package) VALUES (?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [name, id])
        return id
    }

    /// Of the bills of an image the newest counts; what nobody signed counts only where there is nothing signed.
    private func chooseCurrent(_ image: Int64) throws {
        try database.cachedStatement(sql: "UPDATE image_bill SET current = 0 WHERE image = ? AND current = 1")
            .execute(arguments: [image])
        try database.cachedStatement(
            sql: """
                UPDATE image_bill SET current = 1 WHERE image = ?1 AND (bill, source) = (
                    SELECT i.bill, i.source FROM image_bill i JOIN node n ON n.id = i.bill
                    JOIN source s ON s.id = i.source WHERE i.image = ?1
                    ORDER BY i.signed DESC, i.at DESC, i.at_ns DESC, n.key DESC, s.digest DESC LIMIT 1)
                """
        ).execute(arguments: [image])
    }

    /// Writes where a decision put its images, so that what runs can be told at any time.
    ///
    /// What runs is told by the latest decision on a workload that was let through; children that a controller makes
    /// are told by their owner, and what changed no pod template changed nothing that runs. A document that somebody handed
    /// in tells nothing until what decided it records it, or anybody could hide what runs.
    func place(_ decision: DecisionRecord, source: Int64, in deployment: Int64?) throws {
        guard let deployment, let runs = decision.runs else { return }
        try database.cachedStatement(
            sql: """
                INSERT INTO placement(deployment, at, at_ns, decision, runs) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [deployment, decision.at.seconds, decision.at.nanoseconds, source, runs])
    }
}

extension DecisionRecord {
    /// Whether the workload runs the decision's images from then on, or nothing; `nil` when it says neither.
    var runs: Bool? {
        guard enforcedResult == .allow, !isDryRun, !isImported, object.ownerUID == nil, object.kind != nil,
            object.name != nil
        else {
            return nil
        }
        switch operation {
        case "DELETE": return false
        case "CREATE", "UPDATE", nil: return note == nil && !images.isEmpty ? true : nil
        default: return nil
        }
    }

    /// The node of the object that was decided on.
    var workload: NodeKey? {
        guard let cluster, let namespace, let kind = object.kind, let name = object.name else { return nil }
        return NodeKey(.deployment, [cluster, namespace, kind, name])
    }
}
