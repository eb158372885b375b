internal import Core

/// The first bytes of a connection, by which both sides agree on a version (Bolt, "Handshake").
package enum Handshake {
    /// A range of versions, and what precedes it is the same in all that this client sends and reads.
    private static let offers = [
        (highest: BoltVersion(5, 4), lowest: BoltVersion(5, 0)),
        (highest: BoltVersion(4, 4), lowest: BoltVersion(4, 2)),
    ]

    /// What the client says: that it speaks Bolt, and four offers of four bytes.
    package static let request: [UInt8] = {
        var bytes: [UInt8] = [0x60, 0x60, 0xB0, 0x17]
        for offer in offers {
            bytes += [
                0, UInt8(offer.highest.minor - offer.lowest.minor), UInt8(offer.highest.minor),
                UInt8(offer.highest.major),
            ]
        }
        return bytes + [UInt8](repeating: 0, count: 20 - bytes.count)
    }()

    /// How long the answer is, in bytes.
    package static let answerBytes = 4

    /// Reads the server's choice.
    ///
    /// - Parameter place: where the server is, for messages.
    /// - Throws: ``BoltError`` with code `version` when the server speaks none of the versions, or `malformed` when it
    ///   does not speak Bolt.
    package static func version(_ answer: [UInt8], at place: String) throws(BoltError) -> BoltVersion {
        if answer == [0, 0, 0, 0] {
            throw BoltError(
                .version, "the server speaks none of the versions 4.2 to 4.4 and 5.0 to 5.4 of Bolt", at: place)
        }
        if answer.elementsEqual("HTTP".utf8) {
            throw BoltError(
                .malformed, "the server answers in HTTP: this is not its Bolt port (which is 7687 by default)",
                at: place)
        }
        let version = BoltVersion(Int(answer[3]), Int(answer[2]))
        guard answer[0] == 0, answer[1] == 0, offers.contains(where: { ($0.lowest...$0.highest).contains(version) })
        else {
            throw BoltError(
                .malformed,
                "the server answered the handshake with \(Hex.encode(answer)), which is none of the versions offered",
                at: place)
        }
        return version
    }
}
