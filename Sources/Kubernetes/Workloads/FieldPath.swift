internal import Core

/// A way through an object, such as `spec.templates[].spec`; `[]` steps through an array, `*` through all members.
package struct FieldPath: Sendable, Hashable, CustomStringConvertible {
    private enum Step: Sendable, Hashable {
        case member(String)
        case members
        case elements
    }

    private let steps: [Step]
    package let description: String

    /// Parses a path; `nil` when a part is empty or is not letters, digits, `-` and `_`.
    package init?(_ text: String) {
        guard (1...500).contains(text.utf8.count) else { return nil }
        var steps: [Step] = []
        for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            var name = Substring(part)
            var arrays = 0
            while name.utf8.suffix(2).elementsEqual("[]".utf8) {
                name = name.dropLast(2)
                arrays += 1
            }
            let isName = name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            guard !name.isEmpty, isName || name == "*" else { return nil }
            steps.append(name == "*" ? .members : .member(String(name)))
            steps += Array(repeating: .elements, count: arrays)
        }
        guard steps.count <= 32 else { return nil }
        self.steps = steps
        description = text
    }

    /// The places that the path leads to; none where a member is absent.
    ///
    /// - Throws: ``ReviewError`` when something stands on the way that the path cannot step through.
    func places(in root: JSONCursor, _ cap: Cap) throws(ReviewError) -> [JSONCursor] {
        var places = [root]
        for step in steps {
            var next: [JSONCursor] = []
            for place in places {
                switch step {
                case .member(let name):
                    try place.refuseLookalikes(of: [name])
                    if let member = try reading({ () throws(JSONError) in try place.optional(name) }) {
                        next.append(member)
                    }
                case .members:
                    next += try reading { () throws(JSONError) in try place.members() }.map(\.cursor)
                        .filter { $0.value != .null }
                case .elements: next += try reading { () throws(JSONError) in try place.elements(cap) }
                }
                guard next.count <= cap.limit else {
                    throw ReviewError(.tooLarge, "\(CapExceeded(cap: cap, seen: next.count))", field: place.field)
                }
            }
            places = next
        }
        return places
    }
}
