import Attestation
import Core
import Testing

@Suite struct StatementTests {
    private static let hex = String(repeating: "ab", count: 32)

    private func text(
        type: String = "https://in-toto.io/Statement/v1", subject: String, predicateType: String = "\"t\""
    ) -> [UInt8] {
        Array(
            "{\"_type\":\"\(type)\",\"subject\":\(subject),\"predicateType\":\(predicateType),\"predicate\":{}}".utf8)
    }

    private static let good = "[{\"name\":\"a\",\"digest\":{\"sha256\":\"\(hex)\"}}]"

    @Test(arguments: [
        ("https://in-toto.io/Statement/v1", Statement.Version.v1), ("https://in-toto.io/Statement/v0.1", .v0_1),
    ])
    func bothVersionsAreRead(type: String, version: Statement.Version) throws {
        let statement = try Statement(parsing: text(type: type, subject: Self.good))
        #expect(statement.version == version)
        #expect(statement.subjects.first?.name == "a")
        #expect(try Statement(parsing: statement.json.canonical) == statement)
    }

    @Test(arguments: [
        "", "https://in-toto.io/Statement/v2", "https://in-toto.io/Statement/v1/", "https://in-toto.io/Statement/V1",
        "http://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v1 ",
    ])
    func otherTypesAreRefused(type: String) {
        #expect(
            jsonError { _ = try Statement(parsing: text(type: type, subject: Self.good)) }?.location == .field("_type"))
    }

    @Test(arguments: [
        ("[]", "subject"), ("{}", "subject"), ("[{}]", "subject[0].digest"), ("[{\"digest\":{}}]", "subject[0].digest"),
        ("[{\"digest\":[]}]", "subject[0].digest"), ("[{\"digest\":{\"sha256\":1}}]", "subject[0].digest.sha256"),
        ("[{\"digest\":{\"sha256\":\"\"}}]", "subject[0].digest.sha256"),
        ("[{\"digest\":{\"sha256\":\"\(hex.dropLast())\"}}]", "subject[0].digest.sha256"),
        ("[{\"digest\":{\"sha256\":\"\(hex.uppercased())\"}}]", "subject[0].digest.sha256"),
        ("[{\"digest\":{\"sha512\":\"\(hex)\"}}]", "subject[0].digest.sha512"),
        ("[{\"digest\":{\"sha256\":\" \(hex)\"}}]", "subject[0].digest.sha256"),
        ("[{\"name\":1,\"digest\":{\"sha256\":\"\(hex)\"}}]", "subject[0].name"),
    ])
    func malformedSubjectsAreRefusedAtTheField(subject: String, field: String) {
        #expect(jsonError { _ = try Statement(parsing: text(subject: subject)) }?.location == .field(field))
    }

    @Test(arguments: ["\"\"", "1", "null"])
    func thePredicateTypeMustSaySomething(type: String) {
        #expect(
            jsonError { _ = try Statement(parsing: text(subject: Self.good, predicateType: type)) }?.location
                == .field("predicateType"))
    }

    @Test(arguments: [(1024, true), (1025, false)])
    func subjectsAreCapped(count: Int, accepted: Bool) {
        let one = "{\"digest\":{\"sha256\":\"\(Self.hex)\"}}"
        let subject = "[" + Array(repeating: one, count: count).joined(separator: ",") + "]"
        #expect(jsonError { _ = try Statement(parsing: text(subject: subject)) }?.code == (accepted ? nil : .tooLarge))
    }

    @Test(arguments: [(32, true), (33, false)])
    func digestsOfOneSubjectAreCapped(count: Int, accepted: Bool) {
        let digests = (0..<count).map { "\"a\($0)\":\"x\"" }.joined(separator: ",")
        let subject = "[{\"digest\":{\(digests)}}]"
        #expect(jsonError { _ = try Statement(parsing: text(subject: subject)) }?.code == (accepted ? nil : .tooLarge))
    }

    @Test func aStatementIsAboutItsSubjectsOnly() throws {
        let statement = try Statement(
            parsing: text(subject: "[{\"digest\":{\"sha256\":\"\(Self.hex)\",\"gce_image_id\":\"K1\"}}]"))
        #expect(statement.isAbout(SubjectDigest(algorithm: "sha256", value: Self.hex)))
        #expect(!statement.isAbout(SubjectDigest(algorithm: "sha256", value: String(repeating: "00", count: 32))))
        #expect(!statement.isAbout(SubjectDigest(algorithm: "sha384", value: Self.hex)))
        #expect(statement.isAbout(SubjectDigest(algorithm: "gce_image_id", value: "K1")))
        #expect(!statement.isAbout(SubjectDigest(algorithm: "gce_image_id", value: "\u{212A}1")))
    }

    @Test func duplicateNamesAreRefused() {
        let twice = "[{\"digest\":{\"sha256\":\"\(Self.hex)\",\"sha256\":\"\(Self.hex)\"}}]"
        #expect(jsonError { _ = try Statement(parsing: text(subject: twice)) }?.code == .duplicateName)
    }
}

@Suite struct SubjectDigestTests {
    private static let hex = String(repeating: "ab", count: 32)

    @Test(arguments: ["a:b:c", "app:1.0.tgz", "dist/app:10", "sha256:", ":ab", "sha256", "sha256:\u{301}ab"])
    func whatIsNoWordIsNoDigest(text: String) {
        #expect(SubjectDigest(text) == nil)
    }

    @Test(arguments: [
        ("sha256:" + hex, "sha256", hex), ("gitCommit:abc", "gitCommit", "abc"),
        ("gce_image_id:8970095005306000053", "gce_image_id", "8970095005306000053"),
    ])
    func textsAreSplitAtTheColon(text: String, algorithm: String, value: String) throws {
        let digest = try #require(SubjectDigest(text))
        #expect(digest == SubjectDigest(algorithm: algorithm, value: value))
        #expect(digest.description == text)
        #expect(SubjectDigest(try #require(Digest("sha256:" + Self.hex))).digest?.hex == Self.hex)
    }

    @Test(arguments: ["", ":", "sha256", ":x", "sha256:", "sha256:abc", "sha512:" + hex, "sha256:" + hex.uppercased()])
    func otherTextsAreRefused(text: String) {
        #expect(SubjectDigest(text) == nil)
    }
}
