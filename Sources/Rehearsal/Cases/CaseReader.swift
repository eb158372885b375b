internal import Core
internal import Kubernetes
internal import Policy
internal import YAML

/// Reads one case.
struct CaseReader {
    private let usual: CaseDefaults

    init(_ usual: CaseDefaults) { self.usual = usual }

    private static let questions = ["review", "manifest", "object"]

    func read(_ cursor: YAMLCursor) throws(YAMLError) -> AdmissionCase {
        try cursor.allow(
            only: ["name", "why"] + Self.questions + [
                "cluster", "namespace", "at", "requester", "owners", "api", "images", "history", "waivers",
                "revocations",
                "registry", "namespaceMode", "expect",
            ])
        let cluster =
            if let own = try cursor.optionalText("cluster") { own } else { usual.cluster }
        guard let cluster else { throw cursor.error("no cluster; give the case or the file one") }
        let at = if let own = try cursor.optional("at") { try own.instant() } else { usual.at }
        guard let at else { throw cursor.error("no instant to decide at; give the case or the file one under at") }
        var read = AdmissionCase(
            name: try cursor.required("name").text(), cluster: cluster, question: try question(cursor), at: at,
            expectation: try Expectation(cursor.required("expect")))
        read.why = try cursor.optionalText("why")
        read.line = cursor.mark.line
        if let namespace = try cursor.optionalText("namespace") { read.namespace = namespace }
        let ownRequester = try cursor.optional("requester")
        if let requester = ownRequester ?? usual.requester { (read.requester, read.claims) = try Self.user(requester) }
        try readSurroundings(cursor, into: &read)
        return read
    }

    private func readSurroundings(_ cursor: YAMLCursor, into read: inout AdmissionCase) throws(YAMLError) {
        if let owners = try cursor.optional("owners") {
            read.owners = []
            for owner in try owners.elements(AdmissionTestReader.maximumItems) {
                if case .string = owner.node.value {
                    read.owners?.append(.file(try owner.text()))
                } else {
                    read.owners?.append(.object(owner.json))
                }
            }
        }
        if let api = try cursor.optional("api"), try api.choice(Availability.self) == .unavailable {
            read.owners = nil
        }
        if let images = try cursor.optional("images") {
            read.images = try self.images(images, mustFit: true)
        } else if let images = usual.images {
            read.images = try self.images(images, mustFit: false)
        }
        for entry in try cursor.optional("history")?.elements(AdmissionTestReader.maximumItems) ?? [] {
            read.history.append(try CaseHistory(entry))
        }
        for waiver in try cursor.optional("waivers")?.elements(AdmissionTestReader.maximumItems) ?? [] {
            read.waivers.append(try CaseWaiver(waiver))
        }
        if let revocations = try cursor.optional("revocations") {
            try revocations.allow(only: ["issued", "revoked"])
            if let issued = try revocations.optional("issued") {
                if case .string("never") = issued.node.value {
                    read.revocationsIssued = nil
                } else {
                    read.revocationsIssued = try issued.moment()
                }
            }
            read.revoked = try revocations.strings("revoked", AdmissionTestReader.maximumItems)
        }
        if let registry = try cursor.optional("registry") { read.registry = try Self.reach(registry) }
        if let mode = try cursor.optional("namespaceMode") {
            read.namespaceMode =
                switch try mode.choice(NamespaceMode.self) {
                case .unlabelled: .unlabelled
                case .enforce: .enforce
                case .stale: .stale
                }
        }
    }

    private enum Availability: String, CaseIterable { case available, unavailable, slow }
    private enum NamespaceMode: String, CaseIterable { case unlabelled, enforce = "Enforce", stale }

    private static func reach(_ cursor: YAMLCursor) throws(YAMLError) -> MemoryImages.Reach {
        switch try cursor.choice(Availability.self) {
        case .available: .available
        case .unavailable: .unavailable
        case .slow: .timeout
        }
    }

    private func question(_ cursor: YAMLCursor) throws(YAMLError) -> AdmissionCase.Question {
        var found: [AdmissionCase.Question] = []
        if let review = try cursor.optional("review") {
            if case .string = review.node.value {
                found.append(.reviewFile(try review.text()))
            } else {
                found.append(.review(review.json))
            }
        }
        if let manifest = try cursor.optional("manifest") { found.append(.manifestFile(try manifest.text())) }
        if let object = try cursor.optional("object") {
            guard case .mapping = object.node.value else { throw object.error("expected an object") }
            found.append(.object(object.json))
        }
        guard found.count == 1 else {
            throw cursor.error("expected one of review, manifest and object, saw \(found.count)")
        }
        return found[0]
    }

