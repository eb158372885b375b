import Core
import FuzzSupport

/// Globs and regular expressions: the first line is the pattern, the rest the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPattern(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    let end = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
    let pattern = String(decoding: bytes[..<end], as: UTF8.self)
    let text = String(decoding: bytes[end...].dropFirst(), as: UTF8.self)
    if let glob = try? Glob(pattern) {
        let matches = glob.matches(text)
        demand(glob.pattern.utf8.elementsEqual(pattern.utf8), "a glob keeps its spelling")
        if let regexp = try? Regexp(translate(pattern)) {
            demand(regexp.matches(text) == matches, "a glob matches as its translation to a regular expression")
        }
    }
    do {
        let regexp = try Regexp(pattern)
        let matches = regexp.matches(text)
        demand((try? Regexp("(?:" + pattern + ")"))?.matches(text) ?? matches == matches, "a group changes nothing")
    } catch {
        demand((0...pattern.utf8.count).contains(error.offset), "an error lies within the pattern")
        _ = error.description
    }
    return 0
}

/// The regular expression that means what a glob means.
private func translate(_ glob: String) -> String {
    var result = ""
    var isEscaped = false
    for scalar in glob.unicodeScalars {
        switch scalar {
        case "\\" where !isEscaped:
            isEscaped = true
            continue
        case "*" where !isEscaped: result += "(?:.|\\n)*"
        case "?" where !isEscaped: result += "(?:.|\\n)"
        default:
            let isWord = scalar.properties.isAlphabetic || !scalar.isASCII || scalar.properties.numericType != nil
            result += isWord || scalar.value < 0x20 || scalar.value == 0x7F ? "" : "\\"
            result.unicodeScalars.append(scalar)
        }
        isEscaped = false
    }
    return result
}
