internal import Core

extension JSONCursor {
    /// Refuses members whose names differ from these in nothing but case.
    ///
    /// Go reads JSON members regardless of case: what is skipped here as unknown could be run there.
    ///
    /// - Throws: ``ReviewError`` with code `lookalike`.
    func refuseLookalikes(of names: [String]) throws(ReviewError) {
        for member in try reading({ () throws(JSONError) in try object() }).members {
            let key = member.key
            for name in names where !key.isSame(as: name) && Self.folded(key).elementsEqual(Self.folded(name)) {
                let place = field.isEmpty ? "" : field + "."
                throw ReviewError(
                    .lookalike, "the field looks like \(name); write it so or leave it out",
                    field: place + PrintableText.plain(key))
            }
        }
    }

    /// The scalars as Go's `encoding/json` compares them; two from outside of ASCII fold to letters of it.
    private static func folded(_ name: String) -> some Sequence<UInt32> {
        name.unicodeScalars.lazy.map { scalar in
            switch scalar {
            case "A"..."Z": scalar.value | 0x20
            case "\u{17F}": 0x73
            case "\u{212A}": 0x6B
            default: scalar.value
            }
        }
    }
}
