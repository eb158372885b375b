import Core

/// What could not be evaluated, as JSON.
struct ErrorReport {
    let error: any Error
    let artifact: String

    init(_ error: any Error, artifact: String) {
        self.error = error
        self.artifact = artifact
    }

    var json: JSONValue {
        ["verdict": "unevaluated", "artifact": .string(artifact), "error": .string("\(error)")]
    }
}
