import Core
import Testing

@testable import Policy

/// What waivers are worth over time and beside each other.
@Suite("Waiver book") struct WaiverBookTests {
    private static let now = WaiverCourt.now

    private static func standing(_ waiver: Waiver, at instant: Instant) throws -> WaiverStanding? {
        let (book, problems) = try WaiverCourt.read([("w.dsse.json", try WaiverCourt.signed(waiver))])
        #expect(problems.isEmpty, "\(problems)")
        return book.entries.first.map { book.standing(of: $0, at: instant) }
    }

    @Test func countsFromNotBeforeUntilJustBeforeExpiry() throws {
        let waiver = WaiverCourt.waiver()
        #expect(try Self.standing(waiver, at: waiver.expires - .seconds(1)) == .active)
        #expect(try Self.standing(waiver, at: waiver.expires - .nanoseconds(1)) == .active)
        #expect(try Self.standing(waiver, at: waiver.expires) == .expired(since: waiver.expires))
        #expect(try Self.standing(waiver, at: waiver.expires + .seconds(1)) == .expired(since: waiver.expires))
        let later = WaiverCourt.waiver {
            $0.notBefore = Self.now + .seconds(100)
            $0.expires = Self.now + .seconds(200)
        }
        #expect(try Self.standing(later, at: later.notBefore - .seconds(1)) == .notYetValid)
        #expect(try Self.standing(later, at: later.notBefore) == .active)
    }

    @Test(arguments: ["namespace", "image", "rule", "none"])
    func matchesItsOwnRuleAndScopeOnly(_ difference: String) throws {
        let (book, _) = try WaiverCourt.read([("w.dsse.json", try WaiverCourt.signed(WaiverCourt.waiver()))])
        let found = book.matching(
            difference == "rule" ? "gate-missing" : "hermetic-required",
            namespace: difference == "namespace" ? "payments-2" : "payments",
            image: difference == "image" ? .of([9]) : WaiverCourt.image, at: Self.now)
        #expect(found.count == (difference == "none" ? 1 : 0))
    }

    // MARK: Revocations

    private static func book(
        _ lists: [RevocationList], by keys: [PrivateKey] = [WaiverCourt.bob], trust: RoleTrust? = nil
    ) throws -> (book: WaiverBook, problems: [WaiverProblem]) {
        let files = try lists.enumerated().map {
            (path: "revocations-\($0.offset).dsse.json", bytes: try WaiverCourt.signed($0.element, by: keys))
        }
        return WaiverBook.verifying(
            files + [("w.dsse.json", try WaiverCourt.signed(WaiverCourt.waiver()))], bundle: WaiverCourt.bundle(),
            rules: WaiverCourt.rules, trust: trust, now: now)
    }

    private static func standing(_ lists: [RevocationList], at instant: Instant = now) throws -> WaiverStanding? {
        let book = try book(lists).book
        return book.entries.first.map { book.standing(of: $0, at: instant) }
    }

    private static func revoking(issued: Instant, at: Instant = now - .seconds(5)) -> RevocationList {
        let digest = Digest.of(WaiverDocument.payload(WaiverCourt.waiver()))
        return RevocationList(
            issued: issued, revoked: [.init(id: "W-2026-014", digest: digest, at: at, reason: "the mirror is up")])
    }

    @Test func revokedDoesNotCount() throws {
        let list = Self.revoking(issued: Self.now - .seconds(1))
        #expect(try Self.standing([list]) == .revoked(since: Self.now - .seconds(5)))
        // An older or newer list without it does not give it back.
        let empty = [RevocationList(issued: Self.now), RevocationList(issued: Self.now - .seconds(60))]
        for other in empty {
            #expect(try Self.standing([list, other]) == .revoked(since: Self.now - .seconds(5)))
            #expect(try Self.standing([other, list]) == .revoked(since: Self.now - .seconds(5)))
        }
        #expect(try Self.standing(empty) == .active)
    }

    /// Whoever takes the older list away could otherwise hide behind the newer one of another approver.
    @Test func newestListMustRevokeAllThatTheOthersDo() throws {
        let other = RevocationList.Entry(id: "W-2026-001", digest: .of([1]), at: Self.now, reason: "done")
        let older = RevocationList(issued: Self.now - .seconds(60), revoked: [other])
        let (book, problems) = try Self.book([older, RevocationList(issued: Self.now)])
        #expect(problems.map(\.code) == [.revocations], "\(problems)")
        #expect(problems.first?.file == "revocations-0.dsse.json")
        #expect(problems.first?.message.contains("W-2026-001") == true)
        guard case .void(let reason)? = book.entries.first.map({ book.standing(of: $0, at: Self.now) }) else {
            Issue.record("a list that lacks what another one revokes must void waivers")
            return
        }
        #expect(reason.contains("lacks"))
        // Once the newest has taken it over, the older one may lie there or not.
        let whole = RevocationList(issued: Self.now, revoked: [other])
        for lists in [[older, whole], [whole, older], [whole], [whole, whole]] {
            #expect(try Self.book(lists).problems.isEmpty)
            #expect(try Self.standing(lists) == .active)
        }
    }

