package import Core

/// Whether the webhook configurations are there and as wide as they were installed.
///
/// Everything is compared with what was installed: what is narrower alarms, what is wider does not. The cluster's own
/// configuration is never the measure, since whoever may edit it could exempt a namespace and hide that.
package struct WebhookGuard: Sendable {
    private let expected: [JSONValue]

    /// - Parameter expected: the webhook configurations as they were installed; other objects among them are left out.
    package init(expected: [JSONValue]) { self.expected = expected.filter { Self.isConfiguration($0) } }

    /// Whether there is a configuration to compare with that decides about objects.
    package var isUsable: Bool { expected.contains { $0["kind"]?.string == Self.validating } }

    /// The namespaces that every webhook of the installed validating configurations leaves out, by the one label that
    /// nobody can set.
    package var exemptions: Set<String> {
        let sets = expected.filter { $0["kind"]?.string == Self.validating }.flatMap(Self.webhooks)
            // A webhook without a selector is about objects of no namespace.
            .filter { $0["namespaceSelector"] != nil }
            .map { NamespaceExemption($0["namespaceSelector"])?.names ?? [] }
        guard let first = sets.first else { return [] }
        return sets.dropFirst().reduce(first) { $0.intersection($1) }
    }

    /// What is wrong.
    ///
    /// - Parameter actual: the webhook configurations of the cluster.
    package func alarms(_ actual: [JSONValue]) -> [WebhookAlarm] {
        guard isUsable else {
            return [
                WebhookAlarm(
                    code: .removed, place: Self.validating,
                    message: "none is said to be installed, so there is nothing to compare with")
            ]
        }
        return expected.flatMap { alarms(expected: $0, actual) }
    }

    private func alarms(expected: JSONValue, _ actual: [JSONValue]) -> [WebhookAlarm] {
        let kind = expected["kind"]?.string ?? ""
        let name = Self.name(of: expected)
        guard let found = actual.first(where: { $0["kind"] == expected["kind"] && Self.name(of: $0).isSame(as: name) })
        else {
            return [
                WebhookAlarm(
                    code: .removed, place: "\(kind) \(name)", message: "it is not there; install it again")
            ]
        }
        return Self.webhooks(expected).flatMap { wanted -> [WebhookAlarm] in
            guard let webhook = Self.webhooks(found).first(where: { $0["name"] == wanted["name"] }) else {
                let webhook = wanted["name"]?.string ?? ""
                return [
                    WebhookAlarm(
                        code: .removed, place: "\(kind) \(name), webhook \(webhook)",
                        message: "it is not there; install it again")
                ]
            }
            return Comparison(found, webhook).against(wanted)
        }
    }

    private static let validating = "ValidatingWebhookConfiguration"

    private static func isConfiguration(_ object: JSONValue) -> Bool {
        [validating, "MutatingWebhookConfiguration"].contains(object["kind"]?.string ?? "")
    }

    private static func name(of object: JSONValue) -> String { object["metadata"]?["name"]?.string ?? "" }

    private static func webhooks(_ configuration: JSONValue) -> [JSONValue] {
        configuration["webhooks"]?.array ?? []
    }
}

/// One webhook as it is.
private struct Comparison {
    let place: String
    let actual: JSONValue

    init(_ configuration: JSONValue, _ webhook: JSONValue) {
        let kind = configuration["kind"]?.string ?? ""
        place = "\(kind) \(configuration["metadata"]?["name"]?.string ?? ""), webhook \(webhook["name"]?.string ?? "")"
        actual = webhook
    }

    private func alarm(_ code: WebhookAlarm.Code, _ message: String) -> WebhookAlarm {
        WebhookAlarm(code: code, place: place, message: message)
    }

    /// What is narrower than it was installed.
    func against(_ wanted: JSONValue) -> [WebhookAlarm] {
        var alarms = common()
        let missing = Self.cells(wanted).subtracting(Self.cells(actual)).filter { !covers($0) }
        if !missing.isEmpty {
            let shown = missing.map(\.description).sorted().prefix(5).joined(separator: ", ")
            alarms.append(
                alarm(.rules, "not asked about any more: \(shown)\(missing.count > 5 ? " and more" : "")"))
        }
        if let change = namespaces(wanted["namespaceSelector"]) { alarms.append(alarm(.namespaces, change)) }
        if !Self.isEmpty(actual["matchConditions"]), !Self.isSame(actual["matchConditions"], wanted["matchConditions"])
        {
            alarms.append(
                alarm(
                    .conditions,
                    "matchConditions is \(Self.text(actual["matchConditions"])), installed was "
                        + Self.text(wanted["matchConditions"])))
        }
        let client = actual["clientConfig"]
        let wantedClient = wanted["clientConfig"]
        if !Self.isSame(client?["service"], wantedClient?["service"]) || client?["url"] != wantedClient?["url"] {
            alarms.append(
                alarm(.service, "another service is asked: \(Self.text(client?["service"] ?? client?["url"]))"))
        }
        // cert-manager fills it in; then the manifest has none.
        if let bundle = wantedClient?["caBundle"], !Self.isEmpty(bundle), client?["caBundle"] != bundle {
            alarms.append(alarm(.trust, "the caBundle is not the one that was installed"))
        } else if Self.isEmpty(client?["caBundle"]) {
            alarms.append(alarm(.trust, "there is no caBundle, so that the webhook cannot be reached"))
        }
        if let wantedTime = wanted["timeoutSeconds"], actual["timeoutSeconds"] != wantedTime {
            alarms.append(
                alarm(
                    .timeout,
                    "timeoutSeconds is \(Self.text(actual["timeoutSeconds"])), installed was \(Self.text(wantedTime))"))
        }
        if let policy = wanted["matchPolicy"], actual["matchPolicy"] ?? "Equivalent" != policy {
            alarms.append(alarm(.rules, "matchPolicy is \(Self.text(actual["matchPolicy"]))"))
        }
        return alarms
    }

