import Core
import Testing

@Suite struct ImageReferenceTests {
    struct Accepted: Sendable {
        let text: String
        let registry: String
        let repository: String
        var tag: String?
        var digest: String?
        let familiar: String
    }

    static let sha256 = "sha256:" + String(repeating: "0123456789abcdef", count: 4)
    static let sha512 = "sha512:" + String(repeating: "0123456789abcdef", count: 8)

    @Test(arguments: [
        Accepted(text: "nginx", registry: "docker.io", repository: "library/nginx", familiar: "nginx"),
        Accepted(
            text: "nginx:1.27", registry: "docker.io", repository: "library/nginx", tag: "1.27", familiar: "nginx:1.27"),
        Accepted(
            text: "nginx@\(sha256)", registry: "docker.io", repository: "library/nginx", digest: sha256,
            familiar: "nginx@\(sha256)"),
        Accepted(
            text: "nginx:1@\(sha512)", registry: "docker.io", repository: "library/nginx", tag: "1", digest: sha512,
            familiar: "nginx:1@\(sha512)"),
        Accepted(text: "library/nginx", registry: "docker.io", repository: "library/nginx", familiar: "nginx"),
        Accepted(text: "org/app", registry: "docker.io", repository: "org/app", familiar: "org/app"),
        Accepted(text: "docker.io/nginx", registry: "docker.io", repository: "library/nginx", familiar: "nginx"),
        Accepted(text: "docker.io/org/app", registry: "docker.io", repository: "org/app", familiar: "org/app"),
        Accepted(text: "Docker.IO/nginx", registry: "docker.io", repository: "library/nginx", familiar: "nginx"),
        Accepted(text: "index.docker.io/x/y", registry: "docker.io", repository: "x/y", familiar: "x/y"),
        Accepted(text: "index.docker.io/y", registry: "docker.io", repository: "library/y", familiar: "y"),
        Accepted(text: "registry-1.docker.io/x/y", registry: "docker.io", repository: "x/y", familiar: "x/y"),
        Accepted(text: "Registry-1.docker.io/y", registry: "docker.io", repository: "library/y", familiar: "y"),
        Accepted(
            text: "docker.io:443/nginx", registry: "docker.io:443", repository: "nginx", familiar: "docker.io:443/nginx"
        ),
        Accepted(
            text: "docker.io/library/a/b", registry: "docker.io", repository: "library/a/b", familiar: "library/a/b"),
        Accepted(text: "library", registry: "docker.io", repository: "library/library", familiar: "library"),
        // A dot alone makes no domain without a path, nor do digits behind a colon.
        Accepted(text: "test.com", registry: "docker.io", repository: "library/test.com", familiar: "test.com"),
        Accepted(
            text: "test.com:5000", registry: "docker.io", repository: "library/test.com", tag: "5000",
            familiar: "test.com:5000"),
        Accepted(
            text: "192.168.1.1:5000", registry: "docker.io", repository: "library/192.168.1.1", tag: "5000",
            familiar: "192.168.1.1:5000"),
        Accepted(text: "localhost", registry: "docker.io", repository: "library/localhost", familiar: "localhost"),
        // In short they would be read as a registry's, so they keep what is needed.
        Accepted(
            text: "docker.io/foo.bar/app", registry: "docker.io", repository: "foo.bar/app",
            familiar: "docker.io/foo.bar/app"),
        Accepted(
            text: "docker.io/localhost/app", registry: "docker.io", repository: "localhost/app",
            familiar: "docker.io/localhost/app"),
        Accepted(
            text: "docker.io/" + String(repeating: "ab", count: 32), registry: "docker.io",
            repository: "library/" + String(repeating: "ab", count: 32),
            familiar: "library/" + String(repeating: "ab", count: 32)),
        Accepted(
            text: String(repeating: "ab", count: 32) + ":x", registry: "docker.io",
            repository: "library/" + String(repeating: "ab", count: 32), tag: "x",
            familiar: "library/" + String(repeating: "ab", count: 32) + ":x"),
        Accepted(text: "localhost/app", registry: "localhost", repository: "app", familiar: "localhost/app"),
        Accepted(text: "LocalHost/app", registry: "localhost", repository: "app", familiar: "localhost/app"),
        Accepted(
            text: "localhost:5000/app:5000", registry: "localhost:5000", repository: "app", tag: "5000",
            familiar: "localhost:5000/app:5000"),
        Accepted(text: "registry:1/app", registry: "registry:1", repository: "app", familiar: "registry:1/app"),
        Accepted(
            text: "Registry:65535/app", registry: "registry:65535", repository: "app", familiar: "registry:65535/app"),
        Accepted(
            text: "GHCR.io/org/team/app:v1.2.3_rc-4", registry: "ghcr.io", repository: "org/team/app",
            tag: "v1.2.3_rc-4", familiar: "ghcr.io/org/team/app:v1.2.3_rc-4"),
        Accepted(
            text: "xn--n3h.com/myimage:xn--n3h.com", registry: "xn--n3h.com", repository: "myimage", tag: "xn--n3h.com",
            familiar: "xn--n3h.com/myimage:xn--n3h.com"),
        Accepted(text: "a--b.c/x", registry: "a--b.c", repository: "x", familiar: "a--b.c/x"),
        Accepted(text: "192.168.1.1/repo", registry: "192.168.1.1", repository: "repo", familiar: "192.168.1.1/repo"),
        Accepted(
            text: "[2001:DB8::1]:5000/repo:tag@\(sha256)", registry: "[2001:db8::1]:5000", repository: "repo",
            tag: "tag",
            digest: sha256, familiar: "[2001:db8::1]:5000/repo:tag@\(sha256)"),
        Accepted(text: "[::1]:5000/r", registry: "[::1]:5000", repository: "r", familiar: "[::1]:5000/r"),
        Accepted(text: "[::]/r", registry: "[::]", repository: "r", familiar: "[::]/r"),
        Accepted(text: "[2001:db8::]/r", registry: "[2001:db8::]", repository: "r", familiar: "[2001:db8::]/r"),
        Accepted(
            text: "[1:2:3:4:5:6:7:8]/r", registry: "[1:2:3:4:5:6:7:8]", repository: "r", familiar: "[1:2:3:4:5:6:7:8]/r"
        ),
        Accepted(
            text: "ghcr.io/a.b_c__d-e---f/0", registry: "ghcr.io", repository: "a.b_c__d-e---f/0",
            familiar: "ghcr.io/a.b_c__d-e---f/0"),
        Accepted(text: "app:_x", registry: "docker.io", repository: "library/app", tag: "_x", familiar: "app:_x"),
        Accepted(
            text: "app:" + String(repeating: "A", count: 128), registry: "docker.io", repository: "library/app",
            tag: String(repeating: "A", count: 128), familiar: "app:" + String(repeating: "A", count: 128)),
    ])
    func accepts(expected: Accepted) throws {
        let reference = try ImageReference(expected.text)
        #expect(reference.registry == expected.registry)
        #expect(reference.repository == expected.repository)
        #expect(reference.tag == expected.tag)
        #expect(reference.digest == expected.digest)
        #expect(reference.name == "\(expected.registry)/\(expected.repository)")
        #expect(reference.familiar == expected.familiar)
        #expect(try ImageReference(reference.description) == reference)
        #expect(try ImageReference(reference.familiar) == reference)
    }

