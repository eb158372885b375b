/// Textual encodings of keys and certificates (RFC 7468), read strictly.
public enum PEM {
    /// One block: what the label says it is, and its DER bytes.
    public struct Block: Sendable, Hashable {
        /// The label, such as "CERTIFICATE" or "PUBLIC KEY".
        public let label: String
        public let bytes: [UInt8]

        public init(label: String, bytes: [UInt8]) {
            self.label = label
            self.bytes = bytes
        }
    }

    /// At most this many blocks are read from one text.
    public static let maximumBlocks = Cap("PEM blocks", 64)

    /// Reads every block of a text; text outside of blocks is explanatory and ignored (RFC 7468 §2).
    ///
    /// - Throws: ``PEMError`` with the line when a block is not closed, its labels differ, it is not base64, or there
    ///   are too many.
    public static func decode(_ text: String) throws(PEMError) -> [Block] {
        let bytes = Array(text.utf8)
        var blocks: [Block] = []
        var open: Boundary?
        var body: [UInt8] = []
        var number = 0
        var start = 0
        while start <= bytes.count {
            number += 1
            let line = trim(line(of: bytes, from: &start))
            if let label = open?.label {
                if line.elementsEqual(open?.end ?? []) {
                    guard let decoded = body.withUnsafeBufferPointer({ Base64.decode($0) }), !decoded.isEmpty else {
                        throw PEMError(line: number, message: "the \(label) block is not canonical base64")
                    }
                    guard blocks.count < maximumBlocks.limit else {
                        throw PEMError(line: number, message: "more than \(maximumBlocks.limit) blocks")
                    }
                    blocks.append(Block(label: label, bytes: decoded))
                    open = nil
                    body = []
                } else if line.starts(with: "-----".utf8) {
                    throw PEMError(line: number, message: "expected -----END \(label)-----, saw \(excerpt(line))")
                } else {
                    body.append(contentsOf: line)
                }
            } else if line.starts(with: "-----BEGIN".utf8) || line.starts(with: "-----END".utf8) {
                // A boundary with a typing error must not make its block vanish into the explanatory text.
                guard let boundary = Boundary(line) else {
                    throw PEMError(line: number, message: "expected -----BEGIN LABEL-----, saw \(excerpt(line))")
                }
                open = boundary
            }
        }
        if let open {
            throw PEMError(line: number, message: "the \(open.label) block has no -----END \(open.label)----- line")
        }
        return blocks
    }

    /// Writes one block with 64-character lines.
    public static func encode(label: String, bytes: [UInt8]) -> String {
        let body = Array(Base64.encode(bytes).utf8)
        var text = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: body.count, by: 64) {
            text += String(decoding: body[start..<min(start + 64, body.count)], as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }

    /// A line that opens a block, and the line that must close it.
    private struct Boundary {
        let label: String
        let end: [UInt8]

        init?(_ line: ArraySlice<UInt8>) {
            guard line.starts(with: "-----BEGIN ".utf8), line.count > 16,
                line.suffix(5).elementsEqual("-----".utf8)
            else { return nil }
            let label = line.dropFirst(11).dropLast(5)
            guard label.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
            self.label = String(decoding: label, as: UTF8.self)
            end = Array("-----END ".utf8) + label + Array("-----".utf8)
        }
    }

    /// The line that begins at `start`, which moves behind its end: CR, LF or both (RFC 7468 §3).
    private static func line(of bytes: [UInt8], from start: inout Int) -> ArraySlice<UInt8> {
        let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
        let line = bytes[start..<end]
        let isPair = end + 1 < bytes.count && bytes[end] == 0x0D && bytes[end + 1] == 0x0A
        start = end + (isPair ? 2 : 1)
        return line
    }

    private static func trim(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.prefix((line.lastIndex { $0 != 0x20 && $0 != 0x09 } ?? line.startIndex - 1) - line.startIndex + 1)
    }

    private static func excerpt(_ line: ArraySlice<UInt8>) -> String {
        String(String(decoding: line, as: UTF8.self).prefix(80))
    }
}

/// A text that is not well-formed PEM.
public struct PEMError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    public let message: String

    public var description: String { "not valid PEM at line \(line): \(message)" }
}
