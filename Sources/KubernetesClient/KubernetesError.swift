internal import Core

/// Why the Kubernetes API could not be asked, or what it answered instead of an object.
///
/// Only ``isAbsence`` is an answer ("it is not there"); an error never holds a token or key.
package struct KubernetesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case configuration, credentials, invalidRequest, notFound, conflict, alreadyExists, expired, unauthorized
            case forbidden, invalid, throttled, serverError, timeout, unavailable, malformed, tooLarge, cancelled
            case refused
        }
        private let value: Value

        /// A kubeconfig or the pod's environment says something that cannot be used.
        package static let configuration = Code(value: .configuration)
        /// A token, key or exec plugin failed before anything was sent.
        package static let credentials = Code(value: .credentials)
        /// A name that cannot be a segment of a path; nothing was sent.
        package static let invalidRequest = Code(value: .invalidRequest)
        /// The server answered that it is not there (404).
        package static let notFound = Code(value: .notFound)
        /// The object was changed meanwhile, or somebody else owns the field (409).
        package static let conflict = Code(value: .conflict)
        /// An object of that name exists already (409, reason AlreadyExists).
        package static let alreadyExists = Code(value: .alreadyExists)
        /// The resourceVersion or continue token is too old (410).
        package static let expired = Code(value: .expired)
        /// The server does not accept the credentials (401).
        package static let unauthorized = Code(value: .unauthorized)
        /// RBAC does not allow it (403).
        package static let forbidden = Code(value: .forbidden)
        /// The object is not valid (400, 413, 415, 422).
        package static let invalid = Code(value: .invalid)
        /// Too many requests, still after the retries (429).
        package static let throttled = Code(value: .throttled)
        /// The server failed, still after the retries (5xx).
        package static let serverError = Code(value: .serverError)
        /// No answer in time.
        package static let timeout = Code(value: .timeout)
        /// Not reachable, or the connection or TLS failed.
        package static let unavailable = Code(value: .unavailable)
        /// The answer is not what the API says.
        package static let malformed = Code(value: .malformed)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// The caller gave up.
        package static let cancelled = Code(value: .cancelled)
        /// Another answer than success.
        package static let refused = Code(value: .refused)

        package var description: String { value.rawValue }
    }

    package let code: Code
    /// What was seen, what was expected, and what to do.
    package let message: String
    /// What was asked, such as `GET /api/v1/pods`, or a file with its place.
    package let place: String
    /// The HTTP status, when there was an answer.
    package let status: Int?
    /// The `reason` of the server's Status object, such as `AlreadyExists`.
    package let reason: String?
    /// How long the server asks to wait.
    package let retryAfter: Duration?

    /// How much of a message is kept, in UTF-8 bytes; it may quote an answer.
    private static let longestMessage = 1_000

    package init(
        _ code: Code, _ message: String, at place: String, status: Int? = nil, reason: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        // It may quote an answer, which must not forge the lines of a log.
        self.message = PrintableText.plain(message.excerpt(Self.longestMessage))
        self.place = PrintableText.plain(place.excerpt(Self.longestMessage))
        self.status = status
        self.reason = reason
        self.retryAfter = retryAfter
    }

    /// Whether this is the answer "it is not there", as opposed to "it could not be found out".
    package var isAbsence: Bool { code == .notFound }

    package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}

extension KubernetesError {
    /// Reads what the server says instead of an object (meta/v1 Status).
    ///
    /// - Parameters:
    ///   - retryAfter: the answer's own field.
    init(status: Int, body: [UInt8], retryAfter: Duration?, at place: String) {
        let document = try? JSONValue(parsing: body, limits: JSONLimits(bytes: 1 << 20, depth: 16, values: 10_000))
        self.init(status: status, document: document, retryAfter: retryAfter, at: place)
    }

    init(status: Int, document: JSONValue?, retryAfter: Duration?, at place: String) {
        let isStatus = document?["kind"]?.string.map { $0.isSame(as: "Status") } ?? false
        let reason = isStatus ? document?["reason"]?.string?.excerpt(100) : nil
        let said = isStatus ? document?["message"]?.string : nil
        let asked =
            retryAfter
            ?? document?["details"]?["retryAfterSeconds"]?.integer.flatMap { seconds in
                (0...86_400).contains(seconds) && isStatus ? .seconds(seconds) : nil
            }
        self.init(
            Self.code(status, reason), "the API server answered \(status): \(said ?? reason ?? "without a Status")",
            at: place, status: status, reason: reason, retryAfter: asked)
    }

    private static func code(_ status: Int, _ reason: String?) -> Code {
        switch status {
        case 400, 413, 415, 422: .invalid
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 409: reason?.isSame(as: "AlreadyExists") == true ? .alreadyExists : .conflict
        case 410: .expired
        case 429: .throttled
        case 500...599: .serverError
        default: .refused
        }
    }
}
