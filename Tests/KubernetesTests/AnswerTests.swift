import Core
import Testing

@testable import Kubernetes

/// What the API server is told, within its limits.
struct AnswerTests {
    static func answer(
        allowed: Bool = false, message: String = "", warnings: [String] = [], audit: TextMap = [:],
        version: AdmissionReview.Version = .v1
    ) -> AdmissionReview.Answer {
        AdmissionReview.Answer(
            uid: Fixtures.uid, version: version, allowed: allowed, message: message, warnings: warnings,
            auditAnnotations: audit)
    }

    @Test func aDenialIsForbiddenWithItsMessage() {
        let answer = Self.answer(message: "no\nnever", warnings: ["soon"], audit: ["decision": "deny"])
        #expect(
            String(decoding: answer.bytes, as: UTF8.self)
                == #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"allowed":false,"#
                + #""auditAnnotations":{"decision":"deny"},"status":{"code":403,"message":"no\nnever","#
                + #""reason":"Forbidden"},"uid":"\#(Fixtures.uid)","warnings":["soon"]}}"#)
    }

    @Test(arguments: AdmissionReview.Version.allCases)
    func anAnswerIsOfTheRequestsVersion(_ version: AdmissionReview.Version) throws {
        let review = try AdmissionReview(
            Fixtures.review(Fixtures.deployment(), version: .string(version.rawValue)))
        #expect(
            String(decoding: review.answer(allowed: true).bytes, as: UTF8.self)
                == #"{"apiVersion":"\#(version.rawValue)","kind":"AdmissionReview","response":{"allowed":true,"#
                + #""uid":"\#(Fixtures.uid)"}}"#)
    }

    @Test func whatCannotBeReadIsDeniedForItsUID() throws {
        let error = try #require(
            Fixtures.error { try AdmissionReview(Fixtures.with(ReviewTests.good, "request.kind", nil)) })
        let status = error.answer?.json["response"]?["status"]
        #expect(status?["code"] == 400)
        #expect(status?["reason"] == "BadRequest")
        #expect(status?["message"] == "the review cannot be read: request.kind: the field is missing")
        #expect(error.answer?.json["response"]?["allowed"] == false)
    }

    @Test(arguments: [
        ("plain é ü 日本", "plain é ü 日本"), ("a\u{1B}[31mred", "a\\u{1B}[31mred"), ("a\u{202E}b", "a\\u{202E}b"),
        ("a\tb\r\nc", "a\\u{9}b\\u{D}\nc"), ("e\u{301}", "e\\u{301}"), ("\u{0}", "\\u{0}"),
    ])
    func whatDoesNotPrintIsEscaped(_ text: String, _ shown: String) {
        let answer = Self.answer(message: text, warnings: [text])
        let response = answer.json["response"]
        #expect(response?["status"]?["message"] == .string(shown))
        let line = String(
            shown.unicodeScalars.flatMap { $0 == "\n" ? Array("\\u{A}".unicodeScalars) : [$0] }
                .map(Character.init))
        #expect(response?["warnings"]?.array == [.string(line)])
    }

    @Test(
        arguments: [
            (256, 256, nil), (257, 256, " (+32 bytes)"), (10_000, 256, " (+9775 bytes)"),
        ] as [(Int, Int, String?)])
    func aWarningIsCutWithACount(_ length: Int, _ longest: Int, _ note: String?) throws {
        let warning = try #require(AnswerText.warnings([String(repeating: "x", count: length)]).first)
        #expect(warning.utf8.count <= longest)
        #expect(warning.hasSuffix(note ?? "x"))
    }

    @Test func noCharacterIsCutThrough() {
        let text = String(repeating: "日", count: 5_000)
        for limit in 250...262 {
            let cut = AnswerText.cut(text, limit)
            #expect(cut.utf8.count <= limit)
            #expect(!cut.unicodeScalars.contains("\u{FFFD}"))
            #expect(cut.utf8.count > limit - 16)
        }
        #expect(AnswerText.message(text).utf8.count <= 8_192)
        #expect(AnswerText.message(text).hasSuffix("bytes)"))
    }

    @Test func manyWarningsAreCounted() throws {
        let line = String(repeating: "x", count: 256)
        #expect(AnswerText.warnings(Array(repeating: line, count: 16)).count == 16)
        let cut = AnswerText.warnings(Array(repeating: line, count: 100))
        #expect(cut.count == 16)
        #expect(cut.last == "85 more warnings left out")
        #expect(cut.reduce(0) { $0 + $1.utf8.count } <= 4_096)
        #expect(AnswerText.warnings(["", "a"]) == ["a"])
    }

    @Test func auditNamesAreOfTheirGrammar() {
        let audit = AnswerText.audit(["decision": "a", "mc.internal/rule": "b", "": "c"])
        #expect(audit["decision"] == "a")
        #expect(audit["xmc-internal-rulex"] == "b")
        #expect(audit["xx"] == "c")
        #expect(audit.keys.allSatisfy(NameSyntax.isQualifiedName))
    }
}
