internal import Core
internal import Foundation
internal import Programs

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
        let answer: BoundedProgram.Answer
        do throws(ProgramError) {
            answer = try await BoundedProgram(
                path, ["get"], environment: environment, input: Array(server.utf8), timeout: timeout,
                output: Self.output
            ).run()
        } catch {
            let code: CredentialError.Code =
                switch error.code {
                case .timeout: .timeout
                case .tooLarge: .tooLarge
                default: .helperFailed
                }
            throw CredentialError(code, "\(error)")
        }
        return try Self.parse(program, status: answer.status, output: answer.output)
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
}
