extension String {
    /// The text with every character escaped that ends a line, steers a terminal or hides.
    ///
    /// Messages quote names of fields from documents that strangers wrote, and end up in logs.
    var oneLine: String {
        guard unicodeScalars.contains(where: { $0.breaksLines }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.breaksLines {
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var breaksLines: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
