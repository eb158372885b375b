import Core
import Foundation
import TestSupport
import Testing

@testable import Compression

@Suite struct DecompressedSourceTests {
    static let text = String(repeating: "What is in it? ", count: 8) + "Nothing else.\n"

    /// The text above, as gzip, xz, zstd and bzip2 wrote it.
    static let minted: [CompressionFormat: String] = [
        .gzip: "H4sIAAAAAAACAwvPSCxRyCxWyMxTyCyxVwinF9cvvyQjMy9dITWnOFWPCwDhh31IhgAAAA==",
        .xz: "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ACFACNdACuaCCd1GT3XLo7cAcLaTB58QktouXn2eqzJ/4dzn07vy0gAAAArosiD6GYAbAAB"
            + "P4YBAAAA8kNjsLHEZ/sCAAAAAARZWg==",
        .zstd: "KLUv/QRYJQEA6FdoYXQgaXMgaW4gaXQ/IE5vdGhpbmcgZWxzZS4KAQBG0lkH5rSqag==",
        .bzip2:
            "QlpoOTFBWSZTWZvc7Q4AABnfgAAQQAEAAIABAIAi5YwAIABQpgAJoFVTaR6mjJ6SLjFDYoZgYGNCbzkTcdWDv7g1YVQgb/F3JFOFCQm9"
            + "ztDg",
    ]
    static let formats = CompressionFormat.allCases.filter { $0 != .plain }

    static func bytes(_ format: CompressionFormat) throws -> [UInt8] {
        try #require(Base64.decode(minted[format] ?? ""))
    }

    static func read(
        _ bytes: [UInt8], piece: Int = .max, atMost: Int = 1 << 16,
        limits: DecompressionLimits = DecompressionLimits(input: 1 << 24, output: 1 << 26)
    ) throws -> [UInt8] {
        let source = try DecompressedSource(BytesSource(bytes, piece: piece), limits: limits)
        var result: [UInt8] = []
        while case let part = try source.read(atMost: atMost), !part.isEmpty { result += part }
        #expect(try source.read(atMost: 1).isEmpty)
        #expect(source.count == result.count && source.compressedCount == bytes.count)
        return result
    }

    static func refusal(
        _ bytes: [UInt8], piece: Int = .max, limits: DecompressionLimits = .standard
    ) -> DecompressionError? {
        do {
            _ = try read(bytes, piece: piece, limits: limits)
            return nil
        } catch {
            return error as? DecompressionError
        }
    }

    @Test(arguments: formats)
    func everyFormatIsReadInPiecesOfAnySize(format: CompressionFormat) throws {
        let bytes = try Self.bytes(format)
        #expect(CompressionFormat(magic: bytes) == format)
        for piece in [1, 2, 3, 7, 50, 1_000] {
            for most in [1, 5, 1 << 16] {
                #expect(try Self.read(bytes, piece: piece, atMost: most) == Array(Self.text.utf8))
            }
        }
    }

    @Test(arguments: ["", "{", "{\"bomFormat\":1}", "BZ", "BZh0", "(not zstd", "\u{1F}"])
    func whatHasNoMagicPassesThrough(text: String) throws {
        for piece in [1, 100] { #expect(try Self.read(Array(text.utf8), piece: piece) == Array(text.utf8)) }
    }

    @Test(arguments: formats)
    func truncationAtEveryByteIsAnError(format: CompressionFormat) throws {
        let bytes = try Self.bytes(format)
        for length in CompressionFormat.magicLength..<bytes.count {
            for piece in [1, 1_000] {
                #expect(Self.refusal(Array(bytes.prefix(length)), piece: piece)?.code == .truncated, "\(length) bytes")
            }
        }
    }

    @Test(arguments: formats)
    func membersBehindEachOtherAreOneText(format: CompressionFormat) throws {
        let bytes = try Self.bytes(format)
        for piece in [1, 13, 1_000] {
            #expect(try Self.read(bytes + bytes + bytes, piece: piece).count == 3 * Self.text.utf8.count)
        }
    }

    @Test(arguments: formats, [[0x00], [0x7B], [0x1F], Array("garbage, more than a magic".utf8)] as [[UInt8]])
    func trailingBytesAreAnError(format: CompressionFormat, rest: [UInt8]) throws {
        for piece in [1, 1_000] {
            #expect(Self.refusal(try Self.bytes(format) + rest, piece: piece)?.code == .trailingBytes)
        }
    }

    @Test func anXZFileMayBePaddedInFours() throws {
        let bytes = try Self.bytes(.xz)
        #expect(
            try Self.read(bytes + [0, 0, 0, 0] + bytes + [0, 0, 0, 0, 0, 0, 0, 0]).count == 2 * Self.text.utf8.count)
        #expect(Self.refusal(bytes + [0, 0, 0])?.code == .trailingBytes)
        #expect(Self.refusal(bytes + [0, 0, 0] + bytes)?.code == .trailingBytes)
    }

