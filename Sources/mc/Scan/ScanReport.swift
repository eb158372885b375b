import Cluster
import Core
import Kubernetes
import Policy

/// A scan's result for people and for machines.
struct ScanReport {
    let result: ScanResult

    init(_ result: ScanResult) { self.result = result }

    /// Lines for people: what is wrong with its reasons, then everything in one line each.
    func table(_ console: Console) -> String {
        var lines: [String] = []
        for alarm in result.alarms ?? [] {
            lines.append(console.styled("alarm", .bad) + " \(alarm)".printable)
        }
        for pod in result.pods where pod.verdict == .deny || pod.verdict == .indeterminate {
            let title = "Pod \(pod.name)\(Self.origin(pod))"
            if let decision = pod.decision {
                lines.append(DecisionReport(decision, title: title).text(console))
            } else {
                lines.append("indeterminate: \(title)\n  \(pod.problem ?? "")".printableLines)
            }
        }
        for (name, problem) in result.unreadable { lines.append("unreadable: \(name): \(problem)".printable) }
        if !lines.isEmpty { lines.append("") }
        var rows = [["DECISION", "LOG", "POD", "ORIGIN", "IMAGE"]]
        for pod in result.pods {
            for image in pod.pod.images {
                rows.append([
                    pod.verdict.rawValue, log(pod, image), pod.name, pod.pod.origin.rawValue,
                    Self.text(image).excerpt(300),
                ])
            }
        }
        lines += Self.aligned(rows.map { $0.map(\.printable) })
        if let unreadable = result.log?.unreadable, unreadable > 0 {
            lines.append("note: \(unreadable) entries of the log cannot be read or proven; run mc log verify")
        }
        for pod in result.unproven.prefix(20) {
            guard let entry = pod.entry else { continue }
            lines.append(
                "note: the only decision on Pod \(pod.name), entry \(place(entry)), was asked for by a caller that did not "
                    .appending("prove to be the API server; anybody could have").printable)
        }
        for entry in result.unreconciled.prefix(20) {
            lines.append(
                "note: entry \(place(entry)), by a caller that did not prove to be the API server, is about Pod "
                    .appending("\(entry.namespace)/\(entry.name), which does not run").printable)
        }
        lines.append("")
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        var parts = [
            "\(result.pods.count) pods", "\(result.violations.count) violations", "\(result.undecided.count) undecided",
        ]
        if result.log != nil {
            parts.append("\(result.unrecorded.count) without a decision in the log")
            if !result.unproven.isEmpty {
                parts.append("\(result.unproven.count) known from unauthenticated entries alone")
            }
            if result.reconciled > 0 { parts.append("\(result.reconciled) decisions reconciled") }
        }
        if let alarms = result.alarms { parts.append("\(alarms.count) alarms") }
        return parts.joined(separator: ", ")
    }

    /// The result as JSON.
    var json: JSONValue {
        let log: JSONValue =
            result.log.map { log in
                [
                    "logs": .array(
                        log.logs.map {
                            ["origin": .string($0.origin), "size": .integer(Int64(clamping: $0.size))]
                        }),
                    "unreadable": .integer(Int64(log.unreadable)),
                    "reconciled": .integer(Int64(result.reconciled)),
                    "unreconciled": .array(
                        result.unreconciled.prefix(1_000).map {
                            [
                                "origin": .string($0.origin), "index": .integer(Int64(clamping: $0.index)),
                                "namespace": .string($0.namespace),
                                "pod": .string($0.name), "uid": $0.uid.map { .string($0) } ?? .null,
                            ]
                        }),
                ]
            } ?? .null
        return [
            "at": .string(result.at.description), "cluster": .string(result.cluster),
            "summary": [
                "pods": .integer(Int64(result.pods.count)), "violations": .integer(Int64(result.violations.count)),
                "undecided": .integer(Int64(result.undecided.count)),
                "unrecorded": result.log == nil ? .null : .integer(Int64(result.unrecorded.count)),
                "unproven": result.log == nil ? .null : .integer(Int64(result.unproven.count)),
                "unreadable": .integer(Int64(result.unreadable.count)),
                "alarms": result.alarms.map { .integer(Int64($0.count)) } ?? .null,
            ],
            "pods": .array(result.pods.map(json)),
            "unreadable": .array(
                result.unreadable.map { ["pod": .string($0.name), "problem": .string($0.problem)] }),
            "alarms": result.alarms.map { alarms in
                .array(
                    alarms.map {
                        [
                            "code": .string($0.code.description), "place": .string($0.place),
                            "message": .string($0.message),
                        ]
                    })
            } ?? .null,
            "log": log,
        ]
    }