    @Test func reasonOfARevocationIsKept() throws {
        let book = try Self.book([Self.revoking(issued: Self.now)]).book
        let entry = try #require(book.entries.first)
        #expect(book.revocations?.reasons[entry.digest] == "the mirror is up")
    }

    @Test func draftThatWasSignedIsNotReported() throws {
        func draft(_ waiver: Waiver) -> (path: String, bytes: [UInt8]) {
            ("W.yaml", Array(WaiverDocument.json(waiver).pretty.utf8))
        }
        let waiver = WaiverCourt.waiver()
        let signed = (path: "w.dsse.json", bytes: try WaiverCourt.signed(waiver))
        #expect(try WaiverCourt.read([draft(waiver), signed]).problems.isEmpty)
        let other = WaiverCourt.waiver { $0.reason = "another" }
        #expect(try WaiverCourt.read([draft(other), signed]).problems.map(\.code) == [.unsigned])
        #expect(try WaiverCourt.read([draft(waiver)]).problems.map(\.code) == [.unsigned])
        // What the signed document is worth is still told, once.
        let stranger = (path: "w.dsse.json", bytes: try WaiverCourt.signed(waiver, by: [WaiverCourt.stranger]))
        #expect(try WaiverCourt.read([draft(waiver), stranger]).problems.map(\.code) == [.signature])
    }

    @Test func addingASignatureDoesNotUndoARevocation() throws {
        let document = try WaiverCourt.signed(WaiverCourt.waiver(), by: [WaiverCourt.bob, WaiverCourt.alice])
        let book = WaiverBook.verifying(
            [
                ("w.dsse.json", document),
                ("r.dsse.json", try WaiverCourt.signed(Self.revoking(issued: Self.now))),
            ], bundle: WaiverCourt.bundle(), rules: WaiverCourt.rules, now: Self.now
        ).book
        let standing = book.entries.first.map { book.standing(of: $0, at: Self.now) }
        #expect(standing == .revoked(since: Self.now - .seconds(5)))
    }

    @Test func staleListVoidsAll() throws {
        let list = RevocationList(issued: Self.now - .seconds(86_400))
        #expect(try Self.standing([list], at: Self.now - .seconds(1)) == .active)
        guard case .void(let reason) = try Self.standing([list], at: Self.now) else {
            Issue.record("a stale list must void waivers")
            return
        }
        #expect(reason.contains("stale"))
    }

    @Test func withoutListNothingCounts() throws {
        #expect(try Self.standing([]) == .void("there is no revocation list"))
    }

    @Test func listOfTheFutureKeepsNothingAliveAndIsTold() throws {
        let future = RevocationList(issued: Self.now + .seconds(1))
        let (book, problems) = try Self.book([future])
        #expect(problems.map(\.code) == [.revocations])
        #expect(book.revocations == nil)
        // What it revokes is revoked all the same.
        let both = try Self.standing([
            RevocationList(issued: Self.now), Self.revoking(issued: Self.now + .seconds(1)),
        ])
        #expect(both == .revoked(since: Self.now - .seconds(5)))
    }

    @Test func listOfAStrangerDoesNotCount() throws {
        let list = RevocationList(issued: Self.now - .seconds(1))
        let (book, problems) = try Self.book([list], by: [WaiverCourt.stranger])
        #expect(book.revocations == nil)
        #expect(problems.map(\.code) == [.revocations])
        let role = RoleTrust.Role(name: "revocations", keys: [WaiverCourt.stranger.publicKey])
        let policy = RoleTrust.Role(name: "policy", keys: [WaiverCourt.key().publicKey])
        let trust = try #require(RoleTrust(name: "t", roles: [policy, role]))
        #expect(try Self.book([list], by: [WaiverCourt.stranger], trust: trust).problems.isEmpty)
    }

    @Test func waiverIsNoRevocationListAndTheReverse() throws {
        let asList = try WaiverCourt.sign(
            WaiverDocument.payload(WaiverCourt.waiver()), RevocationList.payloadType, [WaiverCourt.alice])
        let asWaiver = try WaiverCourt.sign(
            RevocationList(issued: Self.now).payload, WaiverDocument.payloadType, [WaiverCourt.alice])
        let (book, problems) = try WaiverCourt.read([("a.dsse.json", asList), ("b.dsse.json", asWaiver)])
        #expect(book.entries.isEmpty)
        #expect(problems.map(\.code) == [.revocations, .malformed])
    }

