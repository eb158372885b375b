internal import Attestation
internal import Core
internal import GRDB

/// Answers questions within one transaction, so that an answer shows one state of the store.
struct SQLiteReader {
    let database: Database
    let limits: WhyLimits

    init(_ database: Database, limits: WhyLimits = WhyLimits()) {
        self.database = database
        self.limits = limits
    }

    static func bounded(_ limit: Int) -> Int { min(max(limit, 0), WhyLimits.most.limit) }

    func id(of key: NodeKey) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(sql: SQLiteQuery.node), arguments: [key.kind.code, key.text])
    }

    func allows(_ sql: String, _ arguments: StatementArguments) throws -> [RecordedAllow] {
        try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map { row in
            RecordedAllow(
                at: Instant(seconds: row["at"], nanoseconds: row["at_ns"]), decision: try digest(row["digest"]),
                cluster: row["cluster"], environment: row["environment"], mode: row["mode"])
        }
    }

    func report(on image: Digest) throws -> WhyReport {
        let node = try id(of: .image(image))
        let decisions = try node.map { try recordedDecisions(of: $0) } ?? []
        let total =
            try node.flatMap {
                try Int.fetchOne(database.cachedStatement(sql: SQLiteQuery.decisionCount), arguments: [$0])
            } ?? 0
        var pieces: [Piece] = try node.map { try evidence(about: $0) } ?? []
        let limit = Self.bounded(limits.evidence)
        var isCut = pieces.count > limit
        if isCut { pieces.removeLast(pieces.count - limit) }
        // Evidence of a platform's manifest counts for the index: decisions on the index name it.
        var absent: [Digest] = []
        var named = Set(pieces.map(\.evidence.record.digest))
        var questions = 0
        for digest in decisions.flatMap(\.images).filter({ $0.digest == image }).flatMap(\.evidence) {
            guard named.insert(digest).inserted else { continue }
            // Decisions may name a great many; what there is no room for is not asked after either.
            guard pieces.count < limit, questions < limit else {
                isCut = true
                break
            }
            questions += 1
            let found = try evidence(named: digest)
            if found.isEmpty { absent.append(digest) }
            let room = limit - pieces.count
            isCut = isCut || found.count > room
            pieces += found.prefix(room)
        }
        pieces.sort { $0.evidence.precedes($1.evidence) }
        let origins = try pieces.compactMap { try origin(of: $0) }
        let found = pieces.map(\.evidence)
        return WhyReport(
            image: image, origins: origins, evidence: found, decisions: decisions, decisionCount: total,
            gaps: WhyReport.Gap.all(
                origins: origins, evidence: found, decisions: decisions, decisionCount: total,
                absent: absent, isEvidenceCut: isCut))
    }

    private struct Piece {
        let source: Int64
        let evidence: WhyReport.Evidence
    }

    private func evidence(about node: Int64) throws -> [Piece] {
        try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.sourcesInto),
            arguments: [node, EdgeKind.about.code, Self.bounded(limits.evidence) + 1]
        ).map { try piece($0, isAboutImage: true) }
    }

    private func evidence(named digest: Digest) throws -> [Piece] {
        try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.sourcesNamed),
            arguments: [
                digest.description, GraphChange.Source.Kind.evidence.rawValue, Self.bounded(limits.evidence),
            ]
        ).map { try piece($0, isAboutImage: false) }
    }

    private func piece(_ row: Row, isAboutImage: Bool) throws -> Piece {
        let source: Int64 = row["id"]
        let record: EvidenceRecord
        do throws(JSONError) {
            record = try EvidenceRecord(json: JSONValue(parsing: Array((row["document"] as String).utf8)))
        } catch {
            throw Self.damaged(error)
        }
        let roots = try String.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.trustRoots), arguments: [source])
        return Piece(
            source: source,
            evidence: WhyReport.Evidence(
                record: record, isSigned: row["signed"],
                firstSeen: Instant(seconds: row["seen"], nanoseconds: row["seen_ns"]), trustRoots: roots,
                isAboutImage: isAboutImage))
    }

    /// Walks from what a provenance is about to the run, and on to builder and commit, by its own edges only.
    private func origin(of piece: Piece) throws -> WhyReport.Origin? {
        let record = piece.evidence.record
        guard let build = record.build, let built = try id(of: .subject(record.artifact)),
            let run = try step(SQLiteQuery.before, built, .built, piece.source)
        else { return nil }
        let builder = try step(SQLiteQuery.after, run.id, .by, piece.source)
        let commit = try step(SQLiteQuery.after, run.id, .from, piece.source)
        return WhyReport.Origin(
            evidence: record.digest, isSigned: piece.evidence.isSigned, built: record.artifact.description,
            run: build.run, runURL: run.attributes["url"]?.string, builder: builder?.key,
            repository: build.repository, ref: build.ref, commit: commit?.attributes["sha"]?.string,
            commitURL: build.repository.flatMap { repository in
                build.commit.flatMap { WebLink.commit($0, of: repository) }
            }, workflow: build.workflow, hermetic: build.hermetic, startedOn: build.startedOn,
            finishedOn: build.finishedOn, pullRequests: try commit.map { try pullRequests(of: $0.id) } ?? [])
    }

    private func step(
        _ sql: String, _ node: Int64, _ kind: EdgeKind, _ source: Int64
    ) throws -> (id: Int64, key: String, attributes: JSONValue)? {
        guard
            let row = try Row.fetchOne(
                database.cachedStatement(sql: sql), arguments: [node, kind.code, source])
        else { return nil }
        let text: String? = row["attributes"]
        do throws(JSONError) {
            let attributes = try text.map { (text) throws(JSONError) in try JSONValue(parsing: Array(text.utf8)) }
            return (row["id"], row["key"], attributes ?? [:])
        } catch {
            throw Self.damaged(error)
        }
    }

    /// The pull requests of a commit; of several events of one, the newest.
    private func pullRequests(of commit: Int64) throws -> [WhyReport.PullRequest] {
        var found: [WhyReport.PullRequest] = []
        var seen: Set<NodeKey> = []
        for (kind, relation) in [(EdgeKind.merged, WhyReport.PullRequest.Relation.merged), (.head, .head)] {
            let rows = try Row.fetchAll(
                database.cachedStatement(sql: SQLiteQuery.sourcesInto),
                arguments: [commit, kind.code, Self.bounded(limits.pullRequests)])
            for row in rows {
                let json: JSONValue
                do throws(JSONError) {
                    json = try JSONValue(parsing: Array((row["document"] as String).utf8))
                } catch {
                    throw Self.damaged(error)
                }
                let record = try PullRequestRecord(json: json)
                guard seen.insert(.pullRequest(record.number, of: record.repository)).inserted else { continue }
                found.append(WhyReport.PullRequest(record: record, relation: relation, source: record.digest))
            }
        }
        return found
    }

    private func recordedDecisions(of image: Int64) throws -> [DecisionRecord] {
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.decisions),
            arguments: [image, Self.bounded(limits.decisions)])
        return try rows.map { row in
            let document: JSONValue
            do throws(JSONError) {
                document = try JSONValue(
                    parsing: Array((row["document"] as String).utf8),
                    limits: JSONLimits(bytes: DecisionRecord.maximumDocument.limit))
            } catch {
                throw Self.damaged(error)
            }
            return try DecisionRecord(
                document, environment: row["environment"], tenant: row["tenant"], isDryRun: row["dry_run"])
        }.sorted { left, right in
            left.at == right.at ? left.id.description < right.id.description : left.at > right.at
        }
    }

    func digest(_ text: String) throws -> Digest {
        guard let digest = Digest(text) else {
            throw LineageError(.corrupt, "expected a digest in the store, saw \"\(text.prefix(100))\"")
        }
        return digest
    }

    private static func damaged(_ error: JSONError) -> LineageError {
        LineageError(.corrupt, "a document in the store cannot be read (\(error)); restore a backup")
    }
}

extension WhyReport.Evidence {
    private var rank: Int {
        switch record.facts {
        case .provenance: 0
        case .billOfMaterials: 1
        case .testResult: 2
        case .deliveryClaims: 3
        case .verificationSummary: 4
        case .signature, .simpleSigning: 5
        case .other: 6
        case .unreadable: 7
        }
    }

    /// By what it is, then by the time of signing, newest first, then by digest: the same whatever came first.
    func precedes(_ other: Self) -> Bool {
        if rank != other.rank { return rank < other.rank }
        let (left, right) = (record.signedAt, other.record.signedAt)
        if left != right { return (left ?? Instant(seconds: .min)) > (right ?? Instant(seconds: .min)) }
        return (record.digest.hex, record.artifact.description) < (
            other.record.digest.hex, other.record.artifact.description
        )
    }
}
