public import Core

/// What a verifier found out about a resource, so that others need not verify its evidence again (SLSA VSA v1).
public struct VerificationSummary: Sendable, Hashable {
    /// The predicate type.
    public static let predicateType = "https://slsa.dev/verification_summary/v1"

    /// The verifier's conclusion.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        case passed = "PASSED"
        case failed = "FAILED"
    }

    /// Who verified; to be compared with the identity that signed.
    public let verifierID: String
    /// The versions of the verifier's parts, by the part's name.
    public let verifierVersions: [String: String]
    public let timeVerified: Instant?
    /// What was verified, such as a package URL.
    public let resourceURI: String
    /// What it was verified against; older verifiers give a URI without a digest.
    public let policy: ResourceDescriptor
    /// The attestations that were looked at.
    public let inputAttestations: [ResourceDescriptor]
    public let result: Result
    /// The levels the resource meets, such as `SLSA_BUILD_LEVEL_3`.
    public let verifiedLevels: [String]
    /// How many dependencies meet each level, by the level's name.
    public let dependencyLevels: [String: Int64]
    public let slsaVersion: String?
    /// `mc_environment`: the only environment the summary is meant for; `nil` when it names none.
    public let environment: String?
    /// `mc_cluster`: the only cluster the summary is meant for; `nil` when it names none.
    public let cluster: String?
    /// `mc_expires`: from this instant on the summary says nothing any more; `nil` when it names none.
    public let expires: Instant?

    static let maximumInputs = Cap("input attestations", 1024)
    static let maximumLevels = Cap("levels", 256)
    static let maximumVersions = Cap("verifier versions", 64)

    /// Reads the predicate; fields that are not named here are ignored, as SLSA asks.
    ///
    /// - Throws: ``JSONError`` with the field that is missing, malformed or too large.
    public init(_ predicate: JSONValue) throws(JSONError) {
        let cursor = try JSONCursor(predicate: predicate)
        let verifier = try cursor.required("verifier")
        verifierID = try verifier.required("id").text()
        var versions: [String: String] = [:]
        for (name, version) in try verifier.optional("version")?.members(Self.maximumVersions) ?? [] {
            versions[name] = try version.string()
        }
        verifierVersions = versions
        timeVerified = try cursor.optional("timeVerified")?.instant()
        resourceURI = try cursor.required("resourceUri").text()
        policy = try ResourceDescriptor(cursor.required("policy"))
        inputAttestations = try cursor.descriptors("inputAttestations", Self.maximumInputs)
        let conclusion = try cursor.required("verificationResult")
        guard let result = Result(rawValue: try conclusion.string()) else {
            throw conclusion.error("expected PASSED or FAILED, saw \"\(try conclusion.string().prefix(40))\"")
        }
        self.result = result
        var levels: [String] = []
        for level in try cursor.required("verifiedLevels").elements(Self.maximumLevels) {
            levels.append(try level.text())
        }
        verifiedLevels = levels
        var dependencies: [String: Int64] = [:]
        for (name, count) in try cursor.optional("dependencyLevels")?.members(Self.maximumLevels) ?? [] {
            let number = try count.int64()
            guard number >= 0 else { throw count.error("expected a count, saw \(number)") }
            dependencies[name] = number
        }
        dependencyLevels = dependencies
        slsaVersion = try cursor.optionalText("slsaVersion")
        environment = try cursor.optionalText("mc_environment")
        cluster = try cursor.optionalText("mc_cluster")
        expires = try cursor.optional("mc_expires")?.instant()
    }

    /// The newest summary of each verifier, in log order; an older PASSED must not outlive a newer FAILED.
    ///
    /// - Parameter summaries: summaries about one artifact, in the order of a log, oldest first. The order is the
    ///   log's and not that of ``timeVerified``, which the verifier writes itself.
    public static func newestPerVerifier(_ summaries: [VerificationSummary]) -> [VerificationSummary] {
        var seen: Set<[UInt8]> = []
        return summaries.reversed().filter { seen.insert(Array($0.verifierID.utf8)).inserted }.reversed()
    }
}