    // MARK: Renewals

    /// Waivers of one rule and scope that begin so many days before now.
    private static func series(_ days: [Int], second: Set<Int> = []) throws -> [(path: String, bytes: [UInt8])] {
        try days.enumerated().map { index, day in
            let waiver = WaiverCourt.waiver {
                $0.id = "W-2026-\(100 + index)"
                $0.notBefore = now - .seconds(day * 86_400)
                $0.expires = $0.notBefore + .seconds(3_600)
                if second.contains(index) { $0.approvers = ["alice", "bob"] }
            }
            let keys = second.contains(index) ? [WaiverCourt.alice, WaiverCourt.bob] : [WaiverCourt.alice]
            return ("\(index).dsse.json", try WaiverCourt.signed(waiver, by: keys))
        }
    }

    struct Renewal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let days: [Int]
        var second: Set<Int> = []
        var renewals = 2
        /// Which of them do not count.
        let refused: [String]
    }

    @Test(arguments: [
        Renewal(testDescription: "two", days: [20, 10], refused: []),
        Renewal(testDescription: "a third", days: [20, 10, 0], refused: ["W-2026-102"]),
        Renewal(testDescription: "a third by two", days: [20, 10, 0], second: [2], refused: []),
        Renewal(testDescription: "a third after the window", days: [31, 10, 0], refused: []),
        Renewal(testDescription: "a third at the window's end", days: [30, 10, 0], refused: ["W-2026-102"]),
        Renewal(
            testDescription: "a fourth needs two as well", days: [20, 10, 5, 0], second: [2], refused: ["W-2026-103"]),
        Renewal(testDescription: "dated back", days: [10, 5, 20], refused: ["W-2026-101"]),
        Renewal(testDescription: "a bundle that allows one", days: [20, 10], renewals: 1, refused: ["W-2026-101"]),
        Renewal(
            testDescription: "a bundle cannot allow more", days: [20, 10, 0], renewals: 9, refused: ["W-2026-102"]),
    ])
    func thirdWithinThirtyDaysNeedsASecondApprover(_ row: Renewal) throws {
        let bundle = WaiverCourt.bundle(terms: WaiverTerms(renewals: row.renewals))
        for files in [
            try Self.series(row.days, second: row.second), try Self.series(row.days, second: row.second).reversed(),
        ] {
            let (book, problems) = try WaiverCourt.read(files, bundle: bundle)
            #expect(problems.compactMap(\.id).sorted() == row.refused, "\(problems)")
            #expect(problems.allSatisfy { $0.code == .renewal && $0.field == "spec.approvedBy" })
            #expect(book.entries.count == row.days.count - row.refused.count)
        }
    }

    @Test func otherScopesAndRulesAreNotRenewals() throws {
        var files = try Self.series([20, 10])
        let others: [@Sendable (inout Waiver) -> Void] = [
            { $0.scope.namespace = "prod" }, { $0.scope.image = .of([7]) }, { $0.rule = "gate-missing" },
        ]
        for (index, change) in others.enumerated() {
            let waiver = WaiverCourt.waiver {
                $0.id = "W-2026-20\(index)"
                change(&$0)
            }
            files.append(("other\(index).dsse.json", try WaiverCourt.signed(waiver)))
        }
        #expect(try WaiverCourt.read(files).problems.isEmpty)
    }

    @Test func revokedWaiversCountAsRenewals() throws {
        let files = try Self.series([20, 10, 0])
        let revoked = try files.prefix(2).enumerated().map { index, file in
            let payload = try SignedDocument(parsing: file.bytes).unverifiedPayload
            return RevocationList.Entry(
                id: "W-2026-\(100 + index)", digest: .of(payload), at: Self.now - .seconds(60), reason: "done")
        }
        let list = RevocationList(issued: Self.now, revoked: revoked)
        let (_, problems) = try WaiverCourt.read(
            files + [("revocations-2.dsse.json", try WaiverCourt.signed(list))])
        #expect(problems.map(\.code) == [.renewal])
    }

    @Test func longWaiverDatedBackBeyondTheWindowIsCounted() throws {
        let bundle = WaiverCourt.bundle(
            terms: WaiverTerms(classes: ["emergency": .seconds(7_200), "long": .seconds(60 * 86_400)]))
        let long = WaiverCourt.waiver {
            $0.id = "W-2026-300"
            $0.waiverClass = "long"
            $0.notBefore = Self.now - .seconds(45 * 86_400)
            $0.expires = Self.now + .seconds(10 * 86_400)
        }
        let files = try Self.series([5, 1]) + [("long.dsse.json", try WaiverCourt.signed(long))]
        let (_, problems) = try WaiverCourt.read(files, bundle: bundle)
        #expect(problems.compactMap(\.id) == ["W-2026-101"], "\(problems)")
    }
}
