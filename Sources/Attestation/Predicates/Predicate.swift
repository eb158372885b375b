public import Core

/// What a predicate type stands for, by its exact bytes.
public enum PredicateKind: Sendable, Hashable {
    case provenance(Provenance.Version)
    case verificationSummary
    case testResult
    case billOfMaterials(BillOfMaterials.Format)
    case deliveryClaims

    /// The kind of a predicate type; `nil` when it is not known here.
    ///
    /// Types are compared byte for byte: no prefix, no other case, no version that merely looks alike.
    /// `https://slsa.dev/attestation/v1` is no predicate type and `https://slsa.dev/provenance/v0.1` is not read.
    public init?(predicateType type: String) {
        guard let known = Self.known.first(where: { $0.type.isSame(as: type) }) else { return nil }
        self = known.kind
    }

    /// Every known predicate type with its kind.
    public static let known: [(type: String, kind: PredicateKind)] =
        Provenance.Version.allCases.map { ($0.rawValue, .provenance($0)) }
        + [
            (VerificationSummary.predicateType, .verificationSummary), (TestResult.predicateType, .testResult),
            (DeliveryClaims.predicateType, .deliveryClaims),
        ] + BillOfMaterials.predicateTypes.map { ($0.type, .billOfMaterials($0.format)) }
}

/// A statement's predicate, read as what its type says it is.
public enum Predicate: Sendable, Hashable {
    case provenance(Provenance)
    case verificationSummary(VerificationSummary)
    case testResult(TestResult)
    case billOfMaterials(BillOfMaterials)
    /// The claims, and a warning for each unknown field that was ignored.
    case deliveryClaims(DeliveryClaims, warnings: [String])
    /// A type that is not known here; its content was not looked at and says nothing.
    case other(type: String)

    /// Reads the predicate of a statement.
    ///
    /// - Parameters:
    ///   - statement: the statement; for decisions, that of a ``VerifiedEvidence``.
    ///   - strictness: what happens to unknown fields of delivery claims.
    /// - Throws: ``JSONError`` when the type is known and the predicate is not what it promises. It is never passed
    ///   on unparsed: that let wrong predicates count as right ones (CVE-2022-35929).
    public init(
        _ statement: Statement, strictness: DeliveryClaims.Strictness = .rejectUnknown
    ) throws(JSONError) {
        switch PredicateKind(predicateType: statement.predicateType) {
        case .provenance(let version):
            self = .provenance(try Provenance(statement.predicate, version: version))
        case .verificationSummary:
            self = .verificationSummary(try VerificationSummary(statement.predicate))
        case .testResult:
            self = .testResult(try TestResult(statement.predicate))
        case .billOfMaterials:
            self = .billOfMaterials(try BillOfMaterials(statement))
        case .deliveryClaims:
            let (claims, warnings) = try DeliveryClaims.parse(statement.predicate, strictness: strictness)
            self = .deliveryClaims(claims, warnings: warnings)
        case nil:
            self = .other(type: statement.predicateType)
        }
    }
}
