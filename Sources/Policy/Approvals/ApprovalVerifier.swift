package import Core

/// An approval that does not count, and why.
package struct ApprovalProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable, Hashable { case malformed, signature, owner, bundle, time }
        private let value: Value
        package var description: String { value.rawValue }

        /// It is no approval as `mc policy approve` writes them.
        package static let malformed = Code(value: .malformed)
        /// Its owner did not sign it.
        package static let signature = Code(value: .signature)
        /// Its owner is no approver of the bundle.
        package static let owner = Code(value: .owner)
        /// It is about another bundle.
        package static let bundle = Code(value: .bundle)
        /// It does not count yet, or not any more.
        package static let time = Code(value: .time)
    }

    package let code: Code
    package let file: String
    package let field: String
    package let message: String

    package init(_ code: Code, _ message: String, file: String, field: String = "") {
        self.code = code
        self.message = message.oneLine.excerpt(2_000)
        self.file = file.oneLine.excerpt(500)
        self.field = field.oneLine.excerpt(200)
    }

    package var description: String { "\(file): \(field.isEmpty ? "" : "\(field): ")\(message)" }
}

/// Verifies approvals of Enforce against the approvers of a bundle.
package struct ApprovalVerifier: Sendable {
    private let bundle: PolicyBundle

    package init(bundle: PolicyBundle) { self.bundle = bundle }

    /// Verifies a signed approval.
    ///
    /// - Parameters:
    ///   - bytes: the envelope.
    ///   - file: its name, for messages only.
    ///   - now: the present.
    /// - Throws: ``ApprovalProblem`` when it does not count.
    package func verify(_ bytes: [UInt8], file: String, now: Instant) throws(ApprovalProblem) -> EnforceApproval {
        let document: SignedDocument
        do {
            document = try SignedDocument(parsing: bytes)
        } catch {
            throw ApprovalProblem(.malformed, error.message, file: file, field: error.field)
        }
        let approvers = bundle.manifest.approvers
        let payload: [UInt8]
        do {
            payload = try document.payload(
                type: EnforceApproval.payloadType, keys: approvers.flatMap(\.keys), role: "the bundle's approvers")
        } catch {
            throw ApprovalProblem(.signature, error.message, file: file, field: error.field)
        }
        let approval: EnforceApproval
        do {
            approval = try EnforceApproval(verified: payload)
        } catch {
            throw ApprovalProblem(.malformed, error.message, file: file, field: "\(error.location)")
        }
        try check(approval, file: file, now: now)
        let keys = approvers.filter { $0.name.isSame(as: approval.owner) }.flatMap(\.keys)
        guard !document.signers(among: keys, type: EnforceApproval.payloadType).isEmpty else {
            throw ApprovalProblem(
                .signature, "\(approval.owner) is named and did not sign; an owner approves by a key of their own",
                file: file, field: "owner")
        }
        return approval
    }

    /// Checks what an approval says; what could not count need not be signed.
    ///
    /// - Throws: ``ApprovalProblem`` with the field.
    package func check(_ approval: EnforceApproval, file: String, now: Instant) throws(ApprovalProblem) {
        let approvers = bundle.manifest.approvers
        guard approvers.contains(where: { $0.name.isSame(as: approval.owner) }) else {
            let known = approvers.map(\.name).sorted().joined(separator: ", ")
            throw ApprovalProblem(
                .owner, "\(approval.owner) is no approver of this bundle; it has \(known.isEmpty ? "none" : known)",
                file: file, field: "owner")
        }
        guard approval.bundle == bundle.digest else {
            throw ApprovalProblem(
                .bundle, "it approves bundle \(approval.bundle), and this is \(bundle.digest); approve this one",
                file: file, field: "bundle")
        }
        guard approval.at <= now else {
            throw ApprovalProblem(
                .time, "it is of \(approval.at), in the future; now is \(now)", file: file, field: "at")
        }
        guard now < approval.expires else {
            throw ApprovalProblem(
                .time, "it expired at \(approval.expires); have it approved again", file: file, field: "expires")
        }
    }

    /// Whether a key's signature on an approval would count for something.
    package func mayApprove(_ key: PublicKey, as owner: String) -> Bool {
        bundle.manifest.approvers.filter { $0.name.isSame(as: owner) }.flatMap(\.keys)
            .contains { KeyMaterial($0) == KeyMaterial(key) }
    }

    /// The approvals that count, and what is wrong with the others: a bad one takes none of the others with it.
    package func verify(
        _ files: some Sequence<(path: String, bytes: [UInt8])>, now: Instant
    ) -> (approvals: [EnforceApproval], problems: [ApprovalProblem]) {
        var approvals: [EnforceApproval] = []
        var problems: [ApprovalProblem] = []
        for file in files {
            do throws(ApprovalProblem) {
                approvals.append(try verify(file.bytes, file: file.path, now: now))
            } catch {
                problems.append(error)
            }
        }
        return (approvals, problems)
    }
}
