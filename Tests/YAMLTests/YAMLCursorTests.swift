import Core
import Testing

@testable import YAML

/// Reading field by field: each question with an answer and with a refusal that names file, line, column and field.
@Suite struct YAMLCursorTests {
    static let text = """
        name: payments
        empty: ""
        blank: "  "
        nothing: ~
        bare:
        flag: true
        count: 12
        ratio: 1.5
        yes: yes
        at: 2026-01-20T10:00:00Z
        list: [a, b, 3]
        texts: [a, b]
        spec:
          match: {images: [x]}
        """

    private static func root() throws -> YAMLCursor {
        try YAMLReader.document(Array(text.utf8), file: "p.yaml")
    }

    private static func refusal<T>(_ body: (YAMLCursor) throws -> T) throws -> String {
        let root = try root()
        do {
            return "read: \(try body(root))"
        } catch {
            return "\(error)"
        }
    }

    static let pair = Cap("elements", 2)

    @Test func answers() throws {
        let root = try Self.root()
        #expect(try root.required("name").text() == "payments")
        #expect(try root.required("empty").string().isEmpty)
        #expect(try root.optional("nothing") == nil)
        #expect(try root.optional("bare") == nil)
        #expect(try root.optional("absent") == nil)
        #expect(try root.required("flag").bool())
        #expect(try root.required("count").integer() == 12)
        #expect(try root.required("at").instant() == Instant(rfc3339: "2026-01-20T10:00:00Z"))
        #expect(try root.strings("texts", Self.pair) == ["a", "b"])
        #expect(try root.strings("absent", Self.pair).isEmpty)
        #expect(try root.required("spec").required("match").json == ["images": ["x"]])
        #expect(try root.members().map(\.name).prefix(2) == ["name", "empty"])
        try root.required("spec").allow(only: ["match", "mode"])
    }

    @Test func refusalsNameThePlace() throws {
        #expect(try Self.refusal { try $0.required("absent") } == "p.yaml:1:1: absent: the field is missing")
        #expect(try Self.refusal { try $0.required("bare") } == "p.yaml:5:1: bare: the field has no value")
        #expect(
            try Self.refusal { try $0.required("empty").text() }
                == "p.yaml:2:8: empty: expected text, saw an empty one")
        #expect(
            try Self.refusal { try $0.required("blank").text() }
                == "p.yaml:3:8: blank: expected text, saw an empty one")
        #expect(
            try Self.refusal { try $0.required("count").text() }
                == "p.yaml:7:8: count: expected text, saw a number; put it in quotes")
        #expect(try Self.refusal { try $0.required("list").text() } == "p.yaml:11:7: list: expected text, saw a list")
        #expect(
            try Self.refusal { try $0.required("yes").bool() }
                == "p.yaml:9:6: yes: expected true or false, saw the text \"yes\"")
        #expect(
            try Self.refusal { try $0.required("ratio").integer() }
                == "p.yaml:8:8: ratio: expected a whole decimal number, saw a number")
        #expect(
            try Self.refusal { try $0.required("name").instant() }
                == "p.yaml:1:7: name: expected a time such as 2026-01-20T10:00:00Z, saw the text \"payments\"")
        #expect(
            try Self.refusal { try $0.required("name").elements(Self.pair) }
                == "p.yaml:1:7: name: expected a list, saw the text \"payments\"")
        #expect(
            try Self.refusal { try $0.required("list").elements(Self.pair) }
                == "p.yaml:11:7: list: too large: 3 elements, at most 2 are accepted")
        #expect(
            try Self.refusal { try $0.strings("list", Cap("elements", 3)) }
                == "p.yaml:11:14: list[2]: expected text, saw a number; put it in quotes")
        #expect(
            try Self.refusal { try $0.required("flag").members() }
                == "p.yaml:6:7: flag: expected a mapping, saw true")
    }

    @Test(arguments: [
        (["matches", "mode"], "did you mean matches? known are matches, mode"),
        (["MATCH", "mode"], "did you mean MATCH? known are MATCH, mode"),
        (["mathc", "hatch"], "did you mean mathc or hatch? known are mathc, hatch"),
        (["require", "bind"], "known are require, bind"),
    ])
    func anUnknownFieldNamesTheNearest(known: [String], end: String) throws {
        #expect(
            try Self.refusal { try $0.required("spec").allow(only: known) }
                == "p.yaml:14:3: spec.match: unknown field; \(end)")
    }
}
