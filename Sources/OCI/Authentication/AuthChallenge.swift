/// One challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1).
struct AuthChallenge: Sendable, Hashable {
    /// The scheme in lowercase, such as `bearer`.
    let scheme: String
    /// The parameters, names in lowercase.
    let parameters: [String: String]

    private static let maximum = 32

    /// Reads the challenges of all fields in order; `nil` when one cannot be read.
    static func parse(_ fields: [String]) -> [AuthChallenge]? {
        var challenges: [AuthChallenge] = []
        for field in fields {
            guard var scanner = HeaderScanner(field) else { return nil }
            scanner.skipSeparators()
            while !scanner.isAtEnd {
                guard challenges.count < maximum, let challenge = challenge(&scanner) else { return nil }
                challenges.append(challenge)
                scanner.skipSeparators()
            }
        }
        return challenges
    }

    private static func challenge(_ scanner: inout HeaderScanner) -> AuthChallenge? {
        guard let scheme = scanner.token() else { return nil }
        var parameters: [String: String] = [:]
        // A comma may be followed by a parameter of this challenge or by the next challenge: only the equals sign
        // after the first word tells.
        while true {
            var ahead = scanner
            ahead.skipSeparators()
            let before = ahead
            guard let name = ahead.token() else {
                scanner = before
                break
            }
            ahead.skipSpace()
            guard ahead.accept("=") else {
                if parameters.isEmpty, takesToken68(&scanner) { break }
                break
            }
            ahead.skipSpace()
            let value = ahead.next == UInt8(ascii: "\"") ? ahead.quotedString() : ahead.token()
            guard let value else {
                if parameters.isEmpty, takesToken68(&scanner) { break }
                return nil
            }
            // The same parameter twice: readers disagree which one counts, so neither does.
            guard parameters.updateValue(value, forKey: name.lowercased()) == nil, parameters.count <= maximum else {
                return nil
            }
            scanner = ahead
            scanner.skipSpace()
            guard scanner.isAtEnd || scanner.next == UInt8(ascii: ",") else { return nil }
        }
        return AuthChallenge(scheme: scheme.lowercased(), parameters: parameters)
    }

    /// Skips a `token68`, which no scheme used here has, so that the challenges after it can be read.
    private static func takesToken68(_ scanner: inout HeaderScanner) -> Bool {
        var ahead = scanner
        guard ahead.next == 0x20 else { return false }
        ahead.skipSpace()
        guard ahead.token68() != nil else { return false }
        ahead.skipSpace()
        guard ahead.isAtEnd || ahead.next == UInt8(ascii: ",") else { return false }
        scanner = ahead
        return true
    }
}
