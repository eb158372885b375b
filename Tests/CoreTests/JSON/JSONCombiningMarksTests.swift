import Core
import Testing

/// Runs of combining marks, which Unicode's normalisation sorts in quadratic time at every comparison.
struct JSONCombiningMarksTests {
    private static let limit = 128

    /// Marks of two classes by turns, which is the order that costs most.
    private static func marks(_ count: Int) -> String {
        var text = "a"
        for index in 0..<count { text.unicodeScalars.append(index.isMultiple(of: 2) ? "\u{301}" : "\u{316}") }
        return text
    }

    @Test func aRunUpToTheCapIsRead() throws {
        let text = Self.marks(Self.limit)
        #expect(try JSONValue(parsing: "[\"\(text)\"]") == [.string(text)])
    }

    @Test(arguments: [
        "[\"\(marks(limit + 1))\"]", "{\"\(marks(limit + 1))\":1}", "[\"\\u0061\(marks(limit + 1))\"]",
        "[\"a" + String(repeating: "\\u0301", count: limit + 1) + "\"]",
    ])
    func aLongerRunIsRefused(text: String) throws {
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error.code == .tooLarge)
        #expect(error.message == "too large: 129 combining marks in a row, at most 128 are accepted")
    }

    @Test func letterBetweenMarksBeginsAnotherRun() throws {
        let text = String(repeating: Self.marks(Self.limit), count: 1_000)
        #expect(try JSONValue(parsing: "[\"\(text)\"]").array?.count == 1)
    }

    /// Sorting this run takes minutes.
    @Test func aMillionMarksAreRefusedAtOnce() {
        let text = "{\"\(Self.marks(1_000_000))\":1}"
        let time = ContinuousClock().measure { _ = try? JSONValue(parsing: text) }
        #expect(time < .seconds(10))
    }
}
