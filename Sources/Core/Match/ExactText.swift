/// A text that is equal to another only if its UTF-8 bytes are.
///
/// `String` compares by canonical equivalence: "é" in one scalar equals "é" in two. Identities that differ in bytes are
/// different identities, and so are patterns.
struct ExactText: Sendable, Hashable {
    let string: String

    init(_ string: String) { self.string = string }

    static func == (left: ExactText, right: ExactText) -> Bool {
        left.string.isSame(as: right.string)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(string.utf8.count)
        var copy = string
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
