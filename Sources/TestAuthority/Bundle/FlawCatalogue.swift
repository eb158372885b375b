package import Core

extension Flaw {
    /// Every flaw; those with a number are one beyond what a verifier accepts.
    package static let all: [Flaw] =
        contentFlaws + certificateFlaws + promiseFlaws + entryFlaws + setFlaws + proofFlaws + timestampFlaws

    private static let contentFlaws: [Flaw] = [
        .signatureFlipped, .signatureOtherKey, .signatureOverPayload, .payloadSwapped, .messageDigestOther,
        .subjectOther, .predicateTypeOther, .predicateTypeLookalike, .payloadNotStatement, .payloadTypeOther,
        .extraSignature, .tooManySignatures(33), .tooManySubjects(1025), .tooManyDigests(33), .mediaTypeUnknown,
    ]

    private static let certificateFlaws: [Flaw] = [
        .certificateExpiredAtSigning, .certificateNotYetValid, .certificateFromOtherAuthority, .expiredIntermediate,
        .authorityWindowEnded, .rootEmbedded, .chainEmpty, .leafWithoutKeyUsage, .leafOtherKeyUsage,
        .leafWithoutExtendedKeyUsage, .leafOtherExtendedKeyUsage, .leafIsAuthority, .leafWithoutName,
        .leafNameNotCritical, .leafUnknownCriticalExtension,
    ]

    private static let promiseFlaws: [Flaw] = [
        .sctMissing, .sctBadSignature, .sctForeignLog, .sctOverOtherCertificate, .sctLogWindowEnded,
    ]

    private static let entryFlaws: [Flaw] = [
        .logEntryMissing, .unrelatedLogEntry, .logEntryOtherKey, .logEntryOtherSignature, .logEntryOtherCertificate,
        .kindVersionOther, .logIDOther, .logIndexOther, .foreignLog, .logWindowEnded, .duplicateLogEntry,
        .sameLogTwice, .tooManyEntries(33),
    ]

    private static let setFlaws: [Flaw] = [
        .setBadSignature, .setOtherKey, .integratedTimeWithoutSET, .integratedTimeAltered,
        .integratedTimeOutsideCertificate, .integratedTimeInFuture,
    ]

    private static let proofFlaws: [Flaw] = [
        .proofMissing, .proofHashCorrupted, .proofIndexOff, .proofSizeOff, .rootHashOther, .checkpointMissing,
        .checkpointRootOther, .checkpointSizeOther, .checkpointOtherOrigin, .checkpointOtherName, .checkpointBadHint,
        .checkpointBadSignature, .checkpointForeignKey,
    ]

    private static let timestampFlaws: [Flaw] = [
        .timestampMissing, .timestampOverOtherBytes, .timestampBadSignature, .timestampOtherKey,
        .timestampInfoAltered, .timestampPrependedCertificate, .timestampSignerWithoutPurpose,
        .timestampPurposeNotCritical, .timestampUntrustedAuthority, .timestampOutsideCertificate,
        .timestampWindowEnded, .timestampInFuture, .timestampStatusRejected, .timestampDigestOther,
        .timestampContentTypeOther, .timestampWithoutSigningCertificate, .timestampSigningCertificateOther,
        .tooManyTimestamps(33),
    ]

    /// What a policy has to ask for beyond the signer's identity, or the flaw is none.
    package enum Demand: Sendable, Hashable {
        /// Entries of this many distinct logs.
        case distinctLogs(Int)
        /// This predicate type, exactly.
        case predicateType(String)
    }

    /// What the policy has to demand for the flaw to matter.
    package var demand: Demand? {
        switch self {
        case .duplicateLogEntry, .sameLogTwice: .distinctLogs(2)
        case .predicateTypeOther, .predicateTypeLookalike: .predicateType("https://slsa.dev/provenance/v1")
        default: nil
        }
    }

    /// A request that verifies as it is, and in which the flaw, once added, is the only fault.
    ///
    /// - Parameters:
    ///   - artifact: what the bundle is verified for.
    ///   - time: when it is signed; not in the future.
    package func twin(artifact: [UInt8], at time: Instant) -> SigningRequest {
        let message = SigningRequest(.artifact(artifact), at: time)
        switch self {
        case .signatureOverPayload, .payloadSwapped, .subjectOther, .predicateTypeOther, .predicateTypeLookalike,
            .payloadNotStatement, .payloadTypeOther, .extraSignature, .tooManySignatures, .tooManySubjects,
            .tooManyDigests:
            return .attestation(about: artifact, at: time)
        case .expiredIntermediate:
            // No log and no CT log, as GitHub's trust root: the timestamp alone tells the time.
            var request = message
            request.records = []
            request.timestamps = 1
            request.trusted = [.certificateAuthority, .timestampAuthority]
            return request
        case .rootEmbedded, .chainEmpty:
            var request = message
            request.version = .v0_2
            return request
        case .duplicateLogEntry, .sameLogTwice:
            var request = message
            request.records = [.init(.rekorV1), .init(.rekorV2)]
            request.timestamps = 1
            return request
        case .logIDOther, .logIndexOther, .checkpointOtherOrigin, .checkpointOtherName: return message.inRekorV2
        case _ where Self.timestampFlaws.contains(self): return message.inRekorV2
        default: return message
        }
    }
}
