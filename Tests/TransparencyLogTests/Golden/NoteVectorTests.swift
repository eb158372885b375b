import Core
import Testing

@testable import TransparencyLog

/// Notes and keys that others published.
struct NoteVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let key: String
        let text: String
        let signature: String

        var note: [UInt8] { Array("\(text)\n\u{2014} \(signature)\n".utf8) }
    }

    static let vectors = [
        Vector(
            testDescription: "C2SP signed-note, example.com/foo",
            key: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            text: "This is an example message.\n",
            signature:
                "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72"
                + "IneyaQM="),
        Vector(
            testDescription: "golang.org/x/mod/sumdb/note, PeterNeumann",
            key: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            text:
                "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
            signature:
                "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
                + "BwJnAM="),
    ]

    @Test(arguments: vectors)
    func verifies(_ vector: Vector) throws {
        let key = try VerifierKey(vector.key)
        #expect(key.description == vector.key)
        let note = try SignedNote(vector.note)
        #expect(note.text == Array(vector.text.utf8))
        #expect(note.verify([key]).holds)
        #expect(note.bytes == vector.note)
    }

    @Test(arguments: vectors)
    func aChangedLetterDoesNot(_ vector: Vector) throws {
        var bytes = vector.note
        bytes[3] ^= 1
        let changed = try SignedNote(bytes)
        let found = changed.verify([try VerifierKey(vector.key)])
        #expect(!found.holds)
        #expect(found.forged.count == 1)
    }

    /// Ed25519 is deterministic: the published private key makes the published signature.
    @Test func signsAsPublished() throws {
        let vector = Self.vectors[1]
        let signer = try NoteSigner("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
        #expect(signer.verifierKey.description == vector.key)
        #expect(try SignedNote(signing: vector.text, by: [signer]).bytes == vector.note)
        #expect(try NoteSigner(signer.secretText).verifierKey == signer.verifierKey)
    }

    static let keys = [
        "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    ]

    @Test(arguments: keys)
    func publishedKeysRead(_ text: String) throws {
        #expect(try VerifierKey(text).description == text)
    }
}