    private static func user(_ cursor: YAMLCursor) throws(YAMLError) -> (UserInfo?, RequesterClaims?) {
        try cursor.allow(only: ["username", "groups", "extra", "claims"])
        var user: UserInfo?
        if let name = try cursor.optionalText("username") {
            var extra: [UserInfo.Extra] = []
            for (key, values) in try cursor.optional("extra")?.members() ?? [] {
                var texts: [String] = []
                for value in try values.oneOrMore(AdmissionTestReader.maximumItems) { texts.append(try value.string()) }
                extra.append(UserInfo.Extra(key: key, values: texts))
            }
            user = UserInfo(
                username: name, groups: try cursor.strings("groups", AdmissionTestReader.maximumItems), extra: extra)
        }
        var claims: RequesterClaims?
        if let field = try cursor.optional("claims") {
            claims = RequesterClaims(
                issuer: try field.required("issuer").text(), subject: try field.required("subject").text())
            for (name, value) in try field.members() where name != "issuer" && name != "subject" {
                claims?.further[name] = try value.string()
            }
        }
        if user == nil, claims == nil { throw cursor.error("expected a username, or claims that stand in for a user") }
        return (user, claims)
    }

    private func images(_ list: YAMLCursor, mustFit: Bool) throws(YAMLError) -> [CaseImage] {
        var images: [CaseImage] = []
        for cursor in try list.elements(AdmissionTestReader.maximumItems) {
            try cursor.allow(only: ["image", "digest", "evidence", "platforms", "repository", "spam", "registry"])
            var image = CaseImage(images: try cursor.required("image").glob())
            image.mustFit = mustFit
            image.digest = try cursor.optional("digest")?.digest()
            if let evidence = try cursor.optional("evidence") { image.evidence = try usual.pieces(evidence) }
            for (name, evidence) in try cursor.optional("platforms")?.members() ?? [] {
                image.platforms.append((name, try usual.pieces(evidence)))
            }
            image.repository = try cursor.optionalText("repository")
            if let spam = try cursor.optional("spam") {
                let count = try spam.integer()
                guard (0...Int64(CaseImage.maximumSpam.limit)).contains(count) else {
                    throw spam.error("expected 0 to \(CaseImage.maximumSpam.limit)")
                }
                image.spam = Int(count)
            }
            if let registry = try cursor.optional("registry") { image.registry = try Self.reach(registry) }
            images.append(image)
        }
        return images
    }
}

extension CaseHistory {
    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["environment", "image", "template", "unavailable", "at"])
        if let reason = try cursor.optional("unavailable") {
            self = .unavailable(try reason.text())
        } else if let template = try cursor.optional("template") {
            guard try template.bool() else { throw template.error("expected true, or an environment instead") }
            self = .template(at: try cursor.required("at").moment())
        } else {
            self = .image(
                try cursor.optional("image")?.digest(), environment: try cursor.required("environment").text(),
                at: try cursor.required("at").moment())
        }
    }
}

extension CaseWaiver {
    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: [
            "id", "rule", "namespace", "image", "class", "owner", "approvedBy", "reason", "notBefore", "expires",
        ])
        var approvers: [String] = []
        for approver in try cursor.required("approvedBy").oneOrMore(AdmissionTestReader.maximumItems) {
            approvers.append(try approver.text())
        }
        self.init(
            id: try cursor.required("id").text(), rule: try cursor.required("rule").rule(),
            namespace: try cursor.required("namespace").text(), image: try cursor.required("image").digest(),
            waiverClass: try cursor.required("class").text(), owner: try cursor.required("owner").text(),
            approvers: approvers, reason: try cursor.optionalText("reason") ?? "rehearsal",
            notBefore: try cursor.required("notBefore").moment(), expires: try cursor.required("expires").moment())
    }
}

extension Expectation {
    private enum Outcome: String, CaseIterable {
        case allow, deny, indeterminate

        var outcome: Decision.Outcome {
            switch self {
            case .allow: .allow
            case .deny: .deny
            case .indeterminate: .indeterminate
            }
        }
    }

    fileprivate init(_ cursor: YAMLCursor) throws(YAMLError) {
        try cursor.allow(only: ["decision", "enforcedResult", "rules", "warns", "waived", "error"])
        func rules(_ name: String) throws(YAMLError) -> Set<String> {
            var rules: Set<String> = []
            for rule in try cursor.optional(name)?.elements(AdmissionTestReader.maximumItems) ?? [] {
                rules.insert(try rule.rule().rawValue)
            }
            return rules
        }
        if let error = try cursor.optional("error") {
            try cursor.allow(only: ["error"])
            self.init(.error(try error.text()))
            return
        }
        let field = try cursor.required("decision")
        let outcome = try field.choice(Outcome.self).outcome
        self.init(
            .decision(outcome), rules: try rules("rules"), warns: try rules("warns"), waived: try rules("waived"))
        guard (outcome == .allow) == self.rules.isEmpty else {
            throw field.error(
                outcome == .allow
                    ? "a request that is allowed has no blocking rules" : "expected the rules that block, under rules")
        }
        if let enforced = try cursor.optional("enforcedResult") {
            enforcedResult = try enforced.choice(Outcome.self).outcome
        }
    }
}
