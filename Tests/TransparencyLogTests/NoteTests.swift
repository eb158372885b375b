import Core
import Testing

@testable import TransparencyLog

/// What a note may be, and that only known keys count.
struct NoteTests {
    static let good = "origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u{2014} a.example AAAAAAEC\n"

    @Test func aGoodNoteReads() throws {
        let note = try SignedNote(Array(Self.good.utf8))
        #expect(note.signatures.map(\.name) == ["a.example"])
        #expect(note.bytes == Array(Self.good.utf8))
    }

    static let bad: [(String, String)] = [
        ("", "empty"),
        ("text\n", "without signatures"),
        ("text\n\n", "without a signature line"),
        ("\n\u{2014} a AAAAAAEC\n", "without text"),
        ("text\n\n\u{2014} a AAAAAAEC", "without the last line feed"),
        ("text\n\n\u{2014} a AAAAAA==\n", "a key ID without signature"),
        ("text\n\n\u{2014} a AAAAAAED=\n", "no base64"),
        ("text\n\n\u{2014} a AAAAAAF=\n", "base64 with bits set in its padding"),
        ("text\n\n\u{2014}  a AAAAAAEC\n", "two spaces"),
        ("text\n\n- a AAAAAAEC\n", "a hyphen for the dash"),
        ("text\n\n\u{2014} a+b AAAAAAEC\n", "a plus in the name"),
        ("text\n\n\u{2014} a\u{00A0}b AAAAAAEC\n", "a Unicode space in the name"),
        ("text\r\n\n\u{2014} a AAAAAAEC\n", "a carriage return"),
        ("te\txt\n\n\u{2014} a AAAAAAEC\n", "a tab"),
        ("text\n\n\u{2014} a AAAAAAEC\n\n", "an empty line at the end"),
        ("text\n\n" + String(repeating: "\u{2014} a AAAAAAEC\n", count: 65), "65 signatures"),
    ]

    @Test(arguments: bad)
    func aBadNoteDoesNot(_ text: String, _ why: String) {
        #expect(throws: LogError.self, "\(why)") { try SignedNote(Array(text.utf8)) }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: LogError.self) { try SignedNote([0xFF, 0x0A, 0x0A] + Array("\u{2014} a AAAAAAEC\n".utf8)) }
        #expect(throws: LogError.self) { try SignedNote([UInt8](repeating: 0x41, count: 300_000)) }
    }

    /// The text may hold empty lines; only the last one separates.
    @Test func sixteenSignaturesAndEmptyLinesAreAccepted() throws {
        let text = "a\n\nb\n\n" + String(repeating: "\u{2014} a AAAAAAEC\n", count: 16)
        let note = try SignedNote(Array(text.utf8))
        #expect(note.text == Array("a\n\nb\n".utf8))
        #expect(note.signatures.count == 16)
    }

    static let badKeys = [
        "", "a", "a+b", "a+00000000+AQ==", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
    ]

    @Test(arguments: badKeys)
    func aBadKeyDoesNotRead(_ text: String) {
        #expect(throws: LogError.self) { try VerifierKey(text) }
        #expect(throws: LogError.self) { try NoteSigner("PRIVATE+KEY+\(text)") }
    }

    @Test func onlyKnownKeysCount() throws {
        let (log, other) = (try TestLog.signer(), try TestLog.signer("other.example", 9))
        let note = try SignedNote(signing: "text\n", by: [log, other])
        #expect(note.verify([log.verifierKey]).holds)
        #expect(note.verify([log.verifierKey, other.verifierKey]).verified.count == 2)
        // The same key is one signer, however often it is given.
        #expect(note.verify([log.verifierKey, log.verifierKey]).verified.count == 1)
        let stranger = try TestLog.signer("stranger.example", 3).verifierKey
        #expect(!note.verify([stranger]).holds)
        #expect(note.verify([stranger]).forged.isEmpty)
        // The key of another name, or of another type, is another key.
        let renamed = try TestLog.signer("third.example", 7).verifierKey
        #expect(!note.verify([renamed]).holds)
        let typed = try TestLog.signer(TestLog.origin, 7, type: .cosignature).verifierKey
        #expect(!note.verify([typed]).holds)
    }

    @Test func aCosignatureBindsItsTime() throws {
        let witness = try TestLog.witness(1)
        var note = try SignedNote(signing: "text\n", by: [witness])
        let found = note.verify([witness.verifierKey])
        #expect(found.verified.map(\.timestamp) == [1_790_000_000])
        let line = note.signatures[0]
        var bytes = line.bytes
        bytes[7] ^= 1
        note.signatures = [NoteSignature(name: line.name, id: line.id, bytes: bytes)]
        #expect(note.verify([witness.verifierKey]).forged == [witness.verifierKey])
        note.signatures = [NoteSignature(name: line.name, id: line.id, bytes: Array(bytes.dropFirst(8)))]
        #expect(!note.verify([witness.verifierKey]).holds)
    }

    static let badCheckpoints = [
        "origin\n1\n", "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n99999999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n", "origin\n1\nAAAA\n",
        "origin\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nextension\n",
        "origin\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    ]

    @Test(arguments: badCheckpoints)
    func aBadCheckpointDoesNotRead(_ text: String) {
        #expect(throws: LogError.self) { try Checkpoint(text: Array(text.utf8)) }
    }

    @Test func extensionsAreKept() throws {
        let text = "origin\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\nand more\n"
        let checkpoint = try Checkpoint(text: Array(text.utf8))
        #expect(checkpoint.extensions == ["more", "and more"])
        #expect(checkpoint.text == text)
    }
}
