/// What a server is reached by: a DNS name or an IP address.
package enum ServingName: Hashable, Sendable, CustomStringConvertible {
    case dns(String)
    /// Four or sixteen bytes.
    case address([UInt8])

    /// Reads a name or an address.
    ///
    /// - Throws: ``CertificateError`` when it is neither; a wildcard may stand for the whole first label.
    package init(_ text: String) throws(CertificateError) {
        if let bytes = Self.version4(text) ?? Self.version6(text) {
            self = .address(bytes)
        } else if Self.isDNS(text) {
            self = .dns(text.lowercased())
        } else {
            throw CertificateError(
                .name, text, "expected a DNS name such as mc-webhook.mc-system.svc, or an IP address")
        }
    }

    package var description: String {
        switch self {
        case .dns(let name): name
        case .address(let bytes) where bytes.count == 4: bytes.map { String($0) }.joined(separator: ".")
        case .address(let bytes):
            stride(from: 0, to: bytes.count - 1, by: 2)
                .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
        }
    }

    private static func isDNS(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // Four numbers, or the like, are a mistyped address.
        guard let last = labels.last, !last.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return labels.enumerated().allSatisfy { index, label in
            if index == 0, label.elementsEqual("*".utf8) { return labels.count > 1 }
            guard (1...63).contains(label.count), label.first != 0x2D, label.last != 0x2D else { return false }
            return label.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D
            }
        }
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Sixteen-bit groups with one `::`; what embeds an address of version 4 is not needed here.
    private static func version6(_ text: String) -> [UInt8]? {
        guard text.utf8.contains(0x3A), text.utf8.count <= 39 else { return nil }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count) else { return nil }
        var groups: [[UInt16]] = []
        for half in halves {
            var list: [UInt16] = []
            for part in half.split(separator: ":", omittingEmptySubsequences: false) where !half.isEmpty {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                list.append(group)
            }
            groups.append(list)
        }
        let count = groups.reduce(0) { $0 + $1.count }
        guard halves.count == 1 ? count == 8 : count < 8 else { return nil }
        let gap = [UInt16](repeating: 0, count: 8 - count)
        let all = halves.count == 1 ? groups[0] : groups[0] + gap + groups[1]
        return all.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}
