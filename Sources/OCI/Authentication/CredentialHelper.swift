internal import Core
internal import Dispatch
internal import Foundation

/// Runs `docker-credential-<name> get` (docker-credential-helpers protocol): the server's name goes in, JSON comes out.
struct CredentialHelper: Sendable {
    static let output = Cap("bytes of a credential helper's answer", 64 << 10)

    let environment: [String: String]
    let timeout: Duration

    /// Whether a name can only mean a program of that name: letters, digits, dots, hyphens and underscores, at most
    /// 64, not beginning with a dot or hyphen. So no path and nothing a shell would read can be in it.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64, first != UInt8(ascii: "."),
            first != UInt8(ascii: "-")
        else { return false }
        return ImageSelector.isTag(name)
    }

    /// - Returns: `nil` when the helper has none for the server.
    /// - Throws: ``CredentialError``
    func get(_ name: String, server: String) async throws(CredentialError) -> Credential? {
        guard Self.isName(name) else {
            throw CredentialError(
                .invalidHelper,
                "credential helper \"\(name.printable(80))\": expected a plain name such as ecr-login "
                    + "in credHelpers or credsStore")
        }
        let program = "docker-credential-\(name)"
        guard let path = find(program) else {
            throw CredentialError(.invalidHelper, "\(program) is not on PATH; install it or remove it from config.json")
        }
        let result = await withCheckedContinuation { continuation in
            // The program is waited for on a thread of its own, since reading its answer blocks.
            DispatchQueue.global().async {
                continuation.resume(returning: run(path, server: server))
            }
        }
        let (status, bytes) = try result.get()
        return try Self.parse(program, status: status, output: bytes)
    }

    static func parse(_ program: String, status: Int32, output: [UInt8]) throws(CredentialError) -> Credential? {
        guard status == 0 else {
            let text = String(decoding: output.prefix(200), as: UTF8.self).printable(200)
            if text.hasPrefix("credentials not found") { return nil }
            throw CredentialError(.helperFailed, "\(program) failed with status \(status): \(text)")
        }
        do {
            let limits = JSONLimits(bytes: Self.output.limit, depth: 4, values: 64)
            let cursor = JSONCursor(try JSONValue(parsing: output, limits: limits))
            let user = try cursor.required("Username").string()
            let secret = try cursor.required("Secret").string()
            // The protocol's way to say that the secret is an identity token.
            if user == "<token>" { return .identityToken(secret) }
            return .password(user: user, password: secret)
        } catch {
            // The message names the field only: the answer holds a secret.
            throw CredentialError(.helperFailed, "\(program): \(error.location): the answer cannot be read")
        }
    }

    private func find(_ program: String) -> String? {
        (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy
            .filter { $0.hasPrefix("/") }.map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private func run(_ path: String, server: String) -> Result<(Int32, [UInt8]), CredentialError> {
        let process = Process()
        let input = Pipe()
        let answer = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["get"]
        process.environment = environment
        process.standardInput = input
        process.standardOutput = answer
        process.standardError = FileHandle.nullDevice
        do {
            // Written before the start, when this process still holds the reading end: a helper that ends without
            // reading cannot raise SIGPIPE here. A host's name always fits a pipe.
            try input.fileHandleForWriting.write(contentsOf: Data(server.utf8))
            try input.fileHandleForWriting.close()
            try process.run()
        } catch {
            return .failure(CredentialError(.helperFailed, "\(path) could not be run: \(error.localizedDescription)"))
        }
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        var output: [UInt8] = []
        var failure: CredentialError?
        var buffer = [UInt8](repeating: 0, count: 4096)
        let descriptor = answer.fileHandleForReading.fileDescriptor
        while failure == nil {
            let left = clock.now.duration(to: deadline)
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            let ready = poll(&wait, 1, Int32(clamping: max(0, milliseconds)))
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else {
                failure = CredentialError(.timeout, "\(path) did not answer within \(timeout)")
                break
            }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            output += buffer[..<count]
            if output.count > Self.output.limit {
                failure = CredentialError(
                    .tooLarge, "\(path): \(CapExceeded(cap: Self.output, seen: output.count))")
            }
        }
        // A helper may close its output and stay; it has as long as it had to answer.
        while failure == nil, process.isRunning {
            if clock.now >= deadline {
                failure = CredentialError(.timeout, "\(path) did not end within \(timeout)")
            }
            usleep(5_000)
        }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        if let failure { return .failure(failure) }
        return .success((process.terminationReason == .exit ? process.terminationStatus : -1, output))
    }
}
