import Bolt
import Core
import TestSupport
import Testing

@Suite struct FramingTests {
    static let cap = Cap("bytes", 100_000)

    @Test(arguments: [(0, "0000"), (3, "00030707070000")]) func framesAMessage(count: Int, hex: String) {
        #expect(Hex.encode(ChunkFraming.frame([UInt8](repeating: 7, count: count))) == hex)
    }

    @Test func aLongMessageIsSeveralChunks() throws {
        let message = [UInt8](repeating: 7, count: 70_000)
        let framed = ChunkFraming.frame(message)
        #expect(framed.prefix(2) == [0xFF, 0xFF])
        #expect(framed.count == 70_000 + 6)
        var framing = ChunkFraming(cap: Self.cap)
        #expect(try framing.receive(framed) == [message])
    }

    /// Wherever the network cuts, the same messages come, and signs of life between them are none.
    @Test(arguments: [1, 2, 3, 7, 65_535]) func everySplitGivesTheSame(size: Int) throws {
        let messages: [[UInt8]] = [[1], Array(0..<40), [0, 0, 0], Array(repeating: 9, count: 70)]
        var bytes: [UInt8] = [0, 0]
        for message in messages { bytes += ChunkFraming.frame(message, size: size) + [0, 0, 0, 0] }
        for cut in bytes.indices {
            var framing = ChunkFraming(cap: Self.cap)
            let received = try framing.receive(Array(bytes[..<cut])) + framing.receive(Array(bytes[cut...]))
            #expect(received == messages)
            #expect(framing.isBetweenMessages)
        }
        var framing = ChunkFraming(cap: Self.cap)
        #expect(try bytes.flatMap { try framing.receive([$0]) } == messages)
    }

    @Test func knowsWhenItIsInTheMiddle() throws {
        var framing = ChunkFraming(cap: Self.cap)
        for byte: UInt8 in [0, 1, 7, 0] {
            #expect(try framing.receive([byte]).isEmpty)
            #expect(!framing.isBetweenMessages)
        }
        #expect(try framing.receive([0]) == [[7]])
        #expect(framing.isBetweenMessages)
    }

    @Test func aLengthBeyondTheCapIsRefusedBeforeItsBytes() throws {
        var fitting = ChunkFraming(cap: Cap("bytes", 10))
        #expect(try fitting.receive([0, 6] + [UInt8](repeating: 1, count: 6) + [0, 4, 1, 1, 1, 1, 0, 0]).count == 1)
        var framing = ChunkFraming(cap: Cap("bytes", 10))
        let error = #expect(throws: PackStreamError.self) {
            try framing.receive([0, 6] + [UInt8](repeating: 1, count: 6) + [0, 5])
        }
        #expect(error?.code == .tooLarge)
    }
}

@Suite struct HandshakeTests {
    @Test func offersTheSpecifiedVersions() {
        #expect(Hex.encode(Handshake.request) == "6060b01700040405000204040000000000000000")
    }

    @Test(arguments: [
        ("00000405", BoltVersion(5, 4)), ("00000105", BoltVersion(5, 1)), ("00000005", BoltVersion(5, 0)),
        ("00000404", BoltVersion(4, 4)), ("00000204", BoltVersion(4, 2)),
    ]) func takesAnyVersionOffered(hex: String, version: BoltVersion) throws {
        #expect(try Handshake.version(#require(Hex.decode(hex)), at: "") == version)
    }

    @Test(arguments: [
        ("00000000", BoltError.Code.version), ("00000505", .malformed), ("00000104", .malformed),
        ("00000003", .malformed),
        ("000001ff", .malformed), ("00010404", .malformed), ("48545450", .malformed),
    ]) func refusesOthers(hex: String, code: BoltError.Code) throws {
        let answer = try #require(Hex.decode(hex))
        let error = #expect(throws: BoltError.self) { try Handshake.version(answer, at: "here") }
        #expect(error?.code == code)
        #expect(error?.place == "here")
    }
}
