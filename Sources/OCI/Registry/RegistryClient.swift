internal import Core
internal import NIOHTTP1
package import Outgoing

/// What all images of all registries share: connections, tokens, and requests under way.
///
/// One client serves a whole process; ``RegistrySource`` is one image's view of it.
package final class RegistryClient: Sendable {
    let limits: RegistryLimits
    let plainHTTP: PlainHTTPRule
    let exchange: Exchange
    let authenticator: Authenticator
    let documents = DocumentCache()
    let documentFlights = SingleFlight<String, ImageDocument>()
    let blobFlights = SingleFlight<String, [UInt8]>()
    let referrerFlights = SingleFlight<String, [Descriptor]>()

    /// - Parameters:
    ///   - credentials: who knows the credentials for a host.
    ///   - plainHTTP: which hosts are spoken to without TLS.
    ///   - limits: how long and how much to ask at most.
    ///   - pacing: the clock, the sleep and the chance of retries.
    package init(
        credentials: any CredentialProvider = FixedCredentials(), plainHTTP: PlainHTTPRule = PlainHTTPRule(),
        limits: RegistryLimits = RegistryLimits(), pacing: Pacing = .real()
    ) {
        self.limits = limits
        self.plainHTTP = plainHTTP
        exchange = Exchange(
            transport: HTTPTransport(connect: limits.connect, silence: limits.silence), pacing: pacing,
            schedule: RetrySchedule(maximum: limits.retries), redirects: RedirectRule(plainHTTP: plainHTTP))
        authenticator = Authenticator(credentials: credentials, exchange: exchange, plainHTTP: plainHTTP)
    }

    /// The moment by which a call that begins now must be done.
    var deadline: Duration { exchange.pacing.now() + limits.overall }

    /// The address of something in a repository.
    func address(_ repository: Repository, _ path: String) throws(RegistryError) -> WebAddress {
        let address = WebAddress(
            isSecure: !plainHTTP.allows(authority: repository.host), authority: repository.host,
            target: "/v2/\(repository.path)/\(path)")
        guard let address else {
            throw RegistryError(.invalidReference, "\(path.printable(80)) is too long", at: repository.place)
        }
        return address
    }

    /// Sends a request to the registry with the credentials it asks for.
    ///
    /// - Returns: a successful answer.
    /// - Throws: ``RegistryError``; `notFound` for status 404 alone.
    func send(
        _ request: HTTPTransport.Request, scope: Authenticator.Scope, deadline: Duration, for purpose: Exchange.Purpose
    ) async throws(RegistryError) -> HTTPTransport.Answer {
        var authorization = authenticator.current(scope)
        var challenged = false
        while true {
            let answer = try await exchange.run(
                request, authorization: authorization, deadline: deadline, for: purpose)
            if answer.isSuccess { return answer }
            // Only the registry may ask for credentials, not the host that it redirects blobs to.
            if answer.status == 401, !challenged, answer.address.hasSameOrigin(as: request.address) {
                challenged = true
                authorization = try await authenticator.answer(
                    answer.headers["WWW-Authenticate"], from: answer.address, scope: scope, refused: authorization,
                    deadline: deadline)
                continue
            }
            // What another host lacks, the registry may still have: that is no answer of the registry's.
            guard answer.address.hasSameOrigin(as: request.address) else {
                throw purpose.error(
                    .unavailable, "\(answer.address.origin), where the registry keeps it, says status \(answer.status)")
            }
            throw Self.refusal(answer, purpose)
        }
    }

    private static func refusal(_ answer: HTTPTransport.Answer, _ purpose: Exchange.Purpose) -> RegistryError {
        let seen = "status \(answer.status)\(answer.explanation)"
        return switch answer.status {
        case 404: purpose.error(.notFound, "not there: \(seen)")
        case 401:
            purpose.error(.unauthorized, "\(seen); the credentials, or having none, are not accepted: log in again")
        case 403: purpose.error(.denied, "\(seen); ask for read access to the repository")
        default: purpose.error(.malformed, "\(seen); expected 200 or 404")
        }
    }
}
