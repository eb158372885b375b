import Core

/// A changed checkpoint: lines dropped, repeated, reordered and rewritten.
struct NoteChange: Sendable {
    let name: String
    let note: String

    static func all(of note: String) -> [NoteChange] {
        guard let split = note.range(of: "\n\n") else { return [] }
        let text = note[..<split.lowerBound].split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let signatures = note[split.upperBound...].split(separator: "\n").map(String.init)
        var changes: [NoteChange] = []
        func add(_ name: String, _ text: [String], _ signatures: [String]) {
            let note = (text + [""] + signatures).map { $0 + "\n" }.joined()
            changes.append(NoteChange(name: name, note: note))
        }
        for index in text.indices {
            var shorter = text
            shorter.remove(at: index)
            add("text line \(index) dropped", shorter, signatures)
            add("text line \(index) repeated", Array(text[...index]) + Array(text[index...]), signatures)
            var longer = text
            longer[index] += " "
            add("text line \(index) with a space after", longer, signatures)
        }
        for index in signatures.indices {
            var shorter = signatures
            shorter.remove(at: index)
            add("signature line \(index) dropped", text, shorter)
            add("signature line \(index) repeated", text, signatures + [signatures[index]])
            changes += Self.all(of: signatures[index], at: index).map { name, line in
                var changed = signatures
                changed[index] = line
                return NoteChange(name: name, note: (text + [""] + changed).map { $0 + "\n" }.joined())
            }
        }
        add("signature lines reversed", text, signatures.reversed())
        add("unknown witness added", text, signatures + ["\u{2014} witness.invalid \(Base64.encode(Array(0..<68)))"])
        add("without signatures", text, [])
        changes.append(NoteChange(name: "with CRLF", note: note.replacing("\n", with: "\r\n")))
        changes.append(NoteChange(name: "without final line feed", note: String(note.dropLast())))
        return changes.filter { $0.note != note }
    }

    private static func all(of line: String, at index: Int) -> [(String, String)] {
        let parts = line.split(separator: " ").map(String.init)
        guard parts.count == 3, let bytes = Base64.decode(parts[2]), bytes.count > 8 else { return [] }
        func written(_ name: String, _ bytes: [UInt8]) -> String { "\u{2014} \(name) \(Base64.encode(bytes))" }
        func flipped(_ position: Int) -> [UInt8] {
            var changed = bytes
            changed[position] ^= 1
            return changed
        }
        var lines = [
            ("signature line \(index) of another name", written("x" + parts[1], bytes)),
            ("signature line \(index) with another key hint", written(parts[1], flipped(0))),
            ("signature line \(index) with another signature, first byte", written(parts[1], flipped(4))),
            ("signature line \(index) with another signature, middle", written(parts[1], flipped(bytes.count / 2))),
            ("signature line \(index) with another signature, last byte", written(parts[1], flipped(bytes.count - 1))),
            ("signature line \(index) cut short", written(parts[1], bytes.dropLast())),
            ("signature line \(index) too long", written(parts[1], bytes + [0])),
            ("signature line \(index) with two spaces", "\u{2014}  \(parts[1]) \(parts[2])"),
        ]
        if let twin = ECDSATwin.of(Array(bytes.dropFirst(4))) {
            lines.append(("signature line \(index) as its twin (r, n - s)", written(parts[1], bytes.prefix(4) + twin)))
        }
        return lines
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
