import Testing

/// A document and whether parser and schema must accept it.
struct DeliveryClaimsDocument: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let isGood: Bool

    var testDescription: String { name }

    private static let hex = String(repeating: "0f", count: 32)

    private static func good(_ name: String, _ text: String) -> DeliveryClaimsDocument {
        DeliveryClaimsDocument(name: name, text: text, isGood: true)
    }

    private static func bad(_ name: String, _ text: String) -> DeliveryClaimsDocument {
        DeliveryClaimsDocument(name: name, text: text, isGood: false)
    }

    private static func with(_ members: String) -> String { #"{"bundle_version":"v28.1","# + members + "}" }

    private static func version(_ text: String) -> String { "{\"bundle_version\":\"\(text)\"}" }

    private static func waivers(_ ids: [String], digests: Int) -> String {
        let digests = Array(repeating: "\"sha256:\(hex)\"", count: digests)
        return with(
            "\"waiver_ids\":[\(ids.map { "\"\($0)\"" }.joined(separator: ","))],"
                + "\"waiver_digests\":[\(digests.joined(separator: ","))]")
    }

    private static func input(_ digest: String, uri: String = "u") -> String {
        with("\"inputs\":[{\"uri\":\"\(uri)\",\"digest\":{\(digest)}}]")
    }

    private static func inputs(_ count: Int) -> String {
        let one = "{\"uri\":\"u\",\"digest\":{\"sha256\":\"\(hex)\"}}"
        return with("\"inputs\":[\(Array(repeating: one, count: count).joined(separator: ","))]")
    }

    private static func ids(_ count: Int) -> [String] { (0..<count).map { "W-\($0)" } }

    static let all: [DeliveryClaimsDocument] = versions + waivers + inputs + shapes

    private static let versions = [
        good("two parts", version("v28.1")), good("three parts", version("v28.1.0")), good("zeros", version("v0.0")),
        good("nine digits", version("v999999999.0")), bad("ten digits", version("v1000000000.0")),
        bad("no version", "{}"), bad("empty version", version("")), bad("no v", version("28.1")),
        bad("capital v", version("V28.1")), bad("one part", version("v28")), bad("four parts", version("v28.1.0.0")),
        bad("leading zero", version("v28.01")), bad("pre-release", version("v28.1-rc1")),
        bad("trailing line feed", version("v28.1\\n")), bad("trailing dot", version("v28.1.")),
        bad("other digits", version("v28.\\u0661")), bad("range", version(">= v28.0")),
        bad("version is a number", #"{"bundle_version":28.1}"#), bad("version is null", #"{"bundle_version":null}"#),
    ]

    private static let waivers = [
        good("no waivers", waivers([], digests: 0)), good("one waiver", waivers(["W-2026-014"], digests: 1)),
        good("32 waivers", waivers(ids(32), digests: 32)), bad("33 waivers", waivers(ids(33), digests: 33)),
        bad("a digest too few", waivers(ids(3), digests: 2)), bad("a digest too many", waivers(ids(3), digests: 4)),
        bad("no digests", with(#""waiver_ids":["W-1"]"#)), bad("empty ids alone", with(#""waiver_ids":[]"#)),
        bad("digests alone", with("\"waiver_digests\":[\"sha256:\(hex)\"]")),
        bad("a waiver twice", waivers(["W-1", "W-1"], digests: 2)), bad("an empty id", waivers([""], digests: 1)),
        bad("an id with a space", waivers(["W 1"], digests: 1)),
        bad("an id with a dot first", waivers([".W"], digests: 1)),
        bad("an id with a line feed", waivers(["W-1\\n"], digests: 1)),
        good("an id of 128", waivers([String(repeating: "w", count: 128)], digests: 1)),
        bad("an id of 129", waivers([String(repeating: "w", count: 129)], digests: 1)),
        bad("an id that is a number", with("\"waiver_ids\":[1],\"waiver_digests\":[\"sha256:\(hex)\"]")),
        bad("a bare digest", with("\"waiver_ids\":[\"W\"],\"waiver_digests\":[\"\(hex)\"]")),
        bad("an uppercase digest", with("\"waiver_ids\":[\"W\"],\"waiver_digests\":[\"sha256:\(hex.uppercased())\"]")),
        bad("a SHA-512", with("\"waiver_ids\":[\"W\"],\"waiver_digests\":[\"sha512:\(hex)\(hex)\"]")),
        bad("waivers are null", with(#""waiver_ids":null,"waiver_digests":null"#)),
        bad("waivers are objects", with(#""waiver_ids":{},"waiver_digests":{}"#)),
    ]

    private static let inputs = [
        good("no inputs", inputs(0)), good("1024 inputs", inputs(1024)), bad("1025 inputs", inputs(1025)),
        good("a SHA-384", input("\"sha384\":\"\(String(repeating: "0f", count: 48))\"")),
        good("a SHA-512 and a SHA-256", input("\"sha512\":\"\(hex)\(hex)\",\"sha256\":\"\(hex)\"")),
        good("a commit", input("\"gitCommit\":\"\(String(repeating: "0f", count: 20))\"")),
        good("a SHA-256 commit", input("\"gitCommit\":\"\(hex)\"")),
        bad("a short commit", input("\"gitCommit\":\"0f0f0f0\"")), bad("no digest", input("")),
        bad("only an unknown digest", input("\"md5\":\"0f\"")), bad("SHA-1", input("\"sha1\":\"0f\"")),
        bad("an unknown digest beside", input("\"sha256\":\"\(hex)\",\"md5\":\"0f\"")),
        bad("a short digest", input("\"sha256\":\"\(hex.dropLast(2))\"")),
        bad("an odd digest", input("\"sha256\":\"\(hex)0\"")),
        bad("an uppercase input digest", input("\"sha256\":\"\(hex.uppercased())\"")),
        bad("a digest with a line feed", input("\"sha256\":\"\(hex)\\n\"")),
        bad("a digest that is null", input("\"sha256\":null")),
        bad("a null beside a digest", input("\"sha256\":\"\(hex)\",\"sha512\":null")),
        bad("digest is a text", with("\"inputs\":[{\"uri\":\"u\",\"digest\":\"sha256:\(hex)\"}]")),
        bad("no digest field", with("\"inputs\":[{\"uri\":\"u\"}]")),
        bad("no uri", with("\"inputs\":[{\"digest\":{\"sha256\":\"\(hex)\"}}]")),
        bad("an empty uri", input("\"sha256\":\"\(hex)\"", uri: "")),
        bad("a uri with a space", input("\"sha256\":\"\(hex)\"", uri: "a b")),
        bad("a uri beyond ASCII", input("\"sha256\":\"\(hex)\"", uri: "é")),
        bad("a uri with a line feed", input("\"sha256\":\"\(hex)\"", uri: "a\\n")),
        good("a uri of 2048", input("\"sha256\":\"\(hex)\"", uri: String(repeating: "u", count: 2048))),
        bad("a uri of 2049", input("\"sha256\":\"\(hex)\"", uri: String(repeating: "u", count: 2049))),
        bad(
            "an unknown field of an input",
            with("\"inputs\":[{\"uri\":\"u\",\"name\":\"n\",\"digest\":{\"sha256\":\"\(hex)\"}}]")),
        bad("inputs are null", with("\"inputs\":null")), bad("an input is a text", with("\"inputs\":[\"u\"]")),
    ]

    private static let shapes = [
        good("hermetic", with(#""hermetic":true"#)), good("not hermetic", with(#""hermetic":false"#)),
        bad("hermetic is 1", with(#""hermetic":1"#)), bad("hermetic is a text", with(#""hermetic":"true""#)),
        bad("hermetic is null", with(#""hermetic":null"#)), bad("an unknown field", with(#""extra":1"#)),
        bad("an unknown null", with(#""extra":null"#)), bad("another case", with(#""Hermetic":true"#)),
        bad("a list", "[]"), bad("null", "null"), bad("a text", "\"v28.1\""),
    ]
}
