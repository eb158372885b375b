internal import Core
internal import YAML

/// Where the fields of documents stand, for whoever finds a problem after reading.
struct PolicyPlaces: Sendable {
    /// A step to a field.
    enum Step: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case member(String)
        case element(Int)

        init(stringLiteral value: String) { self = .member(value) }
        init(integerLiteral value: Int) { self = .element(value) }

        /// Writes the step behind those before it.
        func append(to field: inout String) {
            switch self {
            case .member(let name): field += field.isEmpty ? name : ".\(name)"
            case .element(let index): field += "[\(index)]"
            }
        }
    }

    private struct Key: Sendable, Hashable {
        let file: String
        let line: Int
    }

    private var roots: [Key: YAMLNode] = [:]

    init() {}

    mutating func add(_ root: YAMLCursor) { roots[Key(file: root.file, line: root.mark.line)] = root.node }

    /// The mark of a field or, where it is not known, of the nearest around it; and the field in words.
    func place(of steps: [Step], in document: PolicyDocument) -> (mark: YAMLMark, field: String) {
        var node = roots[Key(file: document.file, line: document.line)]
        var mark = YAMLMark(line: document.line, column: 1)
        var field = ""
        for step in steps {
            switch (step, node?.value) {
            case (.member(let name), .mapping(let entries)?): node = entries.first { $0.key.isSame(as: name) }?.value
            case (.element(let index), .sequence(let nodes)?):
                node = nodes.indices.contains(index) ? nodes[index] : nil
            // A rule that stands alone where a list could be.
            case (.element(0), .mapping?): continue
            default: node = nil
            }
            mark = node?.mark ?? mark
            step.append(to: &field)
        }
        return (mark, field)
    }

    /// A field in words.
    static func field(_ steps: [Step]) -> String {
        steps.reduce(into: "") { text, step in step.append(to: &text) }
    }
}
