/// What a client says (Bolt, "Message specification", request messages).
package enum BoltRequest: Sendable, Hashable {
    case hello([String: BoltValue])
    case logon([String: BoltValue])
    case logoff
    case goodbye
    case reset
    case run(String, parameters: [String: BoltValue], extra: [String: BoltValue])
    /// Asks for so many records; all of them when `n` is -1. The query is named within a transaction only.
    case pull(n: Int, qid: Int64?)
    case discard(n: Int, qid: Int64?)
    case begin([String: BoltValue])
    case commit
    case rollback

    package var name: String {
        switch self {
        case .hello: "HELLO"
        case .logon: "LOGON"
        case .logoff: "LOGOFF"
        case .goodbye: "GOODBYE"
        case .reset: "RESET"
        case .run: "RUN"
        case .pull: "PULL"
        case .discard: "DISCARD"
        case .begin: "BEGIN"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        }
    }

    /// The message without its chunks.
    ///
    /// - Throws: ``PackStreamError`` for a parameter that has no form.
    package func encoded() throws(PackStreamError) -> [UInt8] {
        var writer = PackStreamWriter()
        switch self {
        case .hello(let extra): try Self.write(0x01, [.map(extra)], &writer)
        case .logon(let extra): try Self.write(0x6A, [.map(extra)], &writer)
        case .logoff: try Self.write(0x6B, [], &writer)
        case .goodbye: try Self.write(0x02, [], &writer)
        case .reset: try Self.write(0x0F, [], &writer)
        case .run(let query, let parameters, let extra):
            try Self.write(0x10, [.string(query), .map(parameters), .map(extra)], &writer)
        case .pull(let n, let qid): try Self.write(0x3F, [Self.fetch(n, qid)], &writer)
        case .discard(let n, let qid): try Self.write(0x2F, [Self.fetch(n, qid)], &writer)
        case .begin(let extra): try Self.write(0x11, [.map(extra)], &writer)
        case .commit: try Self.write(0x12, [], &writer)
        case .rollback: try Self.write(0x13, [], &writer)
        }
        return writer.bytes
    }

    private static func write(
        _ tag: UInt8, _ fields: [BoltValue], _ writer: inout PackStreamWriter
    ) throws(PackStreamError) {
        try writer.structure(tag: tag, fields: fields.count)
        for field in fields { try writer.write(field) }
    }

    private static func fetch(_ n: Int, _ qid: Int64?) -> BoltValue {
        var extra: [String: BoltValue] = ["n": .int(Int64(n))]
        if let qid { extra["qid"] = .int(qid) }
        return .map(extra)
    }
}
