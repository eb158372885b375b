import Core
import Testing

@testable import OCI

@Suite("Addresses")
struct AddressTests {
    @Test(arguments: [
        ("https://ghcr.io/v2/", "https://ghcr.io/v2/"), ("HTTPS://GHCR.io:443", "https://ghcr.io/"),
        ("http://[::1]:5000/a?b=c#d", "http://[::1]:5000/a?b=c"), ("https://a.b?x=y", "https://a.b/?x=y"),
        ("https://a_b.example:8443/%2F", "https://a_b.example:8443/%2F"),
    ])
    func addressesAreReadInOneSpelling(text: String, spelling: String) {
        #expect(WebAddress(text)?.description == spelling)
    }

    @Test(arguments: [
        "", "ghcr.io", "ftp://ghcr.io/", "https://", "https:///x", "https://user@ghcr.io/", "https://u:p@ghcr.io/",
        "https://ghcr.io:0/", "https://ghcr.io:70000/", "https://ghcr.io:+5/", "https://ghcr.io:/",
        "https://ghcr.io\\@evil.example/", "https://ghcr.io/a b", "https://ghcr.io/\u{e9}", "https://gh%63r.io/",
        "https://[::1/", "https://[x]/", "https://.a/", "https://-a/", "https://a/\r\nHost: b",
        "https://a/" + String(repeating: "x", count: 9000),
    ])
    func otherTextsAreNoAddresses(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test(arguments: [
        ("/x", "https://a.example/x"), ("?y", "https://a.example/p/q?y"), ("z", "https://a.example/p/z"),
        ("//b.example/c", "https://b.example/c"), ("http://c.example", "http://c.example/"), ("mailto:x", nil),
        ("javascript://x", nil), ("", nil), ("/\u{7f}", nil),
    ])
    func targetsAreResolved(target: String, expected: String?) throws {
        let base = try #require(WebAddress("https://a.example/p/q?r=s"))
        #expect(base.resolving(target)?.description == expected)
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.255.1.2", true), ("[::1]", true), ("127.evil.com", false),
        ("127.0.0.1.evil.com", false), ("127.1", false), ("127.0.0.01", false), ("localhost.evil.com", false),
        ("128.0.0.1", false),
    ])
    func thisMachineIsKnownByItsPlainNamesOnly(host: String, isLoopback: Bool) {
        #expect(WebAddress.isLoopback(host) == isLoopback)
    }

    @Test(arguments: [
        ("ghcr.io", "org/app", true), ("localhost:5000", "a", true), ("[::1]:5000", "a__b/c--d/e.f", true),
        ("ghcr.io", "Org/app", false), ("ghcr.io", "a//b", false), ("ghcr.io", "../b", false), ("ghcr.io", "", false),
        ("ghcr.io", "a___b", false), ("ghcr.io", "a._b", false), ("ghcr.io", "a?b", false), ("ghcr.io", "a-", false),
        ("user@ghcr.io", "a", false), ("ghcr.io/x", "a", false), ("", "a", false), ("ghcr.io:x", "a", false),
        ("ghcr.io", String(repeating: "a", count: 256), false),
    ])
    func repositoriesAreCheckedBeforeTheyArePartOfAnAddress(host: String, path: String, isValid: Bool) throws {
        if isValid {
            #expect(try Repository(host: host, path: path).description == "\(host)/\(path)")
        } else {
            let error = #expect(throws: RegistryError.self) { _ = try Repository(host: host, path: path) }
            #expect(error?.code == .invalidReference)
        }
    }

    @Test(arguments: [
        ("nginx", "registry-1.docker.io/library/nginx", ImageSelector.standard),
        ("localhost:5000/a/b:v1", "localhost:5000/a/b", .tag("v1")),
        ("ghcr.io/o/a:v1@\(anyDigest)", "ghcr.io/o/a", .digest(anyDigest)),
    ])
    func referencesSelectARepositoryAndImage(text: String, repository: String, selector: ImageSelector) throws {
        let reference = try ImageReference(text)
        #expect(try Repository(reference).description == repository)
        #expect(try ImageSelector(reference) == selector)
    }
}
