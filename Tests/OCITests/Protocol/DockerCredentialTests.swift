import Core
import TestSupport
import Testing

@testable import OCI

@Suite("Docker credentials")
struct DockerCredentialTests {
    private static let alice = Credential.password(user: "alice", password: "a:b")
    private static let entry = #"{"auth":"\#(Base64.encode(Array("alice:a:b".utf8)))"}"#

    @Test(arguments: [
        (#"{"auths":{"ghcr.io":\#(entry)}}"#, "ghcr.io", DockerConfig.Lookup.stored(alice)),
        (#"{"auths":{"https://ghcr.io/v1/":\#(entry)}}"#, "ghcr.io", .stored(alice)),
        (#"{"auths":{"localhost:5000":\#(entry)}}"#, "localhost:5000", .stored(alice)),
        (#"{"auths":{"localhost:5000":\#(entry)}}"#, "localhost:5001", .none),
        (#"{"auths":{"ghcr.io":\#(entry)}}"#, "ghcr.io.evil.test", .none),
        (#"{"auths":{"https://index.docker.io/v1/":\#(entry)}}"#, "registry-1.docker.io", .stored(alice)),
        (#"{"auths":{"ghcr.io":{"identitytoken":"t"}}}"#, "ghcr.io", .stored(.identityToken("t"))),
        (#"{"auths":{"ghcr.io":{"registrytoken":"t"}}}"#, "ghcr.io", .stored(.accessToken("t"))),
        (#"{"auths":{"ghcr.io":{"username":"alice","password":"a:b"}}}"#, "ghcr.io", .stored(alice)),
        (#"{"auths":{"ghcr.io":{}},"HttpHeaders":{"a":"b"}}"#, "ghcr.io", .none), ("{}", "ghcr.io", .none),
        (
            #"{"auths":{"ghcr.io":\#(entry)},"credHelpers":{"ghcr.io":"ecr-login"},"credsStore":"pass"}"#, "ghcr.io",
            .helper(name: "ecr-login", server: "ghcr.io", fallback: nil)
        ),
        (
            #"{"auths":{"ghcr.io":\#(entry)},"credsStore":"pass"}"#, "ghcr.io",
            .helper(name: "pass", server: "ghcr.io", fallback: alice)
        ),
        (
            #"{"credsStore":"pass"}"#, "registry-1.docker.io",
            .helper(name: "pass", server: "https://index.docker.io/v1/", fallback: nil)
        ),
    ])
    func configurationIsReadAsDockerDoes(text: String, host: String, expected: DockerConfig.Lookup) throws {
        #expect(try DockerConfig(parsing: Array(text.utf8)).lookup(host) == expected)
    }

    @Test(arguments: [
        (#"{"auths":{"ghcr.io":{"auth":"!"}}}"#, "auths.ghcr.io.auth"),
        (#"{"auths":{"ghcr.io":{"auth":"YWJj"}}}"#, "auths.ghcr.io.auth"), (#"{"auths":[]}"#, "auths"),
        (#"{"credHelpers":{"ghcr.io":1}}"#, "credHelpers.ghcr.io"), ("{", "line 1"),
    ])
    func malformedConfigurationIsSaidToBe(text: String, field: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("config.json", text)
        let credentials = DockerCredentials(environment: ["DOCKER_CONFIG": folder.path])
        let error = await #expect(throws: CredentialError.self) { _ = try await credentials.credential(for: "ghcr.io") }
        #expect(error?.code == .malformedConfiguration)
        #expect(error?.message.contains(field) == true, "\(String(describing: error))")
    }

    @Test func withoutConfigurationThereAreNone() async throws {
        let folder = try TemporaryFolder()
        #expect(try await DockerCredentials(environment: ["HOME": folder.path]).credential(for: "ghcr.io") == nil)
        #expect(try await DockerCredentials(environment: [:]).credential(for: "ghcr.io") == nil)
        try folder.write(".docker/config.json", #"{"auths":{"ghcr.io":\#(Self.entry)}}"#)
        let found = try await DockerCredentials(environment: ["HOME": folder.path]).credential(for: "ghcr.io")
        #expect(found == Self.alice)
    }

    @Test(arguments: [
        ("ecr-login", true), ("pass", true), ("a.b_c", true), ("", false), ("../../bin/sh", false), ("a/b", false),
        ("a b", false), ("a;b", false), ("$(x)", false), ("-x", false), (".x", false), ("a\n", false), ("ä", false),
        (String(repeating: "a", count: 65), false),
    ])
    func helperNamesCanOnlyMeanAProgram(name: String, isValid: Bool) {
        #expect(CredentialHelper.isName(name) == isValid)
    }

    private func ask(_ script: String, name: String = "test", timeout: Duration = .seconds(5)) async throws
        -> Credential?
    {
        let folder = try TemporaryFolder()
        try folder.write("bin/docker-credential-test", "#!/bin/sh\n\(script)\n", executable: true)
        try folder.write("config.json", #"{"credHelpers":{"ghcr.io":"\#(name)"}}"#)
        let environment = ["DOCKER_CONFIG": folder.path, "PATH": "\(folder.path)/bin:/usr/bin:/bin"]
        let credentials = DockerCredentials(environment: environment, timeout: timeout)
        var result = await lookUp(credentials)
        // A process that another test starts at this moment may still have the script open for writing (ETXTBSY),
        // until it has become its own program.
        for _ in 0..<20 {
            guard case .failure(let error) = result, error.message.contains("could not be run") else { break }
            try await Task.sleep(for: .milliseconds(50))
            result = await lookUp(credentials)
        }
        return try result.get()
    }

    private func lookUp(_ credentials: DockerCredentials) async -> Result<Credential?, CredentialError> {
        do {
            return .success(try await credentials.credential(for: "ghcr.io"))
        } catch {
            return .failure(error)
        }
    }

    @Test func helperGetsTheHostAndGivesTheCredential() async throws {
        let echo = #"read host; echo "{\"ServerURL\":\"$host\",\"Username\":\"$1\",\"Secret\":\"for $host\"}""#
        #expect(try await ask(echo) == .password(user: "get", password: "for ghcr.io"))
        #expect(try await ask(#"echo '{"Username":"<token>","Secret":"t"}'"#) == .identityToken("t"))
        #expect(try await ask("echo 'credentials not found in native keychain'; exit 1") == nil)
    }

    @Test(arguments: [
        ("exit 3", "test", CredentialError.Code.helperFailed), ("echo '{\"Secret\":\"hush\"}'", "test", .helperFailed),
        ("exec sleep 60", "test", .timeout), ("exec 1>&-; exec sleep 60", "test", .timeout),
        ("exec yes", "test", .tooLarge), ("", "none-of-that-name", .invalidHelper), ("", "../bin/sh", .invalidHelper),
    ])
    func failingHelpersAreTypedErrors(script: String, name: String, code: CredentialError.Code) async throws {
        let start = ContinuousClock.now
        let error = await #expect(throws: CredentialError.self) {
            _ = try await ask(script, name: name, timeout: .seconds(1))
        }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.message.contains("hush") == false)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func secretsAreNotPrinted() {
        for credential in [Self.alice, .identityToken("a:b"), .accessToken("a:b")] {
            #expect(!"\(credential) \(String(reflecting: credential))".contains("a:b"))
            var text = ""
            dump(credential, to: &text)
            #expect(!text.contains("a:b"))
        }
    }
}
