internal import Core
internal import GRDB

extension SQLiteReader {
    /// The workloads that run an image now, and whether there are more.
    func workloads(running image: Int64, limit: Int) throws -> (workloads: [RunningWorkload], isCut: Bool) {
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.workloadsRunning), arguments: [image, limit + 1])
        let found = try rows.prefix(limit).map { try workload($0) }.sorted { "\($0.name)" < "\($1.name)" }
        return (found, rows.count > limit)
    }

    /// What ran at a time, in one environment or in all.
    ///
    /// - Returns: at most `limit` workloads, and whether there were more.
    func history(
        environment: String?, at instant: Instant, limit: Int
    ) throws -> (workloads: [RunningWorkload], isCut: Bool) {
        let limit = Self.bounded(limit)
        var found: [RunningWorkload] = []
        var next = try Int64.fetchOne(
            database.cachedStatement(sql: SQLiteQuery.nextPlaced), arguments: [Int64.min])
        while let deployment = next {
            try Task.checkCancellation()
            let row = try Row.fetchOne(
                database.cachedStatement(sql: SQLiteQuery.placementAt),
                arguments: [deployment, instant.seconds, instant.seconds, instant.nanoseconds])
            if let row, row["runs"] as Bool {
                let known: String? = row["environment"]
                if environment.map({ known?.isSame(as: $0.column) == true }) ?? true {
                    guard found.count < limit else { return (found, true) }
                    found.append(try workload(row))
                }
            }
            next = try Int64.fetchOne(
                database.cachedStatement(sql: SQLiteQuery.nextPlaced), arguments: [deployment])
        }
        return (found.sorted { "\($0.name)" < "\($1.name)" }, false)
    }

    /// What a workload ran, and when it ended, newest first.
    func placements(of workload: WorkloadName, limit: Int) throws -> [RunningWorkload] {
        guard let node = try id(of: workload.key) else { return [] }
        return try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.placements), arguments: [node, Self.bounded(limit)]
        ).map { try self.workload($0) }
    }

    private func workload(_ row: Row) throws -> RunningWorkload {
        let decision = try DecisionRecord(
            JSONValue(
                parsing: Array((row["document"] as String).utf8),
                limits: JSONLimits(bytes: DecisionRecord.maximumDocument.limit)),
            environment: row["environment"], tenant: row["tenant"], isDryRun: row["dry_run"])
        return RunningWorkload(
            name: WorkloadName(
                cluster: decision.cluster ?? "", namespace: decision.namespace ?? "",
                kind: decision.object.kind ?? "", name: decision.object.name ?? ""),
            environment: decision.environment, tenant: decision.tenant, images: decision.images,
            since: decision.at, decision: decision.id, isAdmission: row["admission"], runs: row["runs"])
    }
}
