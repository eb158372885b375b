internal import Attestation
internal import Core

extension WhyReport: LineageAnswer {
    /// The report for a terminal.
    package var text: String { outline.text }

    /// The report for a pull request's comment; nothing from outside can add markup, mentions or links of its own.
    package var markdown: String { outline.markdown }

    private var outline: Outline {
        Outline(
            title: "Why \(image.description) is here",
            sections: [
                Outline.Section(title: "Origin", items: origins.map { $0.item(in: self) }),
                Outline.Section(title: "Evidence", items: evidence.map(\.item)),
                Outline.Section(title: "Decisions", items: decisions.map { $0.item(for: image) }),
                Outline.Section(title: "Missing", items: gaps.map { Outline.Item("", "\($0.text)") }),
            ])
    }
}

private func mark(_ isSigned: Bool) -> Phrase { isSigned ? "signed" : "UNSIGNED" }

extension WhyReport.Origin {
    fileprivate func item(in report: WhyReport) -> Outline.Item {
        var items = pullRequests.map(\.item)
        if let commit {
            let place: Phrase = repository.map { " of \($0, url: WebLink.repository($0))" } ?? ""
            let branch: Phrase = ref.map { " (\($0))" } ?? ""
            items.append(Outline.Item("commit", "\(commit, url: commitURL)\(place)\(branch)"))
        } else if let repository {
            items.append(Outline.Item("repository", "\(repository, url: WebLink.repository(repository))"))
        }
        if let workflow { items.append(Outline.Item("workflow", "\(workflow)")) }
        if let run {
            let ended: Phrase = finishedOn.map { ", finished \($0)" } ?? ""
            items.append(Outline.Item("run", "\(run, url: runURL)\(ended)"))
        }
        if let builder {
            let network: Phrase =
                switch hermetic {
                case true?: ", hermetic as it says"
                case false?: ", not hermetic"
                case nil: ""
                }
            items.append(Outline.Item("builder", "\(builder)\(network)"))
        }
        items.append(Outline.Item("image", "\(built)"))
        return Outline.Item("", "as provenance \(evidence.description) tells it, \(mark(isSigned))", items)
    }
}

extension WhyReport.PullRequest {
    fileprivate var item: Outline.Item {
        let author: Phrase = record.author.map { " by \($0)" } ?? ""
        let what: Phrase =
            switch relation {
            case .merged: "merged"
            case .head: "the commit is its branch's last"
            }
        let name = "\(record.repository)#\(record.number)"
        return Outline.Item("pull request", "\(name, url: url) \"\(record.title)\"\(author), \(what), \(mark(false))")
    }
}

extension WhyReport.Evidence {
    fileprivate var item: Outline.Item {
        var items = [Outline.Item("says", record.statement)]
        if !isAboutImage { items.append(Outline.Item("about", "\(record.artifact.description)")) }
        items.append(Outline.Item("signer", record.signer.phrase))
        if let source = record.signer.source { items.append(Outline.Item("from", source)) }
        for time in record.times { items.append(Outline.Item("time", "\(time.at) by \(time.by)")) }
        for entry in record.logEntries {
            let proof: Phrase = entry.isProven ? "inclusion proven" : "promised"
            items.append(Outline.Item("log", "\(entry.log) entry \(entry.index), \(proof)"))
        }
        for root in trustRoots { items.append(Outline.Item("trust root", "\(root)")) }
        return Outline.Item("", "\(own: record.title) \(record.digest.description), \(mark(isSigned))", items)
    }
}

extension EvidenceRecord {
    fileprivate var title: String {
        switch facts {
        case .signature: "signature"
        case .simpleSigning: "cosign signature"
        case .provenance: "provenance"
        case .billOfMaterials: "bill of materials"
        case .testResult: "test result"
        case .deliveryClaims: "delivery claims"
        case .verificationSummary: "verification summary"
        case .other: "statement"
        case .unreadable: "unreadable statement"
        }
    }

