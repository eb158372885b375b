internal import Core
internal import Policy

/// How every rendered object says where it comes from.
enum Labels {
    static func metadata(_ name: String, _ plan: RenderPlan, annotations: [(String, String)] = []) -> JSONValue {
        let origin = [
            ("mc.internal/bundle", "\(plan.bundle.manifest.version)"),
            ("mc.internal/bundle-digest", "\(plan.bundle.digest)"), ("mc.internal/cluster", plan.cluster.cluster),
        ]
        return [
            "name": .string(name), "labels": ["app.kubernetes.io/managed-by": "mc-policy-render"],
            "annotations": .object(
                JSONObject((annotations + origin).map { JSONObject.Member(key: $0.0, value: .string($0.1)) })),
        ]
    }
}
