internal import Core

/// Who asks; no description, log or dump shows the secret.
package struct BoltCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private enum Value: Sendable, Hashable {
        case none
        case basic(user: String, password: String)
        case bearer(token: String)
    }
    private let value: Value

    /// For servers that ask for none.
    package static let none = BoltCredentials(value: .none)
    package static func basic(user: String, password: String) -> BoltCredentials {
        BoltCredentials(value: .basic(user: user, password: password))
    }
    /// A token of single sign-on.
    package static func bearer(_ token: String) -> BoltCredentials { BoltCredentials(value: .bearer(token: token)) }

    package var isNone: Bool { value == .none }

    /// The entries of LOGON, or of HELLO before Bolt 5.1.
    var entries: [String: BoltValue] {
        switch value {
        case .none: ["scheme": "none"]
        case .basic(let user, let password):
            ["scheme": "basic", "principal": .string(user), "credentials": .string(password)]
        case .bearer(let token): ["scheme": "bearer", "credentials": .string(token)]
        }
    }

    /// A text in which the secret stands no more, should a server have repeated it.
    func redacted(_ text: String) -> String {
        switch value {
        case .none: text
        case .basic(_, let secret), .bearer(let secret):
            secret.isEmpty || !text.contains(secret) ? text : text.replacing(secret, with: "(secret)")
        }
    }

    package var description: String {
        switch value {
        case .none: "(no credentials)"
        case .basic(let user, _): "\(PrintableText.plain(user)):(secret)"
        case .bearer: "(secret token)"
        }
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
