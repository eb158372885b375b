/// What proves to a registry who asks. It never prints its secret.
package enum Credential: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    case password(user: String, password: String)
    /// A refresh token, exchanged for an access token at the realm.
    case identityToken(String)
    /// An access token, sent to the registry as it is.
    case accessToken(String)

    package var description: String {
        switch self {
        case .password(let user, _): "password of \(user.printable(80))"
        case .identityToken: "identity token"
        case .accessToken: "access token"
        }
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why credentials could not be looked up. To have none is not an error.
package struct CredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable { case malformedConfiguration, invalidHelper, helperFailed, timeout, tooLarge }
        private let value: Value

        /// The docker configuration cannot be read.
        package static let malformedConfiguration = Code(value: .malformedConfiguration)
        /// A helper's name is no plain name, or there is no such program on the path.
        package static let invalidHelper = Code(value: .invalidHelper)
        /// A helper failed or its answer cannot be read.
        package static let helperFailed = Code(value: .helperFailed)
        /// A helper did not answer in time.
        package static let timeout = Code(value: .timeout)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// Knows the credentials for registries.
package protocol CredentialProvider: Sendable {
    /// - Parameter host: the registry's host as the reference spells it, such as `ghcr.io` or `registry-1.docker.io`.
    /// - Returns: `nil` when there are none; the registry is then asked anonymously.
    /// - Throws: ``CredentialError`` when there may be some, but they could not be read.
    func credential(for host: String) async throws(CredentialError) -> Credential?
}

/// Credentials given in advance, by host.
package struct FixedCredentials: CredentialProvider {
    private let credentials: [String: Credential]

    package init(_ credentials: [String: Credential] = [:]) { self.credentials = credentials }

    package func credential(for host: String) async throws(CredentialError) -> Credential? { credentials[host] }
}
