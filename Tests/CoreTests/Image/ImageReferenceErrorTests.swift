import Core
import Testing

@Suite struct ImageReferenceErrorTests {
    private static let hex64 = String(repeating: "0123456789abcdef", count: 4)

    @Test(arguments: [
        ("", ImageReferenceError.Code.empty, ImageReferenceError.Part.reference, 0),
        (String(repeating: "a", count: 4097), .tooLong, .reference, 4096),
        (hex64, .ambiguous, .repository, 0),
        // Registry.
        ("Uppercase/app", .ambiguous, .registry, 0), (".com/a", .malformed, .registry, 0),
        ("a..b/c", .malformed, .registry, 2),
        ("a.b./c", .malformed, .registry, 4), ("a_b.c/d", .malformed, .registry, 1),
        ("-a.b/c", .malformed, .registry, 0),
        ("x.a-/c", .malformed, .registry, 2), ("é.com/a", .malformed, .registry, 0),
        ("a.b c/d", .malformed, .registry, 3),
        (":5000/a", .malformed, .registry, 0), ("a:/b", .malformed, .registry, 1), ("a:b/c", .malformed, .registry, 1),
        ("a:0/b", .malformed, .registry, 1), ("a:080/b", .malformed, .registry, 1),
        ("a:65536/b", .malformed, .registry, 1),
        ("a:999999999999999999999999/b", .malformed, .registry, 1), ("a:1:2/b", .malformed, .registry, 1),
        ("a.b:-1/c", .malformed, .registry, 3), ("https://ghcr.io/a", .malformed, .registry, 5),
        ("user:pass@ghcr.io/a", .unsupportedAlgorithm, .digest, 10),
        ("[::1/a", .malformed, .registry, 0), ("[]:5000/a", .malformed, .registry, 0),
        ("[1:2]/a", .malformed, .registry, 0),
        ("[:]/a", .malformed, .registry, 0), ("[:::]/a", .malformed, .registry, 0),
        ("[::1::]/a", .malformed, .registry, 0),
        ("[1::2:]/a", .malformed, .registry, 0), ("[:1::2]/a", .malformed, .registry, 0),
        ("[12345::]/a", .malformed, .registry, 0),
        ("[1:2:3:4:5:6:7:8:9]/a", .malformed, .registry, 0), ("[1:2:3:4:5:6:7::8]/a", .malformed, .registry, 0),
        ("[::g]/a", .malformed, .registry, 0), ("[fe80::1%eth0]:5000/a", .malformed, .registry, 0),
        ("[::ffff:1.2.3.4]/a", .malformed, .registry, 0), ("[::1]x/a", .malformed, .registry, 5),
        ("[::1]:/a", .malformed, .registry, 5), ("[::1]5/a", .malformed, .registry, 5),
        // Repository.
        (":tag", .empty, .repository, 0), ("@sha256:\(hex64)", .empty, .repository, 0),
        ("ghcr.io/", .empty, .repository, 8),
        ("/", .malformed, .repository, 0), ("/a", .malformed, .repository, 0), ("a/", .malformed, .repository, 2),
        ("a//b", .malformed, .repository, 2), ("ghcr.io//b", .malformed, .repository, 8),
        ("Uppercase", .uppercase, .repository, 0),
        ("ghcr.io/org/App:x", .uppercase, .repository, 12), ("localhost:1/aB", .uppercase, .repository, 13),
        ("a-", .malformed, .repository, 2), ("-a", .malformed, .repository, 0), ("a..b", .malformed, .repository, 1),
        ("a___b", .malformed, .repository, 1), ("a._b", .malformed, .repository, 2),
        ("a-_b", .malformed, .repository, 2),
        ("a/_b", .malformed, .repository, 2), ("a b", .malformed, .repository, 1), (" a", .malformed, .repository, 0),
        ("a\n", .malformed, .repository, 1), ("a\0b", .malformed, .repository, 1), ("é", .malformed, .repository, 0),
        ("aa/asdf$$^/aa", .malformed, .repository, 7), ("\u{430}pp/x", .malformed, .repository, 0),
        ("[::1]", .malformed, .repository, 0), ("[::1]:5000", .malformed, .repository, 0),
        ("${IMAGE}", .malformed, .repository, 0),
        ("a\u{FFFD}", .malformed, .repository, 1), ("a＠b", .malformed, .repository, 1),
        // Tag.
        ("a:", .empty, .tag, 2), ("a:@sha256:\(hex64)", .empty, .tag, 2), ("a:.b", .malformed, .tag, 2),
        ("a:-b", .malformed, .tag, 2),
        ("a:b c", .malformed, .tag, 3), ("a:b:c", .malformed, .tag, 3), ("ghcr.io/a:b/c", .malformed, .tag, 11),
        ("a:é", .malformed, .tag, 2), ("a:b\n", .malformed, .tag, 3),
        ("a:" + String(repeating: "a", count: 129), .tooLong, .tag, 2),
        // Digest.
        ("a@", .empty, .digest, 2), ("a@sha256", .malformed, .digest, 8), ("a@sha256:", .malformed, .digest, 9),
        ("a@sha256:abc", .malformed, .digest, 9), ("a@sha256:\(hex64)0", .malformed, .digest, 9),
        ("a@sha512:\(hex64)", .malformed, .digest, 9), ("a@sha256:" + hex64.uppercased(), .malformed, .digest, 19),
        ("a@sha256:\(hex64)\n", .malformed, .digest, 73),
        ("a@sha256:\(hex64)@sha256:\(hex64)", .malformed, .digest, 73),
        ("a@sha384:\(hex64)", .unsupportedAlgorithm, .digest, 2),
        ("a@SHA256:\(hex64)", .unsupportedAlgorithm, .digest, 2),
        ("a@md5:0123", .unsupportedAlgorithm, .digest, 2), ("a@sha256+b64:\(hex64)", .unsupportedAlgorithm, .digest, 2),
        ("a@\(hex64)", .unsupportedAlgorithm, .digest, 2), ("a@:\(hex64)", .unsupportedAlgorithm, .digest, 2),
        ("a@b/c", .unsupportedAlgorithm, .digest, 2),
    ])
    func refuses(
        text: String, code: ImageReferenceError.Code, part: ImageReferenceError.Part, offset: Int
    ) throws {
        let error = try #require(throws: ImageReferenceError.self) { try ImageReference(text) }
        #expect(error.code == code, "\(error)")
        #expect(error.part == part, "\(error)")
        #expect(error.offset == offset, "\(error)")
    }

