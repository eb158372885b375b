internal import Attestation
internal import Core
internal import YAML

extension EvidencePiece {
    private static let contents = [
        "signature", "provenance", "sbom", "deliveryClaims", "testResult", "verificationSummary", "garbage",
    ]

    /// - Parameter signer: who signs what names nobody.
    init(_ cursor: YAMLCursor, signer usual: PieceSigner?) throws(YAMLError) {
        // What says no more than its kind can be written as the kind's name alone.
        if case .string(let text) = cursor.node.value {
            guard let content = Self.plain(text) else {
                throw cursor.error("expected a named set of evidence, or one of signature, provenance, sbom, garbage")
            }
            try self.init(cursor, content, usual)
            return
        }
        try cursor.allow(only: Self.contents + ["sign", "signedAt", "flaw"])
        var found: [Content] = []
        for name in Self.contents {
            guard let field = try cursor.member(name) else { continue }
            found.append(try Self.content(name, field))
        }
        guard found.count == 1 else {
            throw cursor.error("expected one of \(Self.contents.joined(separator: ", ")), saw \(found.count)")
        }
        try self.init(
            cursor, found[0], try cursor.optional("sign").map { (c) throws(YAMLError) in try PieceSigner(c) } ?? usual)
        if let time = try cursor.optional("signedAt") { signedAt = try time.moment() }
        if let field = try cursor.optional("flaw") {
            let name = try field.text()
            guard Flaws.names.contains(name) else {
                let meant = Suggestion.nearest(to: name, in: Flaws.names).map { "; did you mean \($0)?" } ?? ""
                throw field.error("there is no such flaw\(meant)")
            }
            flaw = name
        }
    }

    private init(_ cursor: YAMLCursor, _ content: Content, _ signer: PieceSigner?) throws(YAMLError) {
        if let signer {
            self.init(content, by: signer)
        } else if case .garbage = content {
            self.init(content, by: .strangersKey)
        } else {
            throw cursor.error("nobody signs it; give it a sign, or the file one under spec.sign")
        }
    }

    private static func plain(_ name: String) -> Content? {
        switch name {
        case "signature": .signature
        case "provenance": .provenance(ProvenanceContent())
        case "sbom": .billOfMaterials(BillContent())
        case "deliveryClaims": .deliveryClaims(DeliveryContent())
        case "garbage": .garbage
        default: nil
        }
    }

    private static func content(_ name: String, _ field: YAMLCursor) throws(YAMLError) -> Content {
        if case .null = field.node.value, let plain = plain(name) { return plain }
        switch name {
        case "signature":
            try field.allow(only: [])
            return .signature
        case "garbage":
            try field.allow(only: [])
            return .garbage
        case "provenance": return .provenance(try ProvenanceContent(field))
        case "sbom": return .billOfMaterials(try BillContent(field))
        case "deliveryClaims": return .deliveryClaims(try DeliveryContent(field))
        case "testResult": return .testResult(try TestContent(field))
        default: return .verificationSummary(try SummaryContent(field))
        }
    }
}

extension YAMLCursor {
    /// The member of that name, also when it has no value.
    fileprivate func member(_ name: String) throws(YAMLError) -> YAMLCursor? {
        try members().first { $0.name.isSame(as: name) }?.cursor
    }
}

extension PieceSigner {
    init(_ cursor: YAMLCursor) throws(YAMLError) {
        if case .string(let text) = cursor.node.value, text == "strangersKey" {
            self = .strangersKey
            return
        }
        if let key = try cursor.optional("key") {
            try cursor.allow(only: ["key"])
            self = .key(try key.text())
        } else if let email = try cursor.optional("email") {
            try cursor.allow(only: ["email", "issuer"])
            self = .person(email: try email.text(), issuer: try cursor.required("issuer").text())
        } else if let subject = try cursor.optional("subject") {
            try cursor.allow(only: ["subject", "issuer"])
            self = .subject(try subject.text(), issuer: try cursor.required("issuer").text())
        } else {
            self = .workflow(try WorkflowSigner(cursor))
        }
    }
}

extension WorkflowSigner {
    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: [
            "repository", "repositoryId", "workflow", "ref", "environment", "commit", "issuer", "key", "email",
            "subject",
        ])
        self.init(repository: try cursor.required("repository").text())
        repositoryID = try cursor.optionalText("repositoryId")
        if let workflow = try cursor.optionalText("workflow") { self.workflow = workflow }
        if let ref = try cursor.optionalText("ref") { self.ref = ref }
        environment = try cursor.optionalText("environment")
        if let commit = try cursor.optionalText("commit") { self.commit = commit }
        if let issuer = try cursor.optionalText("issuer") { self.issuer = issuer }
    }
}

extension ProvenanceContent {
    private enum Spelling: String, CaseIterable { case v1, v02 = "v0.2" }

    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: ["version", "builder", "repository", "repositoryId", "ref", "commit", "hermetic"])
        if let field = try cursor.optional("version") { version = try field.choice(Spelling.self) == .v1 ? .v1 : .v0_2 }
        if let builder = try cursor.optionalText("builder") { self.builder = builder }
        repository = try cursor.optionalText("repository")
        repositoryID = try cursor.optionalText("repositoryId")
        ref = try cursor.optionalText("ref")
        commit = try cursor.optionalText("commit")
        hermetic = try cursor.optional("hermetic")?.bool()
    }
}

extension BillContent {
    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: ["format", "describes"])
        if let field = try cursor.optional("format") { format = try field.choice(BillOfMaterials.Format.self) }
        describes = try cursor.optional("describes")?.digest()
    }
}

extension DeliveryContent {
    private static let maximumWaivers = Cap("claimed waivers", 32)

    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        self.init()
        try cursor.allow(only: ["bundleVersion", "hermetic", "waivers", "unknownFields"])
        if let version = try cursor.optionalText("bundleVersion") { bundleVersion = version }
        hermetic = try cursor.optional("hermetic")?.bool()
        for waiver in try cursor.optional("waivers")?.elements(Self.maximumWaivers) ?? [] {
            if case .string = waiver.node.value {
                waivers.append(.ofCase(try waiver.text()))
            } else {
                try waiver.allow(only: ["id", "digest"])
                waivers.append(
                    .other(id: try waiver.required("id").text(), digest: try waiver.required("digest").digest()))
            }
        }
        unknownFields = try cursor.strings("unknownFields", Cap("unknown fields", 16))
    }
}

extension TestContent {
    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["gate", "result", "failedTests"])
        self.init(gate: try cursor.required("gate").text())
        if let field = try cursor.optional("result") { result = try field.choice(TestResult.Result.self) }
        failedTests = try cursor.strings("failedTests", Cap("failed tests", 100))
    }
}

extension SummaryContent {
    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: [
            "verifier", "result", "levels", "policyDigest", "environment", "cluster", "expires",
        ])
        self.init(verifier: try cursor.required("verifier").text())
        if let field = try cursor.optional("result") { result = try field.choice(VerificationSummary.Result.self) }
        if try cursor.optional("levels") != nil { levels = try cursor.strings("levels", Cap("levels", 16)) }
        policyDigest = try cursor.optional("policyDigest")?.digest()
        environment = try cursor.optionalText("environment")
        cluster = try cursor.optionalText("cluster")
        expires = try cursor.optional("expires")?.moment()
    }
}
