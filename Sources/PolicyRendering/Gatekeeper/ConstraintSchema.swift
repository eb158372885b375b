internal import Core

/// The structural schema of a constraint's parameters; the API server refuses what it does not know.
enum ConstraintSchema {
    private static let text: JSONValue = ["type": "string"]
    private static let flag: JSONValue = ["type": "boolean"]
    private static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
    private static func object(_ properties: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        Value.object([
            ("type", "object"),
            ("properties", Value.object(properties.map { ($0.0, $0.1) })),
            ("required", required.isEmpty ? nil : Value.strings(required)),
        ])
    }

    static let parameters: JSONValue = object(
        [
            ("checks", list(["type": "string", "enum": ["request", "coverage", "policy", "interactive"]])),
            ("where", list(object([("matches", text), ("excludes", text)]))), ("negated", flag),
            (
                "grammar",
                object(
                    [
                        "hasRegistry", "name", "dockerHubAlias", "officialShort", "path", "imageID", "qualified",
                        "short", "subjectWithIDs",
                    ].map { ($0, text) })
            ),
            ("tops", list(text)), ("aliases", list(object([("prefix", text), ("registry", text)]))),
            (
                "customKinds",
                list(
                    object([
                        ("group", text), ("kind", text), ("podTemplates", list(list(text))),
                        ("podSpecs", list(list(text))),
                    ]))
            ),
            ("environments", list(object([("environment", text), ("namespaces", text)]))),
            ("users", list(object([("prefix", text), ("groups", list(text))]))),
            ("controllers", list(object([("username", text), ("creates", text), ("owner", text)]))),
            ("expires", text), ("expiresAt", ["type": "integer", "format": "int64"]),
            ("policies", list(object([("namespaces", text), ("images", text)]))),
            (
                "policy",
                object([
                    ("images", text), ("digest", flag),
                    (
                        "bindings",
                        list(
                            object([
                                ("repository", text), ("repositoryId", text), ("environments", list(text)),
                                ("gitOps", list(text)),
                                (
                                    "deployers",
                                    list(
                                        object([
                                            ("mapping", ["type": "integer"]), ("subject", text),
                                            ("claims", list(object([("key", text), ("pattern", text)]))),
                                        ]))
                                ),
                            ]))
                    ),
                ])
            ),
        ], required: ["checks"])
}
