/// Splits a package URL from right to left, as the specification's "How to parse" says, and decodes its parts.
enum PurlParser {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    static func parse(_ text: Bytes) throws(PurlError) -> PurlParts {
        var parts = PurlParts()
        guard text.count >= 4, text[0] | 0x20 == 0x70, text[1] | 0x20 == 0x6B, text[2] | 0x20 == 0x67, text[3] == 0x3A
        else { throw PurlError(.scheme, .scheme, "expected \"pkg:\" at the beginning") }
        var start = 4
        var end = text.count
        if let mark = lastIndex(of: 0x23, in: text, start, end) {
            parts.subpath = try subpath(text, mark + 1, end)
            end = mark
        }
        if let mark = lastIndex(of: 0x3F, in: text, start, end) {
            parts.qualifiers = try qualifiers(text, mark + 1, end)
            end = mark
        }
        while start < end, text[start] == 0x2F { start += 1 }
        guard let slash = firstIndex(of: 0x2F, in: text, start, end) else {
            throw PurlError(.missing, .name, "expected \"pkg:type/name\", saw no '/' after the type")
        }
        parts.type = try type(text, start, slash)
        start = slash + 1
        if let mark = versionMark(text, start, end) {
            guard mark > start, text[mark - 1] != 0x2F else {
                throw PurlError(.missing, .name, "the name is missing before '@'")
            }
            let version = try decode(text, mark + 1, end, .version)
            parts.version = version.isEmpty ? nil : version
            end = mark
        }
        while end > start, text[end - 1] == 0x2F { end -= 1 }
        let nameStart = lastIndex(of: 0x2F, in: text, start, end).map { $0 + 1 } ?? start
        parts.name = try decode(text, nameStart, end, .name)
        guard !parts.name.isEmpty else { throw PurlError(.missing, .name, "the name is missing") }
        try segments(text, start, nameStart) { (first, last) throws(PurlError) in
            let segment = try decode(text, first, last, .namespace)
            guard !segment.utf8.contains(0x2F) else {
                throw PurlError(.malformed, .namespace, "a segment must not contain an encoded '/'")
            }
            parts.namespace.append(segment)
        }
        return parts
    }

    /// Where the `@` before the version is.
    ///
    /// One at the beginning of a segment that others follow is an npm scope that was not encoded; a version has a name
    /// before it.
    private static func versionMark(_ text: Bytes, _ start: Int, _ end: Int) -> Int? {
        var end = end
        while let mark = lastIndex(of: 0x40, in: text, start, end) {
            let opensSegment = mark == start || text[mark - 1] == 0x2F
            if !opensSegment || firstIndex(of: 0x2F, in: text, mark, end) == nil { return mark }
            end = mark
        }
        return nil
    }

    private static func type(_ text: Bytes, _ start: Int, _ end: Int) throws(PurlError) -> String {
        guard start < end else { throw PurlError(.missing, .type, "the type is missing") }
        var lower: [UInt8] = []
        for index in start..<end {
            let byte = text[index]
            switch byte {
            case 0x61...0x7A: lower.append(byte)
            case 0x41...0x5A: lower.append(byte | 0x20)
            case 0x30...0x39 where index > start, 0x2D where index > start, 0x2E where index > start:
                lower.append(byte)
            default:
                throw PurlError(
                    .malformed, .type,
                    "a type has ASCII letters, digits, '.' and '-' and begins with a letter, saw byte 0x\(Hex.encode([byte]))"
                )
            }
        }
        return String(decoding: lower, as: UTF8.self)
    }

