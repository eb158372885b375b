/// The parts of a package URL, decoded, before and after the rules of its type.
struct PurlParts {
    var type = ""
    var namespace: [String] = []
    var name = ""
    var version: String?
    var qualifiers: [Purl.Qualifier] = []
    var subpath: [String] = []

    /// The canonical text (ECMA-427, "Character encoding" and "Rules for each purl component").
    var text: String {
        var output: [UInt8] = []
        output.reserveCapacity(96)
        output.append(contentsOf: "pkg:".utf8)
        output.append(contentsOf: type.utf8)
        for segment in namespace {
            output.append(0x2F)
            Self.encode(segment, into: &output)
        }
        output.append(0x2F)
        Self.encode(name, into: &output)
        if let version {
            output.append(0x40)
            Self.encode(version, into: &output)
        }
        for (index, qualifier) in qualifiers.enumerated() {
            output.append(index == 0 ? 0x3F : 0x26)
            output.append(contentsOf: qualifier.key.utf8)
            output.append(0x3D)
            // The specification's tests leave the slashes of a repository's address as they are.
            Self.encode(qualifier.value, slash: true, into: &output)
        }
        for (index, segment) in subpath.enumerated() {
            output.append(index == 0 ? 0x23 : 0x2F)
            Self.encode(segment, into: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func encode(_ text: String, slash: Bool = false, into output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            for byte in bytes {
                switch byte {
                // Letters, digits, ".-_~", and the colon "whether used as a separator or otherwise".
                case 0x61...0x7A, 0x41...0x5A, 0x30...0x3A, 0x2D, 0x2E, 0x5F, 0x7E: output.append(byte)
                case 0x2F where slash: output.append(byte)
                default:
                    output.append(0x25)
                    output.append(upperDigit(byte >> 4))
                    output.append(upperDigit(byte & 15))
                }
            }
        }
    }

    private static func upperDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
}