    @Test(arguments: [
        ("nginx", "docker.io/library/nginx"), ("nginx:1", "docker.io/library/nginx:1"),
        ("Docker.IO/x@\(sha256)", "docker.io/library/x@\(sha256)"),
        ("localhost/x:1@\(sha256)", "localhost/x:1@\(sha256)"),
    ])
    func describesInFull(text: String, description: String) throws {
        #expect(try ImageReference(text).description == description)
    }

    @Test(arguments: [
        ("nginx", "registry-1.docker.io"), ("index.docker.io/x/y", "registry-1.docker.io"), ("ghcr.io/x", "ghcr.io"),
        ("localhost:5000/x", "localhost:5000"), ("[::1]:5000/x", "[::1]:5000"), ("docker.io:443/x", "docker.io:443"),
    ])
    func connectsTo(text: String, host: String) throws {
        #expect(try ImageReference(text).registryHost == host)
    }

    @Test func takesADigest() throws {
        let reference = try ImageReference("ghcr.io/org/app:v1")
        let pinned = try reference.withDigest(Self.sha256)
        #expect(pinned.description == "ghcr.io/org/app:v1@\(Self.sha256)")
        #expect(try pinned.withDigest(Self.sha512).description == "ghcr.io/org/app:v1@\(Self.sha512)")
        #expect(try pinned == ImageReference(pinned.description))
        let error = try #require(throws: ImageReferenceError.self) { try reference.withDigest("sha256:ABC") }
        #expect(error.part == .digest)
        #expect(error.offset == 7)
        #expect(throws: ImageReferenceError.self) { try reference.withDigest("") }
        #expect(throws: ImageReferenceError.self) { try reference.withDigest("@" + Self.sha256) }
    }

    @Test func limitsTheNameAfterCompletion() throws {
        // docker.io/library/ is 18 characters long.
        let longest = String(repeating: "a", count: 237)
        #expect(try ImageReference(longest).name.utf8.count == 255)
        #expect(try ImageReference("index.docker.io/" + longest).name.utf8.count == 255)
        let error = try #require(throws: ImageReferenceError.self) { try ImageReference(longest + "a:tag") }
        #expect(
            error.description
                == "repository, byte 0: registry and repository are 256 characters long, at most 255 are accepted")
        #expect(throws: ImageReferenceError.self) {
            try ImageReference("ghcr.io/" + String(repeating: "a", count: 248))
        }
    }
}