    /// Which namespaces are not asked about any more.
    private func namespaces(_ wanted: JSONValue?) -> String? {
        let selector = actual["namespaceSelector"]
        if Self.isSame(selector, wanted) { return nil }
        guard let exempt = NamespaceExemption(selector), let installed = NamespaceExemption(wanted) else {
            return "namespaceSelector is \(Self.text(selector)), installed was \(Self.text(wanted))"
        }
        let more = exempt.names.subtracting(installed.names).sorted()
        guard !more.isEmpty else { return nil }
        let shown = more.prefix(20).joined(separator: ", ") + (more.count > 20 ? " and more" : "")
        return PrintableText.plain(
            "namespaces are exempt that were not: \(shown); expected no other than "
                + installed.names.sorted().joined(separator: ", "))
    }

    private func common() -> [WebhookAlarm] {
        var alarms: [WebhookAlarm] = []
        // The API server's default is Fail (admissionregistration.k8s.io/v1).
        if actual["failurePolicy"] ?? "Fail" != "Fail" {
            alarms.append(
                alarm(.failurePolicy, "failurePolicy is \(Self.text(actual["failurePolicy"])), expected Fail"))
        }
        if !Self.isEmpty(actual["objectSelector"]) {
            alarms.append(
                alarm(
                    .objects, "an objectSelector lets objects exempt themselves: \(Self.text(actual["objectSelector"]))"
                ))
        }
        if let seconds = actual["timeoutSeconds"]?.integer, seconds < 3 {
            alarms.append(alarm(.timeout, "timeoutSeconds is \(seconds), too short to decide; expected at least 3"))
        }
        return alarms
    }

    /// One combination that a rule asks about.
    private struct Cell: Hashable, CustomStringConvertible {
        let group: String
        let version: String
        let resource: String
        let operation: String
        let scope: String

        var description: String { "\(operation) \(resource)\(group.isEmpty ? "" : ".\(group)")" }
    }

    private static func cells(_ webhook: JSONValue) -> Set<Cell> {
        var cells: Set<Cell> = []
        for rule in (webhook["rules"]?.array ?? []).prefix(100) {
            func list(_ name: String) -> [String] { (rule[name]?.array ?? []).prefix(100).compactMap(\.string) }
            let scope = rule["scope"]?.string ?? "*"
            for group in list("apiGroups") {
                for version in list("apiVersions") {
                    for resource in list("resources") {
                        for operation in list("operations") {
                            cells.insert(
                                Cell(
                                    group: group, version: version, resource: resource, operation: operation,
                                    scope: scope))
                        }
                    }
                }
            }
        }
        return cells
    }

    /// Whether a wider rule asks about it.
    private func covers(_ cell: Cell) -> Bool {
        Self.cells(actual).contains { wide in
            func holds(_ pattern: String, _ value: String) -> Bool { pattern == "*" || pattern == value }
            return holds(wide.group, cell.group) && holds(wide.version, cell.version)
                && holds(wide.operation, cell.operation) && holds(wide.scope, cell.scope)
                && (wide.resource == cell.resource || wide.resource == "*/*"
                    || (wide.resource == "*" && !cell.resource.contains("/")))
        }
    }

    /// The API server writes defaults into what was left out: `{}` is the same as nothing.
    private static func isSame(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        if isEmpty(left), isEmpty(right) { return true }
        return left?.canonical == right?.canonical
    }

    private static func isEmpty(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?: true
        case .object(let object)?: object.members.allSatisfy { isEmpty($0.value) }
        case .array(let array)?: array.isEmpty
        case .string(let text)?: text.isEmpty
        default: false
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "not set" }
        return PrintableText.plain(String(decoding: value.canonical, as: UTF8.self).excerpt(300))
    }
}
