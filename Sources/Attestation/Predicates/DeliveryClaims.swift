public import Core

/// What a pipeline claims of a delivery, schema v28.1: the policy bundle it was made under, hermeticity, waivers and
/// pinned inputs.
///
/// The schema is `policy/slsa/extensions/v28.1.json`; this parser accepts exactly the documents it does, and with
/// ``Strictness/warnUnknown`` those with unknown fields as well.
public struct DeliveryClaims: Sendable, Hashable {
    /// The predicate type.
    public static let predicateType = "https://mc.internal/delivery-claims/v28.1"

    /// What happens to fields that the schema does not know.
    public enum Strictness: Sendable, Hashable {
        /// They make the document malformed.
        case rejectUnknown
        /// They are ignored with a warning each.
        case warnUnknown

        /// The environments in which unknown fields are tolerated unless others are given.
        public static let lenientEnvironments: Set<String> = [
            "dev", "development", "test", "testing", "ci", "qa", "integration", "preview", "sandbox", "stage",
            "staging", "uat", "local",
        ]

        /// The strictness that an environment asks for.
        ///
        /// It fails closed: `prod` and `production` reject whatever `lenient` says, and so does an empty name and any
        /// name that is not, byte for byte, one of `lenient`, such as `Prod`, `prod-eu` or a misspelling.
        ///
        /// - Parameters:
        ///   - environment: the environment's name, from a trusted source.
        ///   - lenient: the names of the environments that only warn.
        public static func `for`(
            environment: String, lenient: Set<String> = Self.lenientEnvironments
        ) -> Strictness {
            if environment.isEmpty || environment.isSame(as: "prod") || environment.isSame(as: "production") {
                return .rejectUnknown
            }
            return lenient.contains { $0.isSame(as: environment) } ? .warnUnknown : .rejectUnknown
        }
    }

    /// Something that went into the build, pinned to its content.
    public struct Input: Sendable, Hashable {
        public let uri: String
        /// `sha256`, `sha384`, `sha512` or `gitCommit`; at least one.
        public let digests: [SubjectDigest]

        public init(uri: String, digests: [SubjectDigest]) {
            self.uri = uri
            self.digests = digests
        }
    }

    /// A waiver that the delivery rests on: its id and the digest of its signed document.
    public struct Waiver: Sendable, Hashable {
        public let id: String
        public let digest: Digest

        public init(id: String, digest: Digest) {
            self.id = id
            self.digest = digest
        }
    }

    public let bundleVersion: BundleVersion
    /// Whether the build had no network; `nil` when nothing is claimed, which is not a claim of hermeticity.
    public let hermetic: Bool?
    /// `waiver_ids` and `waiver_digests`, paired by position.
    public let waivers: [Waiver]
    public let inputs: [Input]

    static let maximumWaivers = Cap("waivers", 32)
    static let maximumInputs = Cap("pinned inputs", 1024)
    static let maximumURI = Cap("bytes of an input's URI", 2048)
    static let maximumWaiverID = Cap("bytes of a waiver's id", 128)
    static let maximumWarnings = Cap("warnings", 64)

    public init(bundleVersion: BundleVersion, hermetic: Bool? = nil, waivers: [Waiver] = [], inputs: [Input] = []) {
        self.bundleVersion = bundleVersion
        self.hermetic = hermetic
        self.waivers = waivers
        self.inputs = inputs
    }

    /// Reads the predicate.
    ///
    /// - Parameters:
    ///   - predicate: the statement's predicate.
    ///   - strictness: what happens to unknown fields; see ``Strictness/for(environment:lenient:)``.
    /// - Returns: the claims, and one warning for each unknown field that was ignored.
    /// - Throws: ``JSONError`` with the field that is missing, malformed, too large or, if asked, unknown.
    public static func parse(
        _ predicate: JSONValue, strictness: Strictness
    ) throws(JSONError) -> (claims: DeliveryClaims, warnings: [String]) {
        var reader = DeliveryClaimsReader(strictness: strictness)
        let claims = try reader.read(JSONCursor(predicate: predicate))
        return (claims, reader.warnings)
    }

    /// The predicate as JSON, valid under the schema when the fields are.
    public var json: JSONValue {
        var object = JSONObject()
        object["bundle_version"] = .string(bundleVersion.description)
        if let hermetic { object["hermetic"] = .bool(hermetic) }
        object["waiver_ids"] = .array(waivers.map { .string($0.id) })
        object["waiver_digests"] = .array(waivers.map { .string($0.digest.description) })
        object["inputs"] = .array(
            inputs.map { input in
                let digests = input.digests.map { JSONObject.Member(key: $0.algorithm, value: .string($0.value)) }
                return ["uri": .string(input.uri), "digest": .object(JSONObject(digests))]
            })
        return .object(object)
    }
}
