internal import Core
internal import NIOHTTP1
internal import Outgoing

/// Sends requests with retries and redirects, within a deadline.
struct Exchange: Sendable {
    let transport: HTTPTransport
    let pacing: Pacing
    let schedule: RetrySchedule
    let redirects: RedirectRule

    /// What a request is for, so that errors can say it.
    struct Purpose: Sendable {
        /// Such as `manifest latest`.
        let what: String
        let place: RegistryError.Place
        var redirects: RedirectRule.Subject = .other
        /// Requests that change something and cannot be repeated are not.
        var mayRetry = true

        func error(_ code: RegistryError.Code, _ message: String) -> RegistryError {
            RegistryError(code, "\(what): \(message)", at: place)
        }
    }

    /// Sends a request until it is answered by success or by a refusal that trying again does not change.
    ///
    /// - Parameters:
    ///   - authorization: the `Authorization` field; it does not go to another host.
    ///   - deadline: the moment on the pacing's clock when everything must be done.
    func run(
        _ request: HTTPTransport.Request, authorization: String?, deadline: Duration, for purpose: Purpose
    ) async throws(RegistryError) -> HTTPTransport.Answer {
        var tries = 0
        while true {
            let remaining = deadline - pacing.now()
            guard remaining > .zero else {
                throw purpose.error(.timeout, "not done within the time allowed for the whole call; try again later")
            }
            tries += 1
            let failure: RetrySchedule.Failure
            let summary: String
            do {
                let answer = try await follow(
                    request, authorization: authorization, deadline: deadline, for: purpose)
                guard answer.status == 429 || answer.status >= 500 else { return answer }
                failure = .status(answer.status, retryAfter: RetrySchedule.retryAfter(answer.field("Retry-After")))
                summary = "status \(answer.status)\(answer.explanation)"
            } catch {
                switch error {
                case .refused(let error): throw error
                case .transport(.connection(let text)):
                    failure = .connection
                    summary = "the connection failed (\(text))"
                case .transport(let error): throw purpose.error(error)
                }
            }
            let pause = schedule.pause(
                after: failure, tries: tries, jitter: pacing.jitter(), remaining: deadline - pacing.now())
            guard purpose.mayRetry, let pause else {
                throw purpose.error(
                    .unavailable,
                    "\(summary), after \(tries) \(tries == 1 ? "try" : "tries"); nothing is known about it")
            }
            await pacing.sleep(pause)
            if Task.isCancelled { throw purpose.error(HTTPTransport.Failure.cancelled) }
        }
    }

    private enum Stop: Error {
        case refused(RegistryError)
        case transport(HTTPTransport.Failure)
    }

    private func follow(
        _ request: HTTPTransport.Request, authorization: String?, deadline: Duration, for purpose: Purpose
    ) async throws(Stop) -> HTTPTransport.Answer {
        var request = request
        var authorization = authorization
        var followed = 0
        while true {
            var message = request
            if let authorization { message.headers.append(("Authorization", authorization)) }
            let answer: HTTPTransport.Answer
            do {
                answer = try await transport.send(
                    message, timeout: max(.milliseconds(1), deadline - pacing.now()), clock: pacing.now)
            } catch {
                throw .transport(error)
            }
            guard answer.isRedirect else { return answer }
            guard request.body.isEmpty, request.method == .GET || request.method == .HEAD else {
                throw .refused(purpose.error(.badRedirect, "a redirect of a request that writes is not followed"))
            }
            let decision = redirects.decide(
                from: request.address, location: answer.field("Location"), for: purpose.redirects, followed: followed)
            switch decision {
            case .refuse(let reason): throw .refused(purpose.error(.badRedirect, "\(reason) is not followed"))
            case .follow(let address, let keepsAuthorization):
                request.address = address
                if !keepsAuthorization { authorization = nil }
                followed += 1
            }
        }
    }
}

extension Exchange.Purpose {
    func error(_ failure: HTTPTransport.Failure) -> RegistryError {
        switch failure {
        case .timeout(let text): error(.timeout, "\(text); nothing is known about it")
        case .connection(let text): error(.unavailable, "the connection failed (\(text))")
        case .tooLarge(let exceeded): error(.tooLarge, "\(exceeded)")
        case .malformed(let text): error(.malformed, text)
        case .cancelled: error(.cancelled, "the caller gave up")
        }
    }
}

extension HTTPTransport.Answer {
    /// What the registry says about an error (OCI distribution specification, "Error Codes"), for messages.
    var explanation: String {
        let limits = JSONLimits(bytes: 16 << 10, depth: 8, values: 256)
        guard let document = try? JSONValue(parsing: body, limits: limits),
            let first = document["errors"]?.array?.first
        else { return "" }
        let parts = [first["code"]?.string, first["message"]?.string].compactMap { $0?.printable(120) }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ": ")))"
    }
}
