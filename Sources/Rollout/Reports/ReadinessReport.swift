package import Core
internal import Policy

/// Readiness as text, JSON and Markdown.
package struct ReadinessReport: Sendable {
    private let readiness: Readiness

    package init(_ readiness: Readiness) { self.readiness = readiness }

    /// For people; names in it are from the cluster and may hold anything.
    package var text: String {
        var lines = [summary] + [readiness.callersNote].compactMap { $0 }
        if !readiness.namespaces.isEmpty { lines += ["", table.text] }
        for namespace in readiness.namespaces where !isQuiet(namespace) {
            lines += ["", namespace.name]
            lines += namespace.reasons.map { "  \($0.code.rawValue): \($0.message)" }
            for denial in namespace.denials {
                lines.append(
                    "  \(denial.rule.rawValue): \(denial.workloads) workload\(denial.workloads == 1 ? "" : "s"), "
                        + "\(denial.decisions) request\(denial.decisions == 1 ? "" : "s"), last \(denial.last), "
                        + "entry \(denial.example)")
            }
            for advice in [namespace.rollback].compactMap({ $0 }) {
                lines += advice.reasons.map { "  rollback recommended: \($0)" }
                lines += [advice.why].compactMap { $0 }.map { "  \($0)" } + ["  run: \(advice.command)"]
            }
        }
        return lines.joined(separator: "\n")
    }

    package var markdown: String {
        var lines = ["# Readiness for Enforce", "", summary]
        lines += [readiness.callersNote].compactMap { $0 }.flatMap { ["", $0] } + ["", table.markdown]
        for namespace in readiness.namespaces where !isQuiet(namespace) {
            lines += ["", "## \(namespace.name)", ""]
            lines += namespace.reasons.map { "- \($0.code.rawValue): \($0.message)" }
            if let advice = namespace.rollback {
                lines += advice.reasons.map { "- rollback recommended: \($0)" }
                lines += [advice.why].compactMap { $0 }.map { "- \($0)" } + ["- run: `\(advice.command)`"]
            }
            guard !namespace.denials.isEmpty else { continue }
            var table = TextTable(header: ["rule", "workloads", "requests", "last", "example"])
            table.rows = namespace.denials.map {
                [$0.rule.rawValue, "\($0.workloads)", "\($0.decisions)", "\($0.last)", "\($0.example)"]
            }
            lines += ["", table.markdown]
        }
        return lines.joined(separator: "\n")
    }

    package var json: JSONValue {
        [
            "cluster": .string(readiness.cluster), "bundle": .string("\(readiness.bundle)"),
            "at": .string("\(readiness.at)"), "windowHours": .integer(hours),
            "minimum": .integer(Int64(readiness.terms.minimum)),
            "canaries": .array(readiness.terms.canaries.sorted().map { .string($0) }),
            "unauthenticated": callers, "namespaces": .array(readiness.namespaces.map(Self.json)),
        ]
    }

    private var callers: JSONValue {
        switch readiness.callers {
        case .proven: ["entries": 0, "counted": false]
        case .leftOut(let count): ["entries": .integer(Int64(count)), "counted": false]
        case .unproven(let count): ["entries": .integer(Int64(count)), "counted": true]
        }
    }

    private var hours: Int64 { readiness.terms.window.components.seconds / 3_600 }

    private var summary: String {
        "\(readiness.ready.count) of \(readiness.namespaces.count) namespaces of \(readiness.cluster) may go to Enforce "
            + "under bundle \(readiness.bundle), judged at \(readiness.at) over \(hours) h"
    }

    private func isQuiet(_ namespace: Readiness.Namespace) -> Bool {
        namespace.reasons.isEmpty && namespace.rollback == nil && namespace.denials.isEmpty
    }

    private var table: TextTable {
        var table = TextTable(
            header: ["namespace", "state", "allowed", "would deny", "undecided", "clean since", "approved by"])
        table.rows = readiness.namespaces.map { namespace in
            [
                namespace.name + (namespace.isCanary ? " (canary)" : ""), namespace.state.rawValue,
                "\(namespace.allowedInWindow)", "\(namespace.denials.map(\.workloads).max() ?? 0)",
                "\(namespace.indeterminate)", namespace.cleanSince.map { "\($0)" } ?? "-",
                namespace.approval?.owner ?? "-",
            ]
        }
        return table
    }

    private static func json(_ namespace: Readiness.Namespace) -> JSONValue {
        [
            "namespace": .string(namespace.name), "state": .string(namespace.state.rawValue),
            "canary": .bool(namespace.isCanary), "allowed": .integer(Int64(namespace.allowed)),
            "allowedInWindow": .integer(Int64(namespace.allowedInWindow)),
            "indeterminate": .integer(Int64(namespace.indeterminate)), "first": instant(namespace.first),
            "last": instant(namespace.last), "cleanSince": instant(namespace.cleanSince),
            "reasons": .array(
                namespace.reasons.map { ["code": .string($0.code.rawValue), "message": .string($0.message)] }),
            "denials": .array(
                namespace.denials.map {
                    [
                        "rule": .string($0.rule.rawValue), "workloads": .integer(Int64($0.workloads)),
                        "decisions": .integer(Int64($0.decisions)), "last": .string("\($0.last)"),
                        "example": [
                            "log": .string($0.example.log), "index": .integer(Int64(clamping: $0.example.index)),
                        ],
                    ]
                }),
            "approval": namespace.approval.map {
                ["digest": .string("\($0.digest)"), "owner": .string($0.owner), "expires": .string("\($0.expires)")]
            } ?? .null,
            "rollback": namespace.rollback.map {
                [
                    "reasons": .array($0.reasons.map { .string($0) }), "why": $0.why.map { .string($0) } ?? .null,
                    "command": .string($0.command),
                ]
            } ?? .null,
        ]
    }

    private static func instant(_ instant: Instant?) -> JSONValue { instant.map { .string("\($0)") } ?? .null }
}
