public import Core

/// An in-toto statement: a predicate about subjects that are named by their digests (in-toto attestation v1, v0.1).
///
/// The type is a parsed document, not a verified one; what may be relied on is a ``VerifiedEvidence``'s statement.
public struct Statement: Sendable, Hashable {
    /// The statement's version.
    public enum Version: String, Sendable, Hashable, CaseIterable {
        case v0_1 = "https://in-toto.io/Statement/v0.1"
        case v1 = "https://in-toto.io/Statement/v1"
    }

    /// What the predicate is about.
    public struct Subject: Sendable, Hashable {
        public let name: String
        public let digests: [SubjectDigest]

        public init(name: String, digests: [SubjectDigest]) {
            self.name = name
            self.digests = digests
        }
    }

    public let version: Version
    public let subjects: [Subject]
    public let predicateType: String
    public let predicate: JSONValue

    static let maximumSubjects = Cap("subjects", 1024)
    static let maximumDigests = Cap("digests of one subject", 32)

    public init(version: Version = .v1, subjects: [Subject], predicateType: String, predicate: JSONValue) {
        self.version = version
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// Parses a statement's JSON text; unknown fields are ignored, as in-toto asks.
    ///
    /// - Throws: ``JSONError`` with the field that is missing, malformed or too large.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits(bytes: 64 << 20)) throws(JSONError) {
        let root = JSONCursor(try JSONValue(parsing: bytes, limits: limits))
        let type = try root.required("_type")
        guard let version = Version(rawValue: try type.string()) else {
            throw type.error("expected \(Version.v1.rawValue) or …/v0.1, saw \"\(try type.string().prefix(100))\"")
        }
        self.version = version
        predicateType = try root.required("predicateType").string()
        guard !predicateType.isEmpty else { throw try root.required("predicateType").error("the type is empty") }
        predicate = try root.optional("predicate")?.value ?? .null
        var subjects: [Subject] = []
        for subject in try root.required("subject").elements(Self.maximumSubjects) {
            let set = try subject.required("digest")
            let digests = try set.digestSet()
            guard !digests.isEmpty else { throw set.error("expected at least one digest, saw none") }
            subjects.append(Subject(name: try subject.optional("name")?.string() ?? "", digests: digests))
        }
        guard !subjects.isEmpty else {
            throw try root.required("subject").error("expected at least one subject, saw none")
        }
        self.subjects = subjects
    }

    /// Whether a digest is one of the subjects'.
    public func isAbout(_ digest: SubjectDigest) -> Bool {
        subjects.contains { $0.digests.contains { $0 == digest } }
    }

    /// The statement as JSON.
    public var json: JSONValue {
        [
            "_type": .string(version.rawValue),
            "subject": .array(
                subjects.map { subject in
                    [
                        "name": .string(subject.name),
                        "digest": .object(
                            JSONObject(
                                subject.digests.map {
                                    JSONObject.Member(key: $0.algorithm, value: .string($0.value))
                                })),
                    ]
                }), "predicateType": .string(predicateType), "predicate": predicate,
        ]
    }
}
