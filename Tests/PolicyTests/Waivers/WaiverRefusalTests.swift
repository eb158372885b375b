import Core
import Testing

@testable import Policy

/// Each way to get a waiver that nobody granted, beside the waiver that was.
@Suite("Waiver refusals") struct WaiverRefusalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: WaiverProblem.Code
        let field: String
        let mention: String
        let file: @Sendable () throws -> [UInt8]
        var terms = WaiverTerms()

        init(
            _ name: String, _ code: WaiverProblem.Code, _ field: String, _ mention: String,
            terms: WaiverTerms = .init(),
            _ file: @escaping @Sendable () throws -> [UInt8]
        ) {
            testDescription = name
            self.code = code
            self.field = field
            self.mention = mention
            self.terms = terms
            self.file = file
        }

        /// A waiver that says something else, and is signed as it says.
        init(
            _ name: String, _ code: WaiverProblem.Code, _ field: String, _ mention: String,
            waiver change: @escaping @Sendable (inout Waiver) -> Void
        ) {
            self.init(name, code, field, mention) { try WaiverCourt.signed(WaiverCourt.waiver(change)) }
        }

        /// A document that says something else, and is signed as it says.
        init(
            _ name: String, _ code: WaiverProblem.Code, _ field: String, _ mention: String,
            json change: @escaping @Sendable (inout JSONObject) -> Void
        ) {
            self.init(name, code, field, mention) { try WaiverCourt.forged(change) }
        }
    }

    static let everything: [Row] = [
        Row("every namespace", .malformed, "spec.scope.namespace", "for everything") {
            $0.scope.namespace = "*"
        },
        Row("namespaces by a pattern", .malformed, "spec.scope.namespace", "for everything") {
            $0.scope.namespace = "pay*"
        },
        Row("no namespace", .malformed, "spec.scope.namespace", "empty") { $0.scope.namespace = "" },
        Row("a namespace that is none", .malformed, "spec.scope.namespace", "DNS label") {
            $0.scope.namespace = "Payments"
        },
        Row(
            "every image", .malformed, "spec.scope.image", "for everything",
            json: { $0.spec("scope", ["namespace": "payments", "image": "*"]) }),
        Row(
            "an image by its tag", .malformed, "spec.scope.image", "digest",
            json: { $0.spec("scope", ["namespace": "payments", "image": "ghcr.io/org/app:1.0"]) }),
        Row(
            "no image", .malformed, "spec.scope.image", "missing",
            json: { $0.spec("scope", ["namespace": "payments"]) }),
        Row("no scope", .malformed, "spec.scope", "missing", json: { $0.spec("scope", nil) }),
        Row("every rule", .malformed, "spec.rule", "everything") { $0.rule = RuleID(rawValue: "*") },
        Row("no rule", .malformed, "spec.rule", "missing", json: { $0.spec("rule", nil) }),
        Row(
            "a list of rules", .malformed, "spec.rule", "text",
            json: { $0.spec("rule", ["hermetic-required", "gate-missing"]) }),
    ]

    static let people: [Row] = [
        Row("approved by its owner", .malformed, "spec.approvedBy", "owner") { $0.owner = "alice" },
        Row("approved by its owner in capitals", .malformed, "spec.approvedBy", "owner") { $0.owner = "ALICE" },
        Row("approved by its owner with spaces", .malformed, "spec.approvedBy", "owner") { $0.owner = " a lice " },
        Row("an owner that only looks like another", .malformed, "spec.owner", "ASCII") {
            $0.owner = "аlice"
        },
        Row("approved by nobody", .malformed, "spec.approvedBy", "approver") { $0.approvers = [] },
        Row("an approver twice", .malformed, "spec.approvedBy[1]", "once") { $0.approvers = ["alice", "Alice"] },
        Row("an approver who is none", .approver, "spec.approvedBy", "no approver") { $0.approvers = ["mallory"] },
        Row("an approver who did not sign", .approver, "spec.approvedBy", "did not sign") { $0.approvers = ["bob"] },
        Row("one of two approvers did not sign", .approver, "spec.approvedBy", "bob") {
            $0.approvers = ["alice", "bob"]
        },
        Row("signed by a stranger", .signature, "signatures", "approvers") {
            try WaiverCourt.signed(WaiverCourt.waiver(), by: [WaiverCourt.stranger])
        },
        Row("signed by another bundle's approver of the same name", .signature, "signatures", "approvers") {
            try WaiverCourt.signed(WaiverCourt.waiver(), by: [WaiverCourt.key()])
        },
        Row("a draft", .unsigned, "", "signed") { Array("kind: Waiver\n".utf8) },
    ]

    static let terms: [Row] = [
        Row("a rule that cannot be waived", .rule, "spec.rule", "waivable") { $0.rule = "signature-invalid" },
        Row("a rule that no bundle can make waivable", .rule, "spec.rule", "cannot be waived") {
            $0.rule = "environment-mismatch"
        },
        Row("a rule that does not exist", .rule, "spec.rule", "did you mean hermetic-required") {
            $0.rule = "hermetic-requierd"
        },
        Row("an unknown class", .terms, "spec.class", "maintenance") { $0.waiverClass = "forever" },
        Row("a second too long", .terms, "spec.expires", "2h") { $0.expires = $0.notBefore + .seconds(7_201) },
        Row("until the end of time", .terms, "spec.expires", "at most") {
            $0.expires = Instant(seconds: 253_402_300_799)
        },
        Row(
            "longer than the hard limit, whatever the bundle says", .terms, "spec.expires", "2h",
            terms: WaiverTerms(classes: ["emergency": .seconds(86_400)])
        ) {
            try WaiverCourt.signed(WaiverCourt.waiver { $0.expires = $0.notBefore + .seconds(7_201) })
        },
        Row(
            "longer than any class may last", .terms, "spec.expires", "90d",
            terms: WaiverTerms(classes: ["emergency": .seconds(7_200), "decade": .seconds(3_650 * 86_400)])
        ) {
            try WaiverCourt.signed(
                WaiverCourt.waiver {
                    $0.waiverClass = "decade"
                    $0.expires = $0.notBefore + .seconds(90 * 86_400 + 1)
                })
        },
        Row("times swapped", .malformed, "spec.expires", "after notBefore") {
            ($0.notBefore, $0.expires) = ($0.expires, $0.notBefore)
        },
        Row("no time at all", .malformed, "spec.expires", "after notBefore") { $0.expires = $0.notBefore },
        Row("owner and approver swapped", .approver, "spec.approvedBy", "no approver") {
            ($0.owner, $0.approvers) = ($0.approvers[0], [$0.owner])
        },
        Row("an id that is none", .malformed, "metadata.name", "W-2026-014") { $0.id = "../W 1" },
        Row("no reason", .malformed, "spec.reason", "empty") { $0.reason = "  " },
    ]

    static let documents: [Row] = [
        Row("an unknown field", .malformed, "spec.severity", "unknown field", json: { $0.spec("severity", "low") }),
        Row("another kind", .malformed, "kind", "Waiver", json: { $0["kind"] = "DeployPolicy" }),
        Row("another version", .malformed, "apiVersion", "mc.internal/v1", json: { $0["apiVersion"] = "v2" }),
        Row("payload in another spelling", .malformed, "", "canonical") {
            let pretty = Array(WaiverDocument.json(WaiverCourt.waiver()).pretty.utf8)
            return try WaiverCourt.sign(pretty, WaiverDocument.payloadType, [WaiverCourt.alice])
        },
        Row(
            "one approver as a text in the payload", .malformed, "", "canonical",
            json: { $0.spec("approvedBy", "alice") }),
        Row(
            "a time with an offset in the payload", .malformed, "", "canonical",
            json: { $0.spec("notBefore", "2026-02-02T03:30:00+01:00") }),
        Row("signed as something else", .signature, "payloadType", "type") {
            try WaiverCourt.sign(
                WaiverDocument.payload(WaiverCourt.waiver()), "application/vnd.in-toto+json", [WaiverCourt.alice])
        },
        Row("payload exchanged", .signature, "signatures", "approvers") {
            let honest = try WaiverCourt.signed(WaiverCourt.waiver())
            var envelope = try JSONValue(parsing: honest).object ?? JSONObject()
            let other = WaiverCourt.waiver { $0.scope.namespace = "prod" }
            envelope["payload"] = .string(Base64.encode(WaiverDocument.payload(other)))
            return JSONValue.object(envelope).canonical
        },
        Row("an unknown field in the envelope", .malformed, "note", "unknown field") {
            var envelope = try JSONValue(parsing: try WaiverCourt.signed(WaiverCourt.waiver())).object ?? JSONObject()
            envelope["note"] = "x"
            return JSONValue.object(envelope).canonical
        },
        // Found by fuzzing: the name of a field forged a line of the log.
        Row("a line feed in a field's name", .malformed, "no\\u{A}te", "unknown field") {
            Array(#"{"payload":"AAAA","payloadType":"t","signatures":[{"sig":"AAAA"}],"no\nte":1}"#.utf8)
        },
        Row("no JSON", .malformed, "line 1, column 1", "") { Array("no".utf8) },
    ]

    @Test(arguments: everything + people + terms + documents)
    func isRefusedWithPlaceAndReason(_ row: Row) throws {
        let path = row.code == .unsigned ? "W-2026-014.yaml" : "bad.dsse.json"
        let good = try WaiverCourt.signed(WaiverCourt.waiver { $0.id = "W-2026-001" })
        let (book, problems) = try WaiverCourt.read(
            [(path, try row.file()), ("good.dsse.json", good)], bundle: WaiverCourt.bundle(terms: row.terms))
        try #require(problems.count == 1, "\(problems)")
        #expect(problems[0].code == row.code, "\(problems[0])")
        #expect(problems[0].field == row.field, "\(problems[0])")
        #expect(problems[0].message.contains(row.mention), "\(problems[0])")
        #expect(problems[0].file == path)
        // The others stay.
        #expect(book.entries.map(\.waiver.id) == ["W-2026-001"])
    }

    @Test func theOneThatWasGrantedCounts() throws {
        let waiver = WaiverCourt.waiver()
        let (book, problems) = try WaiverCourt.read([("w.dsse.json", try WaiverCourt.signed(waiver))])
        #expect(problems.isEmpty, "\(problems)")
        #expect(book.entries.map(\.waiver) == [waiver])
        #expect(book.entries.map(\.digest) == [.of(WaiverDocument.payload(waiver))])
    }

    /// The granted twins of what is refused above for its terms.
    @Test(arguments: ["class", "hard limit", "waivable", "two approvers"])
    func atTheLimitItCounts(_ name: String) throws {
        var terms = WaiverTerms()
        let waiver: Waiver
        var keys = [WaiverCourt.alice]
        switch name {
        case "class": waiver = WaiverCourt.waiver { $0.expires = $0.notBefore + .seconds(7_200) }
        case "hard limit":
            terms.classes = ["decade": .seconds(3_650 * 86_400)]
            waiver = WaiverCourt.waiver {
                $0.waiverClass = "decade"
                $0.expires = $0.notBefore + .seconds(90 * 86_400)
            }
        case "waivable":
            terms.waivable = ["signature-invalid"]
            waiver = WaiverCourt.waiver { $0.rule = "signature-invalid" }
        default:
            waiver = WaiverCourt.waiver { $0.approvers = ["alice", "bob"] }
            keys.append(WaiverCourt.bob)
        }
        let (book, problems) = try WaiverCourt.read(
            [("w.dsse.json", try WaiverCourt.signed(waiver, by: keys))], bundle: WaiverCourt.bundle(terms: terms))
        #expect(problems.isEmpty, "\(problems)")
        #expect(book.entries.count == 1)
    }

    @Test func aKeyOfOwnerOrOtherApproverDoesNotCount() throws {
        // Alice is an approver under two names: she approves her own waiver as "security".
        let shared = WaiverCourt.bundle(approvers: [("alice", WaiverCourt.alice), ("security", WaiverCourt.alice)])
        let own = WaiverCourt.waiver {
            $0.owner = "alice"
            $0.approvers = ["security"]
        }
        let two = WaiverCourt.waiver { $0.approvers = ["alice", "security"] }
        for waiver in [own, two] {
            let (book, problems) = WaiverBook.verifying(
                [(path: "w.dsse.json", bytes: try WaiverCourt.signed(waiver))], bundle: shared,
                rules: WaiverCourt.rules, now: WaiverCourt.now)
            #expect(book.entries.isEmpty)
            #expect(problems.map(\.code) == [.approver], "\(problems)")
        }
    }

    /// The first holds two keys, one of them Bob's as well; both orders of names must find who signed by which.
    @Test(arguments: ["alice", "carol"])
    func sharedKeyIsLeftToWhoeverHasNoOther(_ first: String) throws {
        let (own, shared) = (WaiverCourt.alice, WaiverCourt.bob)
        let bundle = WaiverCourt.bundle(approvers: [(first, shared), (first, own), ("bob", shared)])
        let waiver = WaiverCourt.waiver { $0.approvers = [first, "bob"].sorted() }
        func problems(_ keys: [PrivateKey]) throws -> [WaiverProblem.Code] {
            try WaiverCourt.read([("w.dsse.json", try WaiverCourt.signed(waiver, by: keys))], bundle: bundle)
                .problems.map(\.code)
        }
        #expect(try problems([shared, own]).isEmpty)
        #expect(try problems([own, shared]).isEmpty)
        #expect(try problems([shared]) == [.approver])
        #expect(try problems([own]) == [.approver])
    }

    @Test func onlyAKeyOfANamedApproverSigns() throws {
        let verifier = WaiverVerifier(bundle: WaiverCourt.bundle(), rules: WaiverCourt.rules)
        let waiver = WaiverCourt.waiver()
        #expect(throws: Never.self) {
            try verifier.check(signer: WaiverCourt.alice.publicKey, of: waiver, file: "w")
        }
        for key in [WaiverCourt.bob, WaiverCourt.stranger] {
            let error = #expect(throws: WaiverProblem.self) {
                try verifier.check(signer: key.publicKey, of: waiver, file: "w")
            }
            #expect(error?.code == .approver && error?.field == "spec.approvedBy")
        }
        let shared = WaiverCourt.bundle(approvers: [("alice", WaiverCourt.alice), ("team", WaiverCourt.alice)])
        let own = WaiverCourt.waiver { $0.owner = "team" }
        #expect(throws: WaiverProblem.self) {
            try WaiverVerifier(bundle: shared, rules: WaiverCourt.rules)
                .check(signer: WaiverCourt.alice.publicKey, of: own, file: "w")
        }
    }

    @Test func twoThatShareAnIdDoNotCount() throws {
        let first = WaiverCourt.waiver()
        let second = WaiverCourt.waiver { $0.scope.namespace = "prod" }
        let (book, problems) = try WaiverCourt.read([
            ("a.dsse.json", try WaiverCourt.signed(first)), ("b.dsse.json", try WaiverCourt.signed(second)),
        ])
        #expect(book.entries.isEmpty)
        #expect(problems.map(\.code) == [.duplicate, .duplicate])
        // A copy is no second waiver, even with other signatures.
        let copies = try WaiverCourt.read([
            ("a.dsse.json", try WaiverCourt.signed(first)),
            ("b.dsse.json", try WaiverCourt.signed(first, by: [WaiverCourt.alice, WaiverCourt.bob])),
        ])
        #expect(copies.book.entries.count == 1 && copies.problems.isEmpty)
    }
}
