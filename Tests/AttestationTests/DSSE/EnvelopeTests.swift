import Attestation
import Core
import Testing

@Suite struct EnvelopeTests {
    // DSSE protocol v1, "Signature Definition" and its test vectors.
    @Test(arguments: [
        ("http://example.com/HelloWorld", "hello world", "DSSEv1 29 http://example.com/HelloWorld 11 hello world"),
        ("", "", "DSSEv1 0  0 "), ("é", "日", "DSSEv1 2 é 3 日"),
    ])
    func theEncodingCountsBytes(type: String, payload: String, expected: String) {
        let envelope = Envelope(payload: Array(payload.utf8), payloadType: type, signatures: [])
        #expect(envelope.preAuthenticationEncoding == Array(expected.utf8))
    }

    @Test func movingABoundaryChangesTheEncoding() {
        let left = Envelope(payload: Array("b c".utf8), payloadType: "a", signatures: [])
        let right = Envelope(payload: Array("c".utf8), payloadType: "a 3 b", signatures: [])
        #expect(left.preAuthenticationEncoding != right.preAuthenticationEncoding)
    }

    private func parse(_ text: String, strict: Bool = false) throws -> Envelope {
        try Envelope(JSONCursor(JSONValue(parsing: text)), strict: strict)
    }

    @Test func envelopesRoundTrip() throws {
        let envelope = Envelope(
            payload: Array("{}".utf8), payloadType: Envelope.inTotoPayloadType,
            signatures: [.init(bytes: [1, 2], keyID: "key"), .init(bytes: [3])])
        #expect(try Envelope(parsing: envelope.json.canonical) == envelope)
    }

    @Test(arguments: [
        ("{}", "payloadType"), (#"{"payloadType":"t","signatures":[{"sig":"AA=="}]}"#, "payload"),
        (#"{"payloadType":1,"payload":"","signatures":[{"sig":"AA=="}]}"#, "payloadType"),
        (#"{"payloadType":"t","payload":"AA=","signatures":[{"sig":"AA=="}]}"#, "payload"),
        (#"{"payloadType":"t","payload":"_-==","signatures":[{"sig":"AA=="}]}"#, "payload"),
        (#"{"payloadType":"t","payload":""}"#, "signatures"),
        (#"{"payloadType":"t","payload":"","signatures":[]}"#, "signatures"),
        (#"{"payloadType":"t","payload":"","signatures":[{}]}"#, "signatures[0].sig"),
        (#"{"payloadType":"t","payload":"","signatures":[{"sig":"AB=="}]}"#, "signatures[0].sig"),
        (#"{"payloadType":"t","payload":"","signatures":[{"sig":"AA==","keyid":1}]}"#, "signatures[0].keyid"),
    ])
    func malformedEnvelopesAreRefusedAtTheField(text: String, field: String) {
        #expect(jsonError { _ = try parse(text) }?.location == .field(field))
    }

    @Test func unknownFieldsAreRefusedWhereAsked() throws {
        let text = #"{"payloadType":"t","payload":"","signatures":[{"sig":"AA==","cert":""}]}"#
        #expect(throws: Never.self) { try parse(text) }
        #expect(throws: JSONError.self) { try parse(text, strict: true) }
        #expect(throws: Never.self) { try parse(text.replacing(#","cert":"""#, with: ""), strict: true) }
    }

    @Test(arguments: [
        ("_-8=", true, true), ("_-8=", false, false), ("/+8=", true, true), ("/-8=", true, false),
        ("_-9=", true, false),
    ])
    func urlSafeBase64IsReadWhereAsked(payload: String, urlSafe: Bool, accepted: Bool) throws {
        let text = "{\"payloadType\":\"t\",\"payload\":\"\(payload)\",\"signatures\":[{\"sig\":\"AA==\"}]}"
        let cursor = JSONCursor(try JSONValue(parsing: text))
        let envelope = try? Envelope(cursor, urlSafe: urlSafe)
        #expect(envelope?.payload == (accepted ? [0xFF, 0xEF] : nil))
    }

    @Test(arguments: [(32, true), (33, false)])
    func signaturesAreCapped(count: Int, accepted: Bool) {
        let signatures = Array(repeating: #"{"sig":"AA=="}"#, count: count).joined(separator: ",")
        let error = jsonError { _ = try parse(#"{"payloadType":"t","payload":"","signatures":["# + signatures + "]}") }
        #expect(error?.code == (accepted ? nil : .tooLarge))
    }
}
