internal import Attestation
package import Core
internal import TestAuthority

/// Makes real evidence of its description: certificates, signatures, log entries and timestamps by an authority that
/// exists for the rehearsal only.
package struct Mint: Sendable {
    /// A piece as it is kept beside an image.
    package enum Minted: Sendable {
        case bundle([UInt8], predicateType: String?)
        /// A layer under cosign's signature tag.
        case cosign([UInt8], mediaType: String, annotations: [String: String])
    }

    /// The present; evidence can be of the year before it.
    package let now: Instant
    /// The `trusted_root.json` that evidence verifies against.
    package let trustRoot: [UInt8]
    private let authority: Authority
    private let keys: [String: PrivateKey]
    private let logs: Int

    /// The oldest evidence that can be minted: the authority's services are a year old.
    package static let longestAge = Duration.seconds(364 * 86_400)

    /// Makes an authority.
    ///
    /// - Parameters:
    ///   - keys: the private halves of the keys that policies name, by name.
    ///   - logs: in how many logs each piece is recorded, 1 or 2.
    /// - Throws: ``RehearsalError`` when no keys can be generated.
    package init(now: Instant, keys: [String: PrivateKey] = [:], logs: Int = 1) throws(RehearsalError) {
        self.now = now
        self.keys = keys
        self.logs = logs
        do {
            authority = try Authority(now: now)
        } catch {
            throw RehearsalError(.minting, "the authority cannot be made: \(error)")
        }
        trustRoot = authority.trustedRootJSON()
    }

    /// Mints a piece of evidence.
    ///
    /// - Parameters:
    ///   - image: the digest it is about; nothing of the image itself is needed.
    ///   - reference: what a cosign signature calls the image.
    ///   - waivers: the digests of the case's waivers by id, for delivery claims that rest on them.
    /// - Throws: ``RehearsalError`` when it cannot be made as it is described.
    package func mint(
        _ piece: EvidencePiece, about image: Digest, reference: String, waivers: [String: Digest] = [:]
    ) throws(RehearsalError) -> Minted {
        if case .garbage = piece.content {
            return .bundle(Array("this is no bundle, whoever put it here".utf8), predicateType: nil)
        }
        let time = piece.signedAt.instant(from: now)
        guard time > now - Self.longestAge else {
            throw RehearsalError(
                .minting, "evidence of \(time) is too old to be minted; expected at most 364 days before \(now)")
        }
        var request: SigningRequest
        if let predicate = try piece.predicate(waivers: waivers, now: now), let type = piece.predicateType {
            let subject = Statement.Subject(name: reference, digests: [SubjectDigest(image)])
            request = SigningRequest(
                .statement(Statement(subjects: [subject], predicateType: type, predicate: predicate)), at: time)
        } else {
            request = SigningRequest.simpleSigning(image: image, reference: reference, at: time)
        }
        request.records = logs > 1 ? [.init(.rekorV1), .init(.rekorV2)] : [.init(.rekorV1)]
        request.timestamps = 1
        try sign(&request, as: piece.signer)
        if let name = piece.flaw { try spoil(&request, by: name) }
        do {
            let minted = try authority.mint(request)
            guard case .signature = piece.content else {
                return .bundle(minted.bytes, predicateType: piece.predicateType)
            }
            let layer = minted.cosignLayer()
            return .cosign(layer.bytes, mediaType: layer.mediaType, annotations: layer.annotations)
        } catch {
            throw RehearsalError(.minting, "cannot be minted: \(error)")
        }
    }

    private func sign(_ request: inout SigningRequest, as signer: PieceSigner) throws(RehearsalError) {
        switch signer {
        case .workflow(let workflow): request.signer = .certificate(workflow.certificate)
        case .person(let email, let issuer):
            var person = CertificateRequest.person(email)
            person.issuer = issuer
            request.signer = .certificate(person)
        case .subject(let subject, let issuer):
            request.signer = .certificate(CertificateRequest(subject: subject, issuer: issuer))
        case .strangersKey: request.signer = .managedKey(hint: "stranger")
        case .key(let name):
            guard let key = keys[name] else {
                let known = keys.keys.sorted().joined(separator: ", ")
                throw RehearsalError(
                    .key,
                    "the bundle has no key of the name \(name); \(known.isEmpty ? "it names none" : "named are \(known)")"
                )
            }
            request.key = key
            request.signer = .managedKey(hint: name)
        }
    }

    private func spoil(_ request: inout SigningRequest, by name: String) throws(RehearsalError) {
        guard let flaw = Flaws.all[name] else {
            throw RehearsalError(.minting, "there is no flaw \(name); known are \(Flaws.names.joined(separator: ", "))")
        }
        // Some show only in the shape the catalogue has for them, such as an entry of Rekor v2.
        let twin = flaw.twin(artifact: [], at: request.time)
        request.records = twin.records
        request.timestamps = twin.timestamps
        request.version = twin.version
        request.flaws.insert(flaw)
    }
}

extension WorkflowSigner {
    fileprivate var certificate: CertificateRequest {
        var request = CertificateRequest.workflow(
            repository: repository, ref: ref, commit: commit, environment: environment)
        request.subject = uri
        request.issuer = issuer
        request.claims.buildSignerURI = uri
        request.claims.buildConfigURI = uri
        request.claims.sourceRepositoryIdentifier = repositoryID
        return request
    }
}
