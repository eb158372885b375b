@_spi(Fuzzing) import Core
import FuzzSupport

/// JSON: read in pieces it is the same; the written forms read as the same value; the canonical form is a fixed point.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    demandNil(FuzzTargets.jsonStream(bytes))
    do {
        let value = try JSONValue(parsing: bytes)
        demand((try? JSONValue(parsing: value.pretty)) == value, "indented text reads as the same value")
        // Numbers get their one spelling, so it is the canonical text that stays the same.
        let canonical = value.canonical
        demand((try? JSONValue(parsing: canonical))?.canonical == canonical, "the canonical form is a fixed point")
    } catch {
        guard case .text(let line, let column) = error.location else { return demand0("a syntax error has a place") }
        demand(line >= 1 && column >= 1 && column <= bytes.count + 1, "an error lies within the text")
        _ = error.description
    }
    return 0
}

private func demand0(_ property: String) -> CInt {
    demand(false, property)
    return 0
}
