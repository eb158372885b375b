package import Core

/// An entry of the log of whatever kind, as `schema` in it says: a decision, or what decisions rest on.
package enum LogRecord: Sendable, Hashable {
    case decision(LogEntry)
    /// A policy bundle was accepted.
    case bundle(BundleRecord)
    /// A denial was repeated, and not logged each time.
    case repeated(RepeatRecord)
    /// An owner approved that a namespace goes to Enforce.
    case approval(ApprovalRecord)
    /// A waiver was first seen, or seen to be revoked.
    case waiver(WaiverRecord)
    /// A tag was resolved, and the object pinned to what it meant.
    case resolution(ResolutionRecord)
    /// Denials of a namespace were only counted, because it had used up its entries.
    case suppressed(SuppressedRecord)

    /// What a name in an entry may be at most; Kubernetes' own are at most 253 bytes long.
    static let maximumName = Cap("bytes of a name in a log entry", 2_000)
    static let maximumReason = Cap("bytes of a reason in a log entry", 8_000)
    private static let limits = JSONLimits(bytes: LogEntry.maximumBytes.limit, depth: 32, values: 65_535)

    /// Reads an entry of the log.
    ///
    /// An entry has one form: anything but the canonical JSON that ``bytes`` writes is refused, so that two who read
    /// the same entry cannot see two things in it.
    ///
    /// - Throws: ``JSONError`` with the field.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let cursor = JSONCursor(try JSONValue(parsing: bytes, limits: Self.limits))
        let schema = try cursor.required("schema")
        let name = try schema.string()
        if name.isSame(as: LogEntry.schema) {
            self = .decision(try LogEntry(cursor, bytes: bytes))
        } else if name.isSame(as: BundleRecord.schema) {
            self = .bundle(try BundleRecord(cursor))
        } else if name.isSame(as: RepeatRecord.schema) {
            self = .repeated(try RepeatRecord(cursor))
        } else if name.isSame(as: ApprovalRecord.schema) {
            self = .approval(try ApprovalRecord(cursor))
        } else if name.isSame(as: WaiverRecord.schema) {
            self = .waiver(try WaiverRecord(cursor))
        } else if name.isSame(as: ResolutionRecord.schema) {
            self = .resolution(try ResolutionRecord(cursor))
        } else if name.isSame(as: SuppressedRecord.schema) {
            self = .suppressed(try SuppressedRecord(cursor))
        } else {
            throw schema.error("unknown kind of entry \(PrintableText.quote(name.excerpt(100)))")
        }
        guard json.canonical == bytes else { throw cursor.error("the entry is not its canonical JSON (RFC 8785)") }
    }

    package var json: JSONValue {
        switch self {
        case .decision(let entry): entry.json
        case .bundle(let record): record.json
        case .repeated(let record): record.json
        case .approval(let record): record.json
        case .waiver(let record): record.json
        case .resolution(let record): record.json
        case .suppressed(let record): record.json
        }
    }

    /// The entry as it is logged: canonical JSON.
    package var bytes: [UInt8] {
        if case .decision(let entry) = self { entry.bytes } else { json.canonical }
    }

    /// When it was made.
    package var at: Instant {
        switch self {
        case .decision(let entry): entry.at
        case .bundle(let record): record.at
        case .repeated(let record): record.to
        case .approval(let record): record.at
        case .waiver(let record): record.at
        case .resolution(let record): record.at
        case .suppressed(let record): record.to
        }
    }
}
