internal import Core

/// What a server says (Bolt, "Message specification", summary and detail messages).
package enum BoltResponse: Sendable, Hashable {
    case success([String: BoltValue])
    case record([BoltValue])
    /// The request was not looked at, since an earlier one failed or RESET was seen.
    case ignored
    case failure(ServerFailure)

    package var name: String {
        switch self {
        case .success: "SUCCESS"
        case .record: "RECORD"
        case .ignored: "IGNORED"
        case .failure: "FAILURE"
        }
    }

    /// Reads a message.
    ///
    /// - Throws: ``PackStreamError`` with the place.
    package init(_ message: [UInt8], limits: PackStreamLimits = PackStreamLimits()) throws(PackStreamError) {
        var reader = try PackStreamReader(message, limits: limits)
        let (tag, fields) = try reader.head()
        func shape(_ expected: String) -> PackStreamError {
            PackStreamError(.shape, "a message \(Hex.encode([tag])) with \(fields) fields is not \(expected)", at: 0)
        }
        switch tag {
        case 0x70:
            guard fields == 1, let metadata = try reader.value().map else { throw shape("SUCCESS with a map") }
            self = .success(metadata)
        case 0x71:
            guard fields == 1, let values = try reader.value().list else { throw shape("RECORD with a list") }
            self = .record(values)
        case 0x7E:
            // The specification has none; servers have sent an empty map.
            guard fields <= 1 else { throw shape("IGNORED") }
            if fields == 1 { _ = try reader.value() }
            self = .ignored
        case 0x7F:
            guard fields == 1, let metadata = try reader.value().map else { throw shape("FAILURE with a map") }
            self = .failure(ServerFailure(metadata))
        default: throw shape("anything a server says")
        }
        try reader.end()
    }
}

/// Why the server refused a request, in both of the shapes that there are.
package struct ServerFailure: Sendable, Hashable {
    /// Such as `Neo.ClientError.Statement.SyntaxError`.
    package let code: String
    package let message: String
    package let gqlStatus: String?

    package init(code: String, message: String, gqlStatus: String? = nil) {
        self.code = code
        self.message = message
        self.gqlStatus = gqlStatus
    }

    /// `code` and `message`; from 5.7 on `neo4j_code`, `message`, `gql_status` and `description`.
    init(_ metadata: [String: BoltValue]) {
        code = metadata["code"]?.string ?? metadata["neo4j_code"]?.string ?? "Neo.DatabaseError.General.UnknownError"
        message = metadata["message"]?.string ?? metadata["description"]?.string ?? "no reason given"
        gqlStatus = metadata["gql_status"]?.string
    }
}
