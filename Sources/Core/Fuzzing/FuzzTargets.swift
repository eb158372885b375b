/// What the fuzz targets `purl` and `json` in `Fuzz/` drive, and nothing else.
@_spi(Fuzzing)
public enum FuzzTargets {
    /// A package URL: its canonical form is ASCII and a fixed point.
    public static func purl(_ bytes: [UInt8]) -> String? {
        guard let purl = try? Purl(String(decoding: bytes, as: UTF8.self)) else { return nil }
        if !purl.description.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return "a canonical package URL is ASCII" }
        guard let again = try? Purl(purl.description), again == purl else {
            return "a canonical package URL reads as itself"
        }
        let same =
            again.name.isSame(as: purl.name) && again.namespace == purl.namespace && again.version == purl.version
            && again.qualifiers == purl.qualifiers && again.subpath == purl.subpath
        if !same { return "a canonical package URL has the same parts" }
        let name = purl.withoutVersion
        if name.version != nil || name.type != purl.type || !purl.description.hasPrefix(name.description) {
            return "a package's name begins each of its versions"
        }
        return nil
    }

    /// A JSON text in pieces: taken as a whole it is what the parser of whole texts says, passed over it is as valid.
    public static func jsonStream(_ bytes: [UInt8]) -> String? {
        let piece = 1 + bytes.count % 7
        func stream() -> JSONStream {
            JSONStream(BytesSource(bytes, piece: piece), limits: JSONStreamLimits(bytes: 1 << 24))
        }
        var failure: JSONError?
        var whole: JSONValue?
        do throws(JSONError) { whole = try JSONValue(parsing: bytes) } catch { failure = error }
        do {
            let stream = stream()
            let value = try stream.value(.standard)
            try stream.finish()
            if value != whole { return "a text in pieces has the same value" }
        } catch {
            if (error as? JSONError) != failure { return "a text in pieces has the same error" }
        }
        do {
            let stream = stream()
            try stream.skip()
            try stream.finish()
            if let failure, failure.code == .syntax { return "what is passed over is checked: \(failure)" }
        } catch {
            if failure == nil { return "what is valid can be passed over: \(error)" }
        }
        return nil
    }
}
