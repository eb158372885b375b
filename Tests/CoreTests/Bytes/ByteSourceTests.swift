import Core
import TestSupport
import Testing

@Suite struct ByteSourceTests {
    @Test(arguments: [1, 2, 7, 100])
    func memoryAndFilesGiveTheSameBytes(piece: Int) throws {
        let bytes = (0..<50).map { UInt8($0) }
        let folder = try TemporaryFolder()
        let path = try folder.write("file", bytes)
        var memory: any ByteSource = BytesSource(bytes, piece: piece)
        var file: any ByteSource = try FileSource(path)
        for source in [memory, file] {
            var source = source
            var seen: [UInt8] = []
            while case let part = try source.read(atMost: piece), !part.isEmpty {
                #expect(part.count <= piece)
                seen += part
            }
            #expect(seen == bytes)
            #expect(try source.read(atMost: 1).isEmpty)
        }
        memory = BytesSource([])
        #expect(try memory.read(atMost: 5).isEmpty)
        file = try FileSource("/dev/null")
        #expect(try file.read(atMost: 5).isEmpty)
    }

    @Test(arguments: ["/nonexistent/file", "/"])
    func whatCannotBeReadIsNamed(path: String) {
        #expect {
            let source = try FileSource(path)
            _ = try source.read(atMost: 10)
        } throws: { error in
            (error as? FileSourceError)?.path == path
        }
    }
}
