package import Core

/// Texts by name, such as labels; names and values are compared byte by byte.
package struct TextMap: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One name with its text.
    package struct Entry: Sendable, Hashable {
        package let key: String
        package let value: String

        package static func == (left: Entry, right: Entry) -> Bool {
            left.key.isSame(as: right.key) && left.value.isSame(as: right.value)
        }
    }

    /// The entries, sorted by name in bytes.
    package let entries: [Entry]

    /// Makes a map; the names must differ.
    init(unique entries: [Entry]) {
        self.entries = entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    package init(dictionaryLiteral elements: (String, String)...) {
        var entries: [Entry] = []
        for (key, value) in elements where !entries.contains(where: { $0.key.isSame(as: key) }) {
            entries.append(Entry(key: key, value: value))
        }
        self.init(unique: entries)
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// The text of that name.
    package subscript(key: String) -> String? { entries.first { $0.key.isSame(as: key) }?.value }

    /// The map with one more entry; one of that name is replaced.
    package func with(_ key: String, _ value: String) -> TextMap {
        TextMap(unique: entries.filter { !$0.key.isSame(as: key) } + [Entry(key: key, value: value)])
    }

    /// The entries whose names pass.
    func filter(_ isIncluded: (String) -> Bool) -> TextMap { TextMap(unique: entries.filter { isIncluded($0.key) }) }

    /// The map as a JSON object.
    package var json: JSONValue {
        .object(JSONObject(entries.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
    }
}
