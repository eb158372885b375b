internal import Attestation
internal import Core
internal import YAML

extension Requirements {
    private static let maximumGates = Cap("gates", 128)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: [
            "digest", "signers", "provenance", "sbom", "deliveryClaims", "gates", "promotedFrom", "verificationSummary",
        ])
        if let digest = try cursor.optional("digest") { self.digest = try digest.bool() }
        if let signers = try cursor.optional("signers") { self.signers = try signers.integer(in: 1...8) }
        if let provenance = try cursor.optional("provenance") {
            self.provenance = try ProvenanceRequirement(provenance)
        }
        if let sbom = try cursor.optional("sbom") { self.sbom = try BillRequirement(sbom) }
        if let claims = try cursor.optional("deliveryClaims") { deliveryClaims = try DeliveryRequirement(claims) }
        if let gates = try cursor.optional("gates") {
            self.gates = try gates.distinct(Self.maximumGates) { (cursor) throws(YAMLError) in try cursor.name() }
        }
        if let promotion = try cursor.optional("promotedFrom") { promotedFrom = try PromotionRequirement(promotion) }
        if let summary = try cursor.optional("verificationSummary") {
            verificationSummary = try SummaryRequirement(summary)
        }
    }
}

extension ProvenanceRequirement {
    private static let maximumBuilders = Cap("builders", 64)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: ["predicateTypes", "builders", "maxAge"])
        if let types = try cursor.optional("predicateTypes") {
            versions = try types.distinct(Cap("predicate types", 8), by: \.rawValue) { (cursor) throws(YAMLError) in
                try cursor.choice(Provenance.Version.self)
            }
        }
        if let builders = try cursor.optional("builders") { self.builders = try builders.globs(Self.maximumBuilders) }
        maxAge = try cursor.optional("maxAge")?.duration()
    }
}

extension BillRequirement {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: ["formats", "maxAge"])
        if let formats = try cursor.optional("formats") {
            self.formats = try formats.distinct(Cap("formats", 8), by: \.rawValue) { (cursor) throws(YAMLError) in
                try cursor.choice(BillOfMaterials.Format.self)
            }
        }
        maxAge = try cursor.optional("maxAge")?.duration()
    }
}

extension DeliveryRequirement {
    private enum Schema: String, CaseIterable { case v28_1 = "v28.1" }

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: ["schema", "bundleVersion", "hermetic", "maxAge"])
        _ = try cursor.required("schema").choice(Schema.self)
        if let version = try cursor.optional("bundleVersion") {
            let text = try version.text()
            guard let range = VersionRange(text) else {
                throw version.error(
                    "expected versions such as \">= v28.0\" or \">= v28.0, < v29.0\", saw "
                        + PrintableText.quote(text.excerpt(100)))
            }
            bundleVersion = range
        }
        if let hermetic = try cursor.optional("hermetic") { self.hermetic = try hermetic.bool() }
        maxAge = try cursor.optional("maxAge")?.duration()
    }
}

extension PromotionRequirement {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["environment", "for"])
        self.init(
            environment: try cursor.required("environment").name(),
            soak: try cursor.optional("for")?.duration(zero: true) ?? .zero)
    }
}

extension SummaryRequirement {
    private static let maximumVerifiers = Cap("verifiers", 32)
    private static let maximumLevels = Cap("levels", 32)
    private static let maximumDigests = Cap("policy digests", 256)

    init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["verifiers", "levels", "policyDigests"])
        self.init(
            verifiers: try cursor.required("verifiers").distinct(Self.maximumVerifiers, by: \.id) {
                (cursor) throws(YAMLError) in
                try cursor.allow(only: ["id", "signer"])
                return Verifier(
                    id: try cursor.required("id").word(), signers: try cursor.required("signer").signers())
            },
            policyDigests: try cursor.required("policyDigests").distinct(Self.maximumDigests, by: \.description) {
                (cursor) throws(YAMLError) in try cursor.digest()
            })
        if let levels = try cursor.optional("levels") {
            self.levels = try levels.distinct(Self.maximumLevels) { (cursor) throws(YAMLError) in try cursor.word() }
        }
    }
}
