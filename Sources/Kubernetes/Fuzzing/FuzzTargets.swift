internal import Core

/// What the fuzz target `review` in `Fuzz/` drives, and nothing else.
///
/// Each function takes bytes as they may come from outside and returns the property that does not hold, if there is
/// one. That it returns at all is what is tested first.
@_spi(Fuzzing)
public enum FuzzTargets {
    private static let custom: [CustomKind] = [
        try? CustomKind(group: "argoproj.io", kind: "Rollout", podTemplates: ["spec.template"]),
        try? CustomKind(
            group: "argoproj.io", kind: "Workflow",
            containers: ["spec.templates[].container", "spec.templates[].script"]),
        try? CustomKind(group: "serving.knative.dev", kind: "Revision", podSpecs: ["spec"]),
        try? CustomKind(group: "kubeflow.org", kind: "PyTorchJob", podTemplates: ["spec.*.*.template"]),
    ].compactMap { $0 }

    /// An AdmissionReview from its bytes to the answer.
    public static func review(_ bytes: [UInt8]) -> String? {
        let review: AdmissionReview
        do throws(ReviewError) {
            review = try AdmissionReview(parsing: bytes)
        } catch {
            guard let answer = error.answer else { return nil }
            return answer.allowed ? "what cannot be read is never allowed" : check(answer)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let answer = review.answer(
            allowed: false, message: text, warnings: text.split(separator: ",").map(String.init),
            auditAnnotations: [text: text])
        if let violation = check(answer) { return violation }
        let request = review.request
        if let change = try? Change.of(request, custom: custom) {
            if request.operation == .delete, change != .deletion { return "deleting is deletion" }
            let brings = request.operation == .create && change == .newTemplate
            if brings, change.startsNothing { return "what is created starts" }
        }
        guard let object = request.object else { return nil }
        _ = try? Manifest.requests(creating: object, user: request.userInfo)
        guard let workload = try? request.workload(custom: custom) else { return nil }
        return check(workload) ?? check(unchanged: request, workload)
    }

    private static func check(_ answer: AdmissionReview.Answer) -> String? {
        guard let json = try? JSONValue(parsing: answer.bytes), let response = json["response"] else {
            return "an answer is JSON"
        }
        if response["uid"]?.string.map({ $0.isSame(as: answer.uid) }) != true { return "an answer repeats the UID" }
        if response["allowed"] != .bool(answer.allowed) { return "an answer says what was decided" }
        let warnings = (response["warnings"]?.array ?? []).compactMap(\.string).map(\.utf8.count)
        if warnings.contains(where: { $0 > AnswerText.warning }) { return "a warning is short" }
        if warnings.reduce(0, +) > AnswerText.allWarnings { return "warnings are not many" }
        let message = response["status"]?["message"]?.string?.utf8.count ?? 0
        return message > AnswerText.longestMessage ? "a message is short" : nil
    }

    private static func check(_ workload: Workload) -> String? {
        for template in workload.templates {
            if template.images.isEmpty { return "a template has an image" }
            if template.images.contains(where: \.field.isEmpty) { return "an image has a place" }
            if Set(template.images.map(\.field)).count != template.images.count { return "two images, two places" }
            guard template.images.allSatisfy({ !$0.container.isEmpty }) else { continue }
            let match = PodMatch(pod: template, template: template)
            if !match.isMatch || !match.additions.isEmpty { return "a template matches itself" }
        }
        return (workload.templateDigest == nil) == workload.templates.isEmpty ? nil : "a template has a digest"
    }

    /// An update that changes nothing.
    private static func check(unchanged request: AdmissionRequest, _ workload: Workload) -> String? {
        let update = AdmissionRequest(
            uid: request.uid, kind: request.kind, resource: request.resource, name: request.name,
            namespace: request.namespace, operation: .update, userInfo: request.userInfo, object: request.object,
            oldObject: request.object, metadata: request.metadata, oldMetadata: request.metadata)
        guard let change = try? Change.of(update, custom: custom) else { return "what can be read can be classified" }
        let expected: Change =
            workload.templates.isEmpty
            ? .noTemplate(.templateNotFound) : .unchangedTemplate(scale: nil, touched: [])
        return change == expected ? nil : "an update that changes nothing is none"
    }
}