    /// What the evidence says, on one line.
    fileprivate var statement: Phrase {
        switch facts {
        case .signature: return "the artifact was signed"
        case .simpleSigning: return "the image's digest was signed"
        case .provenance(let build):
            let builder: Phrase = build.builder.map { "built by \($0)" } ?? "built, nobody says by whom"
            let source: Phrase = build.commit.map { " from commit \($0)" } ?? ""
            return "\(builder)\(source), \(build.inputCount) inputs"
        case .billOfMaterials(let bill):
            let doubt: Phrase = bill.contradictions.first.map { "; it contradicts itself: \($0)" } ?? ""
            return "\(bill.format) \(bill.version), \(bill.components) components\(doubt)"
        case .testResult(let test):
            let gate: Phrase = test.gate.map { "\($0) " } ?? ""
            let link: Phrase = test.url.map { ", \($0, url: WebLink.plain($0))" } ?? ""
            return
                "\(gate)\(test.result): \(test.passed) passed, \(test.warned) warned, \(test.failed) failed\(link)"
        case .deliveryClaims(let claims):
            let network: Phrase =
                switch claims.hermetic {
                case true?: ", hermetic"
                case false?: ", not hermetic"
                case nil: ""
                }
            let waivers = claims.waivers.reduce("" as Phrase) { "\($0), waiver \($1)" }
            return "policy bundle \(claims.bundleVersion)\(network)\(waivers)"
        case .verificationSummary(let summary):
            let levels = summary.levels.reduce("" as Phrase) { "\($0), \($1)" }
            return "\(summary.verifier) says \(summary.result)\(levels)"
        case .other: return "type \(predicateType ?? ""), which is not read"
        case .unreadable(let reason): return "\(reason)"
        }
    }
}

extension EvidenceRecord.Signer {
    fileprivate var phrase: Phrase {
        if let key { return "key \(key.description)" }
        let voucher: Phrase = issuer.map { ", as \($0) says" } ?? ""
        return "\(subject ?? "")\(voucher)"
    }

    /// Where the signer was when it signed.
    fileprivate var source: Phrase? {
        guard repository != nil || commit != nil || run != nil else { return nil }
        var parts: [Phrase] = []
        if let run { parts.append("run \(run, url: WebLink.plain(run))") }
        if let commit {
            let url = repository.flatMap { WebLink.commit(commit, of: $0) }
            parts.append("commit \(commit, url: url)")
        } else if let repository {
            parts.append("\(repository)")
        }
        if let ref { parts.append("\(ref)") }
        if let trigger { parts.append("on \(trigger)") }
        return parts.dropFirst().reduce(parts.first ?? "") { "\($0), \($1)" }
    }
}

extension DecisionRecord {
    fileprivate func item(for image: Digest) -> Outline.Item {
        var items: [Outline.Item] = []
        let place = [namespace, object.kind, object.name].compactMap { $0 }.joined(separator: "/")
        let into: Phrase = environment.map { ", environment \($0)" } ?? ""
        let whose: Phrase = tenant.map { ", tenant \($0)" } ?? ""
        items.append(Outline.Item("where", "\(place) in cluster \(cluster ?? "unknown")\(into)\(whose)"))
        for used in images where used.digest == image { items.append(Outline.Item("image", "\(used.reference)")) }
        if let note { items.append(Outline.Item("note", "\(note)")) }
        if let who = requesterPhrase { items.append(Outline.Item("requester", who)) }
        for policy in policies {
            let version: Phrase = policy.bundleVersion.map { " of bundle \($0)" } ?? ""
            items.append(Outline.Item("policy", "\(policy.name)\(version)"))
        }
        for finding in findings {
            let weight = [finding.severity, finding.disposition].compactMap { $0 }.joined(separator: ", ")
            let name: Phrase = weight.isEmpty ? "\(finding.rule)" : "\(finding.rule) (\(weight))"
            let (observed, expected) = (finding.observed ?? "nothing", finding.expected ?? "unsaid")
            items.append(Outline.Item("finding", "\(name): observed \(observed); expected \(expected)"))
        }
        for waiver in waivers {
            let owner: Phrase = waiver.owner.map { " of \($0)" } ?? ""
            let end: Phrase = waiver.expires.map { " until \($0)" } ?? ""
            items.append(Outline.Item("waiver", "\(waiver.id)\(owner)\(end)"))
        }
        if let log { items.append(Outline.Item("log", "\(log.origin) entry \(log.index)")) }
        let tried: Phrase = isDryRun ? ", dry run" : ""
        let effect: Phrase = "\(mode), the cluster was told \(own: enforcedResult.rawValue)\(tried)"
        return Outline.Item(
            "", "\(at) \(own: outcome.rawValue) (\(effect)), decision \(id.description)", items)
    }

    /// The requester's plain claims.
    private var requesterPhrase: Phrase? {
        let claims = (requester.object?.members ?? []).compactMap { member -> Phrase? in
            guard let value = member.value.string, !value.isEmpty else { return nil }
            return "\(member.key)=\(value)"
        }.prefix(6)
        guard let first = claims.first else { return nil }
        return claims.dropFirst().reduce(first) { "\($0) \($1)" }
    }
}
