import Testing

@testable import OCI

@Suite("Rules of redirects, realms and retries")
struct RuleTests {
    private static let plain = PlainHTTPRule(insecure: ["registry.test:5000", "cdn.test"])

    struct Redirect: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String?
        var subject: RedirectRule.Subject = .blob
        var followed = 0
        /// The target and whether it gets the credentials; `nil` when it must be refused.
        let expected: (String, Bool)?
        var testDescription: String { "\(from) -> \(to ?? "nowhere") (\(subject), \(followed))" }
    }

    @Test(arguments: [
        Redirect(from: "https://r.test/a", to: "/b", expected: ("https://r.test/b", true)),
        Redirect(from: "https://r.test/a", to: "/b", subject: .other, expected: ("https://r.test/b", true)),
        Redirect(from: "https://r.test/a", to: "/b", followed: 3, expected: nil),
        Redirect(from: "https://r.test/a", to: nil, expected: nil),
        Redirect(from: "https://r.test/a", to: "https://cdn.test/b", expected: ("https://cdn.test/b", false)),
        Redirect(from: "https://r.test/a", to: "https://cdn.test/b", subject: .other, expected: nil),
        Redirect(from: "https://r.test/a", to: "https://r.test:8443/b", subject: .other, expected: nil),
        Redirect(from: "https://r.test/a", to: "https://r.test:8443/b", expected: ("https://r.test:8443/b", false)),
        Redirect(from: "https://r.test/a", to: "http://r.test/b", expected: nil),
        Redirect(from: "https://r.test/a", to: "http://cdn.test/b", expected: nil),
        Redirect(from: "https://r.test/a", to: "https://127.0.0.1/b", expected: nil),
        Redirect(from: "https://r.test/a", to: "http://localhost:8001/b", expected: nil),
        Redirect(from: "http://registry.test:5000/a", to: "http://cdn.test/b", expected: ("http://cdn.test/b", false)),
        Redirect(from: "http://registry.test:5000/a", to: "http://other.test/b", expected: nil),
        Redirect(from: "http://registry.test:5000/a", to: "http://127.0.0.1/b", expected: nil),
        Redirect(
            from: "http://127.0.0.1:5000/a", to: "http://127.0.0.1:9/b", expected: ("http://127.0.0.1:9/b", false)),
    ])
    func redirects(redirect: Redirect) throws {
        let source = try #require(WebAddress(redirect.from))
        let decision = RedirectRule(plainHTTP: Self.plain).decide(
            from: source, location: redirect.to, for: redirect.subject, followed: redirect.followed)
        if let (target, keeps) = redirect.expected {
            #expect(decision == .follow(try #require(WebAddress(target)), keepsAuthorization: keeps))
        } else if case .follow = decision {
            Issue.record("expected a refusal, got \(decision)")
        }
    }

    @Test(arguments: [
        ("https://r.test/", "https://auth.test/token", true), ("https://r.test/", "http://auth.test/token", false),
        ("https://r.test/", "http://cdn.test/token", false), ("https://r.test/", "https://localhost/token", false),
        ("http://registry.test:5000/", "http://cdn.test/token", true),
        ("http://registry.test:5000/", "http://auth.test/token", false),
        ("http://registry.test:5000/", "http://127.0.0.1/token", false),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5001/token", true),
        ("http://127.0.0.1:5000/", "https://auth.test/token", true),
    ])
    func realms(registry: String, realm: String, isAllowed: Bool) throws {
        let refusal = RealmRule(plainHTTP: Self.plain).refusal(
            registry: try #require(WebAddress(registry)), realm: try #require(WebAddress(realm)))
        #expect((refusal == nil) == isAllowed)
    }

    @Test func pausesDoubleWithJitterAndStopAfterThree() {
        let schedule = RetrySchedule()
        let pauses = (1...4).map { tries in
            schedule.pause(after: .connection, tries: tries, jitter: 0, remaining: .seconds(60))
        }
        #expect(pauses == [.milliseconds(100), .milliseconds(200), .milliseconds(400), nil])
        let long = schedule.pause(after: .connection, tries: 1, jitter: 0.999, remaining: .seconds(60))
        #expect(long.map { $0 > .milliseconds(199) && $0 < .milliseconds(200) } == true)
    }

    @Test(arguments: [
        (429, Duration.seconds(3), Duration?.some(.seconds(3))), (503, .seconds(86_400), .seconds(10)),
        (500, .zero, .milliseconds(100)), (404, .zero, nil), (400, .seconds(1), nil), (501, .zero, nil),
    ])
    func serversMayAskForLongerButNotForEver(status: Int, asked: Duration, pause: Duration?) {
        let failure = RetrySchedule.Failure.status(status, retryAfter: asked)
        #expect(RetrySchedule().pause(after: failure, tries: 1, jitter: 0, remaining: .seconds(60)) == pause)
    }

    @Test func deadlineIsNotSleptAway() {
        let failure = RetrySchedule.Failure.status(429, retryAfter: .seconds(3))
        #expect(RetrySchedule().pause(after: failure, tries: 1, jitter: 0, remaining: .seconds(2)) == nil)
    }

    @Test(arguments: [
        ("5", Duration?.some(.seconds(5))), ("0", .zero), ("-1", nil), ("Wed, 21 Oct 2015", nil), ("1e9", nil),
        (nil, nil),
    ])
    func retryAfterIsReadInSeconds(field: String?, expected: Duration?) {
        #expect(RetrySchedule.retryAfter(field) == expected)
    }
}
