internal import Core

/// What a text must be before its YAML is looked at: UTF-8 that shows every reader and every editor the same lines.
enum YAMLText {
    /// A character that does not belong into a text, and where.
    struct Failure: Error {
        let code: YAMLError.Code
        let message: String
        let mark: YAMLMark
    }

    /// Checks a text without its leading byte order mark.
    static func check(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        var line = 1
        var column = 1
        var input = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        var afterReturn = false
        while true {
            let scalar: Unicode.Scalar
            switch parser.parseScalar(from: &input) {
            case .valid(let encoded): scalar = Unicode.UTF8.decode(encoded)
            case .emptyInput:
                if afterReturn { throw loneReturn(YAMLMark(line: line, column: column - 1)) }
                return
            case .error:
                throw Failure(
                    code: .syntax, message: "the text is not valid UTF-8", mark: YAMLMark(line: line, column: column))
            }
            if afterReturn, scalar != "\n" { throw loneReturn(YAMLMark(line: line, column: column - 1)) }
            afterReturn = scalar == "\r"
            if scalar == "\n" {
                line += 1
                column = 1
                continue
            }
            if let reason = refusal(of: scalar) {
                let name = String(scalar.value, radix: 16, uppercase: true)
                throw Failure(
                    code: reason.code,
                    message: "the character U+\(String(repeating: "0", count: max(0, 4 - name.count)))\(name) "
                        + "\(reason.why); in double quotes it can be written as an escape",
                    mark: YAMLMark(line: line, column: column))
            }
            column += 1
        }
    }

    private static func loneReturn(_ mark: YAMLMark) -> Failure {
        Failure(code: .syntax, message: "a carriage return without a line feed; end lines with a line feed", mark: mark)
    }

    private static func refusal(of scalar: Unicode.Scalar) -> (code: YAMLError.Code, why: String)? {
        switch scalar.value {
        case 0x09, 0x0D, 0x20...0x7E: nil
        case 0: (.syntax, "(NUL) is not text")
        case 0x85, 0x2028, 0x2029: (.unsupported, "is a line end to some readers of YAML and none to others")
        case 0..<0x20, 0x7F...0x9F: (.syntax, "is a control character")
        case 0xFEFF: (.syntax, "(byte order mark) may only stand at the beginning of the file")
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
            (.unsupported, "changes the direction of writing, so that people and machines read different things")
        case 0xFFFE, 0xFFFF: (.syntax, "is not a character")
        default: nil
        }
    }
}