    @Test func aZstdFrameWithoutContentIsPassedOver() throws {
        let skippable: [UInt8] = [0x51, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let bytes = try Self.bytes(.zstd)
        for piece in [1, 1_000] {
            #expect(try Self.read(skippable + bytes + skippable, piece: piece) == Array(Self.text.utf8))
        }
    }

    @Test(arguments: formats)
    func damageIsAnErrorAndNeverAnotherText(format: CompressionFormat) throws {
        let bytes = try Self.bytes(format)
        for place in 6..<bytes.count {
            var damaged = bytes
            damaged[place] ^= 0x10
            do {
                // Only what no checksum covers may change unseen: a gzip header's fields.
                #expect(try Self.read(damaged) == Array(Self.text.utf8), "byte \(place)")
            } catch {
                #expect(error is DecompressionError)
            }
        }
    }

    @Test(arguments: formats)
    func eachCapIsNamed(format: CompressionFormat) throws {
        let bytes = try Self.bytes(format)
        let count = Self.text.utf8.count
        func cap(_ limits: DecompressionLimits) -> String? { Self.refusal(bytes, limits: limits)?.cap?.name }
        let ample = DecompressionLimits(input: bytes.count, output: count, ratio: 8, ratioFloor: 0)
        #expect(cap(ample) == nil)
        #expect(cap(DecompressionLimits(input: bytes.count - 1, output: count)) == ample.input.name)
        #expect(cap(DecompressionLimits(input: bytes.count, output: count - 1)) == ample.output.name)
        #expect(
            cap(DecompressionLimits(input: 1 << 20, output: 1 << 20, ratio: 0, ratioFloor: 0)) == ample.ratio.name)
    }

    // As xz and zstd write it for a dictionary of 512 MiB, which the decoder would have to keep.
    @Test(arguments: [
        "/Td6WFoAAATm1rRGAgAhASIAAACCQKzc4ACFACNdACuaCCd1GT3XLo7cAcLaTB58QktouXn2eqzJ/4dzn07vy0gAAAArosiD6GYAbAABP4YB"
            + "AAAA8kNjsLHEZ/sCAAAAAARZWg==",
        "KLUv/QSYZQAAEAAAAgAJzs0deAAL4LR8tw==",
    ])
    func aDecodersMemoryIsCapped(text: String) throws {
        let error = Self.refusal(try #require(Base64.decode(text)))
        #expect(error?.code == .tooLarge)
        #expect(error?.cap == DecompressionLimits.standard.window)
    }

    /// A few kilobytes that would fill any memory: 79 bytes of bzip2 hold 64 MiB.
    @Test(arguments: [("gzip", "-9"), ("bzip2", "-9"), ("xz", "-6"), ("zstd", "-19")])
    func bombsEndAtTheCap(program: String, level: String) async throws {
        guard let path = Self.program(program) else {
            print("skipped: no \(program) to make a bomb with")
            return
        }
        let folder = try TemporaryFolder()
        let file = try folder.write("zeros", [UInt8](repeating: 0, count: 8 << 20))
        #expect(try await TestProgram.run(path, [level, "-q", "-k", file]).status == 0)
        let suffix = try #require(["gzip": "gz", "bzip2": "bz2", "xz": "xz", "zstd": "zst"][program])
        let bytes = try Array(Data(contentsOf: URL(filePath: "\(file).\(suffix)")))
        let limits = DecompressionLimits(input: 1 << 20, output: 1 << 30)
        #expect(Self.refusal(bytes, limits: limits)?.cap?.name == limits.ratio.name)
        let most = DecompressionLimits(input: 1 << 20, output: 5 << 20, ratio: .max)
        #expect(Self.refusal(bytes, limits: most)?.cap?.name == most.output.name)
        let ample = DecompressionLimits(input: 1 << 20, output: 8 << 20, ratio: .max)
        #expect(try Self.read(bytes, limits: ample).count == 8 << 20)
    }

    /// Megabytes of text as the real programs write them, at their extremes.
    @Test(arguments: [
        ("gzip", "-1"), ("gzip", "-9"), ("bzip2", "-1"), ("bzip2", "-9"), ("xz", "-0"), ("xz", "-9e"), ("zstd", "-1"),
        ("zstd", "-19"),
    ])
    func whatTheProgramsWriteIsRead(program: String, level: String) async throws {
        guard let path = Self.program(program) else {
            print("skipped: no \(program) to compare with")
            return
        }
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("{}\":, abcdefgh0123\n".utf8)
        let text = (0..<400_000).map { _ in alphabet[generator.below(alphabet.count)] }
        let folder = try TemporaryFolder()
        let file = try folder.write("text", text)
        #expect(try await TestProgram.run(path, [level, "-q", "-k", file]).status == 0)
        let suffix = try #require(["gzip": "gz", "bzip2": "bz2", "xz": "xz", "zstd": "zst"][program])
        let bytes = try Array(Data(contentsOf: URL(filePath: "\(file).\(suffix)")))
        for piece in [997, Int.max] { #expect(try Self.read(bytes, piece: piece) == text) }
    }

    static func program(_ name: String) -> String? {
        ["/usr/bin/\(name)", "/bin/\(name)"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