    private func json(_ pod: ScanResult.Pod) -> JSONValue {
        let findings = (pod.decision?.findings ?? []).filter { $0.disposition != .explains }
        return [
            "namespace": .string(pod.pod.namespace), "name": .string(pod.pod.name), "uid": .string(pod.pod.uid),
            "origin": .string(pod.pod.origin.rawValue), "decision": .string(pod.verdict.rawValue),
            "ranAnyway": .bool(pod.ranAnyway), "unproven": .bool(result.isUnproven(pod)),
            "problem": pod.problem.map { .string($0) } ?? .null,
            "log": pod.entry.map { entry($0) } ?? .null,
            "images": .array(
                pod.pod.images.map { image in
                    [
                        "container": .string(image.container), "kind": .string(image.role.rawValue),
                        "reference": .string(image.reference),
                        "imageID": image.imageID.map { .string($0) } ?? .null,
                        "digest": image.digest.map { .string($0.description) } ?? .null,
                        "differs": .bool(image.differs), "log": self.entry(image, pod).map { entry($0) } ?? .null,
                    ]
                }),
            "findings": .array(findings.map(\.json)),
        ]
    }

    private func entry(_ entry: ScanLog.Entry) -> JSONValue {
        [
            "origin": .string(entry.origin), "index": .integer(Int64(clamping: entry.index)),
            "decision": .string(entry.outcome), "authenticated": .bool(!entry.isUnauthenticated),
        ]
    }

    /// The decision that let an image in: that on the pod, else the latest on the image in its namespace.
    private func entry(_ image: RunningImage, _ pod: ScanResult.Pod) -> ScanLog.Entry? {
        if let entry = pod.entry { return entry }
        return image.digest.flatMap { result.log?.image($0, namespace: pod.pod.namespace) }
    }

    private func log(_ pod: ScanResult.Pod, _ image: RunningImage) -> String {
        guard result.log != nil else { return "-" }
        guard let entry = entry(image, pod) else { return "none" }
        // A decision on the image is not one on this pod.
        let unproven = result.log?.trusts(entry) == false ? " unproven" : ""
        return pod.entry == nil
            ? "(\(place(entry))\(unproven))" : "\(place(entry))\(pod.ranAnyway ? " denied" : "")\(unproven)"
    }

    /// The index, with its log's origin where there are several.
    private func place(_ entry: ScanLog.Entry) -> String {
        (result.log?.logs.count ?? 0) > 1 ? "\(entry.origin)#\(entry.index)" : "\(entry.index)"
    }

    private static func text(_ image: RunningImage) -> String {
        let what = image.imageID == nil ? " (not started)" : image.digest == nil ? " (no digest)" : ""
        return image.judged + what + (image.differs ? " (another digest than written)" : "")
    }

    private static func origin(_ pod: ScanResult.Pod) -> String {
        pod.pod.owner.map { ", of \($0.kind) \($0.name)" } ?? ""
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        guard let columns = rows.first?.count else { return [] }
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                index == columns - 1
                    ? cell.0 : cell.0 + String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            }.joined(separator: "  ")
        }
    }
}

extension String {
    fileprivate func appending(_ text: String) -> String { self + text }
}
