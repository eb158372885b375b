package import Attestation
package import Core

/// What to sign, as whom, and where to have it recorded.
package struct SigningRequest: Sendable {
    package enum Content: Sendable {
        /// A message signature over the artifact's bytes.
        case artifact([UInt8])
        /// A statement in a DSSE envelope.
        case statement(Statement)
        /// Any payload in a DSSE envelope.
        case payload([UInt8], type: String)
    }

    package enum Signer: Sendable {
        /// A certificate that the authority issues for the occasion.
        case certificate(CertificateRequest)
        /// A key the verifier is configured with; the hint is what the bundle calls it.
        case managedKey(hint: String)
    }

    /// One log the signature is recorded in.
    package struct Record: Sendable, Hashable {
        package var log: Service
        /// `nil` takes what today's clients write for the content.
        package var kind: EntryKind?
        /// Whether Rekor v1 hands out its signed entry timestamp.
        package var promise = true
        /// Whether the inclusion proof is handed out.
        package var proof = true

        package init(_ log: Service, kind: EntryKind? = nil, promise: Bool = true, proof: Bool = true) {
            self.log = log
            self.kind = kind
            self.promise = promise
            self.proof = proof
        }
    }

    package var content: Content
    package var signer: Signer = .certificate(.workflow())
    /// The key that signs; `nil` generates one of ECDSA P-256.
    package var key: PrivateKey?
    package var records: [Record] = [Record(.rekorV1)]
    /// How many timestamps the authority gives.
    package var timestamps = 0
    package var version = BundleVersion.v0_3
    /// When the certificate is issued; signature, entry and timestamps follow a second later.
    package var time: Instant
    /// What the trust root made for the bundle lists; `nil` is everything the authority has.
    package var trusted: Set<Service>?
    package var flaws: Set<Flaw> = []

    package init(_ content: Content, at time: Instant) {
        self.content = content
        self.time = time
    }

    /// The least that is a SLSA provenance of version 1.
    package static let minimalProvenance: JSONValue = [
        "buildDefinition": ["buildType": "https://example.com/build/v1", "externalParameters": [:]],
        "runDetails": ["builder": ["id": "https://example.com/builder"]],
    ]

    /// A statement about an artifact, by its SHA-256.
    package static func attestation(
        about artifact: [UInt8], name: String = "artifact", predicateType: String = "https://slsa.dev/provenance/v1",
        predicate: JSONValue = minimalProvenance, at time: Instant
    ) -> SigningRequest {
        let subject = Statement.Subject(name: name, digests: [SubjectDigest(Digest.of(artifact))])
        return SigningRequest(
            .statement(Statement(subjects: [subject], predicateType: predicateType, predicate: predicate)), at: time)
    }

    /// The request recorded in Rekor v2 with one timestamp, which has to be the time's only source.
    package var inRekorV2: SigningRequest {
        var copy = self
        copy.records = [Record(.rekorV2)]
        copy.timestamps = 1
        return copy
    }

    /// The request with a flaw more.
    package func with(_ flaw: Flaw) -> SigningRequest {
        var copy = self
        copy.flaws.insert(flaw)
        return copy
    }
}

/// The services of an authority that a trust root can list.
package enum Service: Sendable, Hashable {
    case certificateAuthority, certificateLog, rekorV1, rekorV2, timestampAuthority
    /// One of ``AuthorityOptions/extraLogs``, counted from 0.
    case extraLog(Int)
}

/// The bundle's version by its media type (Sigstore protobuf specification, `Bundle.media_type`).
package enum BundleVersion: String, Sendable, Hashable, CaseIterable {
    case v0_1 = "application/vnd.dev.sigstore.bundle+json;version=0.1"
    case v0_2 = "application/vnd.dev.sigstore.bundle+json;version=0.2"
    case v0_3 = "application/vnd.dev.sigstore.bundle.v0.3+json"
    /// The older spelling of 0.3.
    case v0_3Parameter = "application/vnd.dev.sigstore.bundle+json;version=0.3"

    /// Whether the certificate stands in a chain of its own.
    var hasChain: Bool { self == .v0_1 || self == .v0_2 }
}