    @Test(arguments: [
        ("", "reference, byte 0: the reference is empty; write an image such as ghcr.io/org/app@sha256:…"),
        (
            "Team/app",
            #"registry, byte 0: only its capitals make "Team" a registry; write it in lowercase if it is a namespace of "#
                + "Docker Hub, or with a port, such as team:443, if it is a host"
        ),
        ("a:99999/b", "registry, byte 1: expected nothing or a port from :1 to :65535 after the registry's host"),
        ("ghcr.io/Org", "repository, byte 8: 'O' is a capital letter; repositories are lowercase"),
        (
            "a__.b",
            "repository, byte 3: '.' cannot stand here; repositories are words of lowercase letters and digits, "
                + "separated by '.', '_', '__' or '-'"
        ),
        (
            "a...b",
            "repository, byte 1: 3 times '.' in a row; one '.', one or two '_', or any number of '-' may separate words"
        ),
        (
            "app\u{202E}",
            #"repository, byte 3: '\u{202E}' cannot stand here; repositories are words of lowercase letters and digits, "#
                + "separated by '.', '_', '__' or '-'"
        ),
        ("app:", "tag, byte 4: a ':' announces a tag, but none follows; add it or remove the ':'"),
        (
            "app@md5:d41d8cd98f00b204e9800998ecf8427e",
            #"digest, byte 4: the algorithm "md5" is not supported; use sha256 or sha512, in lowercase"#
        ),
        ("app@sha256:abc", "digest, byte 11: 3 hexadecimal digits, but sha256 has 64"),
    ])
    func says(text: String, message: String) throws {
        let error = try #require(throws: ImageReferenceError.self) { try ImageReference(text) }
        #expect(error.description == message)
    }
}
