package import Core

/// What is written to a namespace so that it enforces, or does not any more: one label, as a JSON merge patch.
package struct ModeChange: Sendable, Hashable {
    /// The label that the webhook watches; it can only make things stricter.
    package static let label = "mc.internal/mode"
    /// Why and by what a label was set, for whoever finds it.
    package static let annotation = "mc.internal/mode-reason"

    package enum Target: String, Sendable, Hashable {
        case enforce, relax
    }

    package let namespace: String
    package let target: Target
    /// What is written beside the label: why it was set; `nil` where nothing was said.
    package let reason: String?

    package init(_ namespace: String, _ target: Target, reason: String? = nil) {
        self.namespace = namespace
        self.target = target
        self.reason = reason
    }

    /// The patch (RFC 7396); `null` removes.
    package var patch: JSONValue {
        let isEnforced = target == .enforce
        return [
            "metadata": [
                "labels": .object(JSONObject([.init(key: Self.label, value: isEnforced ? "Enforce" : .null)])),
                "annotations": .object(
                    JSONObject([
                        .init(
                            key: Self.annotation,
                            value: isEnforced ? reason.map { .string($0) } ?? .null : .null)
                    ])),
            ]
        ]
    }

    /// The same for kubectl, its arguments unquoted.
    package var command: [String] {
        [
            "kubectl", "patch", "namespace", namespace, "--type", "merge", "--patch",
            String(decoding: patch.canonical, as: UTF8.self),
        ]
    }
}

/// Writes to namespaces; the cluster's API, or a fake in tests.
package protocol NamespaceWriter: Sendable {
    /// Applies a JSON merge patch (RFC 7396) to a namespace.
    ///
    /// - Throws: when the API refuses it or cannot be reached.
    func patch(_ namespace: String, merge: JSONValue) async throws
}

/// Takes namespaces to Enforce and back.
package enum ModeChanger {
    /// What becomes of one namespace.
    package enum Step: Sendable, Hashable {
        /// The change is to be made, or was.
        case change(ModeChange)
        /// It is not: why, in words.
        case refused(String, reasons: [Readiness.Reason])
    }

    /// The steps that take namespaces to Enforce; one that is not ready is refused.
    ///
    /// - Parameter override: why a namespace goes to Enforce although it is not ready. It is written beside the label
    ///   of every one, and begins with `override:` where readiness was overridden.
    package static func enforce(_ names: [String], _ readiness: Readiness, override: String?) -> [Step] {
        names.map { name in
            let found = readiness.namespace(name)
            if found?.state == .ready || found?.state == .enforced {
                return .change(ModeChange(name, .enforce, reason: override))
            }
            if let override { return .change(ModeChange(name, .enforce, reason: "override: \(override)")) }
            return .refused(name, reasons: found?.reasons ?? [])
        }
    }

    /// The steps that take namespaces back to what their policies say; never refused, for it is the way back.
    package static func relax(_ names: [String]) -> [Step] { names.map { .change(ModeChange($0, .relax)) } }

    /// Writes what is to be changed, if nothing was refused: all of what was asked, or nothing.
    ///
    /// - Returns: how many namespaces were written.
    /// - Throws: ``ModeChangeError`` when the writer throws; what was written before stays.
    package static func apply(_ steps: [Step], by writer: some NamespaceWriter) async throws -> Int {
        guard !steps.contains(where: { if case .refused = $0 { true } else { false } }) else { return 0 }
        var written: [String] = []
        for case .change(let change) in steps {
            do {
                try await writer.patch(change.namespace, merge: change.patch)
            } catch {
                throw ModeChangeError(namespace: change.namespace, changed: written, cause: "\(error)")
            }
            written.append(change.namespace)
        }
        return written.count
    }
}

/// That a namespace was not changed, and what had been by then.
package struct ModeChangeError: Error, Hashable, Sendable, CustomStringConvertible {
    package let namespace: String
    /// The namespaces that were changed before it, and stay so.
    package let changed: [String]
    package let cause: String

    package var description: String {
        let others =
            changed.isEmpty
            ? "nothing was changed" : "changed before it, and left so: \(changed.joined(separator: ", "))"
        return "namespace \(namespace) was not changed: \(cause); \(others)"
    }
}
