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
        var blocks: [Block] = []
        var label: String?
        var body = ""
        var number = 0
        for rawLine in text.split(omittingEmptySubsequences: false, whereSeparator: { lineEnds.contains($0) }) {
            number += 1
            let line = trim(rawLine)
            if let open = label {
                if line.isSame(as: "-----END \(open)-----") {
                    guard let bytes = Base64.decode(body), !bytes.isEmpty else {
                        throw PEMError(line: number, message: "the \(open) block is not canonical base64")
                    }
                    guard blocks.count < maximumBlocks.limit else {
                        throw PEMError(line: number, message: "more than \(maximumBlocks.limit) blocks")
                    }
                    blocks.append(Block(label: open, bytes: bytes))
                    label = nil
                    body = ""
                } else if line.hasPrefix("-----") {
                    throw PEMError(line: number, message: "expected -----END \(open)-----, saw \(line.prefix(80))")
                } else {
                    body += line
                }
            } else if line.hasPrefix("-----BEGIN") || line.hasPrefix("-----END") {
                // A boundary with a typing error must not make its block vanish into the explanatory text.
                guard let open = Self.label(of: line) else {
                    throw PEMError(line: number, message: "expected -----BEGIN LABEL-----, saw \(line.prefix(80))")
                }
                label = open
            }
        }
        if let open = label {
            throw PEMError(line: number, message: "the \(open) block has no -----END \(open)----- line")
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

    // RFC 7468 §3: CR, LF or both; no other character of Unicode ends a line.
    private static let lineEnds: Set<Character> = ["\n", "\r", "\r\n"]

    private static func label(of line: String) -> String? {
        guard line.hasPrefix("-----BEGIN "), line.hasSuffix("-----"), line.utf8.count > 16 else { return nil }
        let label = line.dropFirst(11).dropLast(5)
        guard !label.isEmpty, label.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        return String(label)
    }

    private static func trim(_ line: Substring) -> String {
        var line = line
        while let last = line.last, last == " " || last == "\t" { line.removeLast() }
        return String(line)
    }
}

/// A text that is not well-formed PEM.
public struct PEMError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    public let message: String

    public var description: String { "not valid PEM at line \(line): \(message)" }
}
