import Core
import OCI
import Outgoing
import Testing

/// Limits under which every rude registry is given up within five seconds.
extension RegistryLimits {
    static let short: RegistryLimits = {
        var limits = RegistryLimits()
        limits.connect = .seconds(1)
        limits.silence = .seconds(1)
        limits.overall = .seconds(3)
        return limits
    }()
}

extension Pacing {
    /// The real clock, with pauses that take no time.
    static func impatient() -> Pacing {
        let real = Pacing.real()
        return Pacing(now: real.now, sleep: { _ in }, jitter: { 0.5 })
    }
}

func source(
    _ host: String, _ path: String = "team/app", credentials: any CredentialProvider = FixedCredentials(),
    limits: RegistryLimits = .short, budget: FetchBudget = FetchBudget()
) throws -> RegistrySource {
    let client = RegistryClient(credentials: credentials, limits: limits, pacing: .impatient())
    return RegistrySource(try Repository(host: host, path: path), client: client, budget: budget)
}

/// Expects a typed error within five seconds, and gives it back.
@discardableResult
func refused<Value>(
    _ code: RegistryError.Code, mentions words: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws(RegistryError) -> Value
) async -> RegistryError? {
    let clock = ContinuousClock()
    let start = clock.now
    do {
        let value = try await body()
        Issue.record("expected \(code), got \(value)", sourceLocation: sourceLocation)
        return nil
    } catch {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        for word in words {
            #expect(error.description.contains(word), "\(error)", sourceLocation: sourceLocation)
        }
        #expect(start.duration(to: clock.now) < .seconds(5), sourceLocation: sourceLocation)
        return error
    }
}

/// Runs the body with a value that must be there.
func digest(_ text: String) throws -> Digest { try #require(Digest(text)) }

let anyDigest = Digest.of(Array("nothing".utf8))
