import Cluster
import Core
import Testing

@Suite struct WebhookGuardTests {
    private static let installed: JSONValue = [
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": ["name": "mc"],
        "webhooks": [
            [
                "name": "validate.mc.internal",
                "clientConfig": [
                    "caBundle": "QUJD", "service": ["namespace": "mc-system", "name": "mc", "path": "/v1/validate"],
                ],
                "rules": [
                    [
                        "apiGroups": ["", "apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
                        "resources": ["pods", "deployments"], "scope": "Namespaced",
                    ]
                ],
                "failurePolicy": "Fail", "timeoutSeconds": 10,
                "namespaceSelector": [
                    "matchExpressions": [
                        ["key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]]
                    ]
                ],
            ]
        ],
    ]

    /// The installed configuration with a member of its webhook set, or removed.
    private static func changed(_ name: String, _ value: JSONValue?) -> JSONValue {
        var configuration = installed.object ?? JSONObject()
        var webhook = installed["webhooks"]?.array?.first?.object ?? JSONObject()
        webhook[name] = value
        configuration["webhooks"] = [.object(webhook)]
        return .object(configuration)
    }

    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let configuration: JSONValue
        let codes: [WebhookAlarm.Code]

        init(_ text: String, _ configuration: JSONValue, _ codes: [WebhookAlarm.Code]) {
            testDescription = text
            self.configuration = configuration
            self.codes = codes
        }
    }

    private static func rule(_ groups: [JSONValue], _ operations: [JSONValue], _ resources: [JSONValue]) -> JSONValue {
        [
            [
                "apiGroups": .array(groups), "apiVersions": ["v1"], "operations": .array(operations),
                "resources": .array(resources), "scope": "Namespaced",
            ]
        ]
    }

    private static func client(_ bundle: JSONValue?, service: String = "mc") -> JSONValue {
        var client = JSONObject()
        if let bundle { client["caBundle"] = bundle }
        client["service"] = ["namespace": "mc-system", "name": .string(service), "path": "/v1/validate"]
        return .object(client)
    }

    private static func exempting(_ names: JSONValue...) -> JSONValue {
        ["matchExpressions": [["key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": .array(names)]]]
    }

    static let edits: [Edit] = [
        Edit("as installed", installed, []),
        Edit("defaults written out", changed("objectSelector", [:]), []),
        Edit("default conditions", changed("matchConditions", []), []),
        Edit("a wider rule", changed("rules", rule(["*"], ["*"], ["*"])), []),
        Edit("no configuration", ["kind": "Other"], [.removed]),
        Edit(
            "another name",
            .object(
                JSONObject(
                    (installed.object ?? JSONObject()).members.map {
                        $0.key == "metadata" ? JSONObject.Member(key: "metadata", value: ["name": "other"]) : $0
                    })), [.removed]),
        Edit(
            "no webhook",
            .object(
                JSONObject(
                    (installed.object ?? JSONObject()).members.map {
                        $0.key == "webhooks" ? JSONObject.Member(key: "webhooks", value: []) : $0
                    })), [.removed]),
        Edit("fail open", changed("failurePolicy", "Ignore"), [.failurePolicy]),
        Edit("an object selector", changed("objectSelector", ["matchLabels": ["a": "b"]]), [.objects]),
        Edit("a condition", changed("matchConditions", [["name": "a", "expression": "false"]]), [.conditions]),
        Edit(
            "only creations", changed("rules", rule(["", "apps"], ["CREATE"], ["pods", "deployments"])), [.rules]),
        Edit("only the core group", changed("rules", rule([""], ["*"], ["*"])), [.rules]),
        Edit("no rules", changed("rules", []), [.rules]),
        Edit("labels of namespaces", changed("namespaceSelector", ["matchLabels": ["a": "b"]]), [.namespaces]),
        Edit("one more namespace", changed("namespaceSelector", exempting("kube-system", "shop")), [.namespaces]),
        Edit("another namespace", changed("namespaceSelector", exempting("shop")), [.namespaces]),
        Edit("no exemption", changed("namespaceSelector", nil), []),
        Edit("no exemption, written out", changed("namespaceSelector", [:]), []),
        Edit("fewer exemptions", changed("namespaceSelector", exempting()), []),
        Edit(
            "only some namespaces",
            changed(
                "namespaceSelector",
                [
                    "matchExpressions": [
                        ["key": "kubernetes.io/metadata.name", "operator": "In", "values": ["kube-system"]]
                    ]
                ]), [.namespaces]),
        Edit(
            "another label",
            changed(
                "namespaceSelector", ["matchExpressions": [["key": "team", "operator": "NotIn", "values": ["a"]]]]),
            [.namespaces]),
        Edit("another authority", changed("clientConfig", client("REVG")), [.trust]),
        Edit("no authority", changed("clientConfig", client(nil)), [.trust]),
        Edit("another service", changed("clientConfig", client("QUJD", service: "evil")), [.service]),
        Edit("a longer time", changed("timeoutSeconds", 30), [.timeout]),
        Edit("no time to decide", changed("timeoutSeconds", 1), [.timeout, .timeout]),
    ]

    @Test(arguments: edits) func whatIsNarrowerAlarms(_ edit: Edit) {
        let alarms = WebhookGuard(expected: [Self.installed]).alarms([edit.configuration])
        // A wildcard of resources has no subresources, and neither has the installed rule.
        #expect(Set(alarms.map(\.code)) == Set(edit.codes), "\(alarms)")
    }

    @Test func whatIsNoConfigurationIsNotExpected() {
        #expect(WebhookGuard(expected: [["kind": "Service"], Self.installed]).alarms([Self.installed]).isEmpty)
    }

    @Test func theAlarmNamesTheNamespacesThatAreExemptNow() throws {
        let narrowed = Self.changed("namespaceSelector", Self.exempting("shop", "kube-system", "payments"))
        let alarm = try #require(WebhookGuard(expected: [Self.installed]).alarms([narrowed]).first)
        #expect(alarm.message.contains("exempt that were not: payments, shop; expected no other than kube-system"))
    }

    @Test func exemptionsAreThoseOfEveryWebhookThatHasASelector() {
        let other = Self.changed("namespaceSelector", Self.exempting("kube-system", "shop"))
        let none = Self.changed("namespaceSelector", nil)
        #expect(WebhookGuard(expected: [other]).exemptions == ["kube-system", "shop"])
        #expect(WebhookGuard(expected: [other, Self.installed, none]).exemptions == ["kube-system"])
        #expect(WebhookGuard(expected: []).exemptions.isEmpty)
    }

    @Test func withNothingToCompareWithItAlarms() {
        let nothing = WebhookGuard(expected: [["kind": "Service"]])
        #expect(!nothing.isUsable)
        #expect(nothing.alarms([Self.installed]).map(\.code) == [.removed])
    }
}
