/// Something that lets objects past the webhook.
package struct WebhookAlarm: Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable {
            case removed, rules, failurePolicy, namespaces, objects, conditions, trust, timeout, service
        }
        private let value: Value

        /// The configuration, or one of its webhooks, is not there.
        package static let removed = Code(value: .removed)
        /// Fewer kinds or operations are asked about.
        package static let rules = Code(value: .rules)
        /// A failure lets objects pass.
        package static let failurePolicy = Code(value: .failurePolicy)
        /// More namespaces are exempt.
        package static let namespaces = Code(value: .namespaces)
        /// Objects can exempt themselves.
        package static let objects = Code(value: .objects)
        /// Conditions exempt requests.
        package static let conditions = Code(value: .conditions)
        /// The API server trusts another certificate, or none.
        package static let trust = Code(value: .trust)
        /// The time is too short to decide, or was changed.
        package static let timeout = Code(value: .timeout)
        /// Somebody else is asked.
        package static let service = Code(value: .service)

        package var description: String { value.rawValue }
    }

    package let code: Code
    /// The configuration and webhook.
    package let place: String
    /// What was seen, what was expected.
    package let message: String

    package var description: String { "\(place): \(message)" }
}