    private static func qualifiers(
        _ text: Bytes, _ start: Int, _ end: Int
    ) throws(PurlError) -> [Purl.Qualifier] {
        var found: [Purl.Qualifier] = []
        try segments(text, start, end, separator: 0x26) { (first, last) throws(PurlError) in
            let equals = firstIndex(of: 0x3D, in: text, first, last) ?? last
            let key = try key(text, first, equals)
            let value = try decode(text, min(equals + 1, last), last, .qualifiers)
            // A pair without a value is no pair.
            if value.isEmpty { return }
            if found.count >= Purl.mostQualifiers.limit {
                let cap = CapExceeded(cap: Purl.mostQualifiers, seen: found.count + 1)
                throw PurlError(.tooLong, .qualifiers, "\(cap)")
            }
            guard !found.contains(where: { $0.key.isSame(as: key) }) else {
                throw PurlError(.duplicate, .qualifiers, "\"\(key)\" stands there twice")
            }
            found.append(Purl.Qualifier(key: key, value: value))
        }
        return found.count < 2 ? found : found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private static func key(_ text: Bytes, _ start: Int, _ end: Int) throws(PurlError) -> String {
        var lower: [UInt8] = []
        for index in start..<end {
            let byte = text[index]
            switch byte {
            case 0x61...0x7A: lower.append(byte)
            case 0x41...0x5A: lower.append(byte | 0x20)
            case 0x30...0x39 where index > start, 0x2D where index > start, 0x2E where index > start,
                0x5F where index > start:
                lower.append(byte)
            default:
                throw PurlError(
                    .malformed, .qualifiers,
                    "a key has ASCII letters, digits, '.', '-' and '_' and begins with a letter, saw byte 0x\(Hex.encode([byte]))"
                )
            }
        }
        guard !lower.isEmpty else { throw PurlError(.missing, .qualifiers, "a key is missing before '='") }
        return String(decoding: lower, as: UTF8.self)
    }

    private static func subpath(_ text: Bytes, _ start: Int, _ end: Int) throws(PurlError) -> [String] {
        var found: [String] = []
        try segments(text, start, end) { (first, last) throws(PurlError) in
            let segment = try decode(text, first, last, .subpath)
            if segment.isSame(as: ".") || segment.isSame(as: "..") { return }
            guard !segment.utf8.contains(0x2F) else {
                throw PurlError(.malformed, .subpath, "a segment must not contain an encoded '/'")
            }
            found.append(segment)
        }
        return found
    }

    /// Calls for each part between separators that is not empty.
    private static func segments(
        _ text: Bytes, _ start: Int, _ end: Int, separator: UInt8 = 0x2F,
        _ body: (Int, Int) throws(PurlError) -> Void
    ) throws(PurlError) {
        var first = start
        while first < end {
            let last = firstIndex(of: separator, in: text, first, end) ?? end
            if last > first { try body(first, last) }
            first = last + 1
        }
    }

    private static func decode(
        _ text: Bytes, _ start: Int, _ end: Int, _ part: PurlError.Part
    ) throws(PurlError) -> String {
        if firstIndex(of: 0x25, in: text, start, end) == nil {
            return String(decoding: Bytes(rebasing: text[start..<end]), as: UTF8.self)
        }
        var output: [UInt8] = []
        output.reserveCapacity(end - start)
        var index = start
        while index < end {
            let byte = text[index]
            if byte != 0x25 {
                output.append(byte)
                index += 1
                continue
            }
            guard index + 2 < end, let high = digit(text[index + 1]), let low = digit(text[index + 2]) else {
                throw PurlError(.encoding, part, "'%' needs two hexadecimal digits")
            }
            output.append(high << 4 | low)
            index += 3
        }
        guard let decoded = String(validating: output, as: UTF8.self) else {
            throw PurlError(.encoding, part, "what is percent-encoded is not UTF-8")
        }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func firstIndex(of byte: UInt8, in text: Bytes, _ start: Int, _ end: Int) -> Int? {
        var index = start
        while index < end {
            if text[index] == byte { return index }
            index += 1
        }
        return nil
    }

    private static func lastIndex(of byte: UInt8, in text: Bytes, _ start: Int, _ end: Int) -> Int? {
        var index = end
        while index > start {
            index -= 1
            if text[index] == byte { return index }
        }
        return nil
    }
}
