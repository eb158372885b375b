import Core
import TestSupport

@testable import Kubernetes

/// Small documents of our own.
enum Fixtures {
    static let uid = "00000000-0000-4000-8000-000000000001"
    static let user: JSONValue = ["username": "dev@example.test", "groups": ["system:authenticated"]]
    static let someone = UserInfo(username: "dev@example.test")
    static let image = "registry.example.test/acme/shop:1"

    static func container(_ name: String, _ image: JSONValue = .string(image)) -> JSONValue {
        ["name": .string(name), "image": image]
    }

    static let podSpec: JSONValue = ["containers": [container("web")]]
    static let template: JSONValue = [
        "metadata": ["labels": ["app": "shop"], "annotations": ["mc.repo": "acme/shop"]], "spec": podSpec,
    ]

    static func deployment(_ template: JSONValue = template, replicas: Int64 = 1) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "shop", "namespace": "store"],
            "spec": ["replicas": .integer(replicas), "template": template],
        ]
    }

    static func pod(_ spec: JSONValue = podSpec, metadata: JSONValue = [:]) -> JSONValue {
        var members = metadata.object ?? JSONObject()
        members["name"] = "shop"
        members["namespace"] = "store"
        return ["apiVersion": "v1", "kind": "Pod", "metadata": .object(members), "spec": spec]
    }

    /// A review about an object; `changes` replace members of the request.
    static func review(
        _ object: JSONValue, old: JSONValue = .null, operation: String = "CREATE", resource: String = "deployments",
        version: JSONValue = "admission.k8s.io/v1", changes: [String: JSONValue] = [:]
    ) -> JSONValue {
        let subject = object == .null ? old : object
        let type =
            GroupVersionKind(apiVersion: subject["apiVersion"]?.string ?? "", kind: subject["kind"]?.string ?? "")
            ?? GroupVersionKind(group: "", version: "v1", kind: "Pod")
        var request = JSONObject()
        request["uid"] = .string(uid)
        request["kind"] = [
            "group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind),
        ]
        request["resource"] = [
            "group": .string(type.group), "version": .string(type.version), "resource": .string(resource),
        ]
        request["name"] = "shop"
        request["namespace"] = "store"
        request["operation"] = .string(operation)
        request["userInfo"] = user
        request["object"] = object
        request["oldObject"] = old
        for (name, value) in changes { request[name] = value }
        return ["apiVersion": version, "kind": "AdmissionReview", "request": .object(request)]
    }

    static func request(_ review: JSONValue) throws -> AdmissionRequest { try AdmissionReview(review).request }

    /// The error that reading throws; `nil` when it throws none.
    static func error(_ read: () throws -> some Any) -> ReviewError? {
        do {
            _ = try read()
            return nil
        } catch { return error as? ReviewError }
    }

    /// A value with one member replaced or, by `nil`, taken away; the path is dotted, digits are array places.
    static func with(_ value: JSONValue, _ path: String, _ new: JSONValue?) -> JSONValue {
        var names = path.split(separator: ".").map(String.init)
        let name = names.removeFirst()
        if case .array(var values) = value, let index = Int(name) {
            if names.isEmpty {
                if let new { values[index] = new } else { values.remove(at: index) }
            } else {
                values[index] = with(values[index], names.joined(separator: "."), new)
            }
            return .array(values)
        }
        var object = value.object ?? JSONObject()
        object[name] = names.isEmpty ? new : with(object[name] ?? [:], names.joined(separator: "."), new)
        return .object(object)
    }
}

/// Reviews as real API servers sent them.
enum Recorded {
    static let digest = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    static let folder = "admission-reviews"
    static let odd = "admission-requests-connaisseur"
    static let isPresent = SharedData.exists(folder) && SharedData.exists(odd)
    static let missing: String = "skipped: no \(folder) or \(odd) in the conformance data; set MC_TEST_DATA"

    static func review(_ name: String, in folder: String = folder) throws -> AdmissionReview {
        try AdmissionReview(parsing: try SharedData.bytes("\(folder)/\(name).json"))
    }

    static func template(_ name: String) throws -> WorkloadTemplate {
        let request = try review(name).request
        guard let template = try request.workload()?.templates.first ?? request.oldWorkload()?.templates.first else {
            throw ReviewError(.missing, "no template", field: name)
        }
        return template
    }
}
