package import Core
package import Policy

/// What a log tells a server that starts: what was admitted, which bundles were accepted, which waivers were seen.
package struct LogHistory: Sendable, Hashable {
    /// How many entries were read.
    package private(set) var size: UInt64 = 0
    /// When the last entry was made; a clock that is behind it is wrong.
    package private(set) var last: Instant?
    /// The highest version of each bundle.
    package private(set) var versions = VersionMemory()
    /// The waivers that the log knows, by their digest, and whether they were seen to be revoked.
    package private(set) var waivers: [Digest: Bool] = [:]

    /// The approvals that the log knows, by their digest.
    package private(set) var approvals: Set<Digest> = []

    package init() {}

    /// Reads a log from its beginning.
    ///
    /// - Parameters:
    ///   - large: where decisions are that were too large for an entry; one that is gone from there admits nothing.
    ///   - admissions: is told of every admission.
    /// - Throws: when the log or a decision beside it cannot be read, or ``JSONError`` when an entry is none of ours.
    package static func read(
        _ archive: any LogArchive, large: (any LargeDecisions)? = nil, into admissions: AdmissionIndex
    ) async throws -> LogHistory {
        var history = LogHistory()
        while true {
            let page = try await archive.entries(from: history.size, limit: 256)
            guard !page.isEmpty else { return history }
            for (_, bytes) in page { try await history.take(bytes, large, admissions) }
        }
    }

    private mutating func take(
        _ bytes: [UInt8], _ large: (any LargeDecisions)?, _ admissions: AdmissionIndex
    ) async throws {
        size += 1
        let limits = JSONLimits(bytes: LogEntry.maximumBytes.limit, depth: 32, values: 65_535)
        let document = try JSONValue(parsing: bytes, limits: limits)
        let schema = document["schema"]?.string ?? ""
        // By far most entries are decisions, and of these only what admits is of interest.
        if schema.isSame(as: LogEntry.schema) {
            // A decision that was taken by a clock in doubt tells nothing about the time.
            let isDoubted = document["decision"]?["findings"]?.array?.contains {
                $0["rule"]?.string == "clock-unreliable"
            }
            if isDoubted != true { note(document["at"]?.string) }
            if let admission = try await Self.admission(document, large) { admissions.note(admission) }
            return
        }
        let record = try LogRecord(parsing: bytes)
        last = max(last ?? record.at, record.at)
        switch record {
        case .bundle(let bundle): versions = versions.remembering(bundle)
        case .waiver(let waiver): waivers[waiver.digest] = waiver.event == .revoked
        case .approval(let approval): approvals.insert(approval.digest)
        case .decision, .repeated, .resolution, .suppressed: break
        }
    }

    private static func admission(
        _ document: JSONValue, _ large: (any LargeDecisions)?
    ) async throws -> Admission? {
        guard document["decision"] == .null, document["outcome"]?.string == Decision.Outcome.allow.rawValue,
            let digest = document["decisionDigest"]?.string.flatMap({ Digest($0) }), let large
        else { return Admission(entry: document) }
        guard let bytes = try await large.document(digest) else { return nil }
        let decision = try JSONValue(
            parsing: bytes, limits: JSONLimits(bytes: LargeDecisionFolder.maximumSize.limit))
        return Admission(
            document: decision, digest: digest, isAuthenticated: Admission.isAuthenticated(document))
    }

    private mutating func note(_ at: String?) {
        guard let at = at.flatMap({ Instant(rfc3339: $0) }) else { return }
        last = max(last ?? at, at)
    }
}

extension VersionMemory {
    /// The memory after the log says that a bundle was accepted.
    func remembering(_ record: BundleRecord) -> VersionMemory {
        let version = Version(record.version, record.digest)
        let others = entries.filter { !$0.name.isSame(as: record.name) }
        guard let known = entry(record.name), !(known.highest.version < version.version) else {
            return VersionMemory(entries: others + [Entry(name: record.name, highest: version)])
        }
        if record.rollback == nil { return self }
        return VersionMemory(
            entries: others + [Entry(name: record.name, highest: known.highest, rolledBackTo: version)])
    }

    /// The memory of both: of each bundle the higher one counts.
    package func merging(_ other: VersionMemory) -> VersionMemory {
        var merged = entries
        for entry in other.entries {
            guard let index = merged.firstIndex(where: { $0.name.isSame(as: entry.name) }) else {
                merged.append(entry)
                continue
            }
            let own = merged[index]
            if own.highest.version < entry.highest.version
                || (own.highest == entry.highest && entry.rolledBackTo != nil)
            {
                merged[index] = entry
            }
        }
        return VersionMemory(entries: merged)
    }
}
