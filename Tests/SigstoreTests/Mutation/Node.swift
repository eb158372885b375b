import Core

/// What a step of a path leads to: a JSON value, or bytes that were encoded in one.
enum Node: Sendable, Hashable {
    case json(JSONValue)
    case bytes([UInt8])
}

/// One step into a document, through the encodings that evidence nests in each other.
enum Step: Sendable, Hashable, CustomStringConvertible {
    case member(String)
    case element(Int)
    /// From a base64 string to its bytes.
    case base64
    /// From a string to its UTF-8 bytes.
    case text
    /// From bytes that are a JSON text to its value.
    case document
    /// From a PEM text's bytes to the one block's bytes.
    case pem

    var description: String {
        switch self {
        case .member(let name): ".\(name)"
        case .element(let index): "[\(index)]"
        case .base64: "<base64>"
        case .text: "<text>"
        case .document: "<json>"
        case .pem: "<pem>"
        }
    }

    /// The node the step leads to; `nil` when there is none.
    func enter(_ node: Node) -> Node? {
        switch (self, node) {
        case (.member(let name), .json(let value)): value[name].map(Node.json)
        case (.element(let index), .json(.array(let values))):
            values.indices.contains(index) ? .json(values[index]) : nil
        case (.base64, .json(.string(let text))): Base64.decode(text).map(Node.bytes)
        case (.text, .json(.string(let text))): .bytes(Array(text.utf8))
        case (.document, .bytes(let bytes)): (try? JSONValue(parsing: bytes)).map(Node.json)
        case (.pem, .bytes(let bytes)): Self.block(bytes).map { .bytes($0.bytes) }
        default: nil
        }
    }

    /// The outer node with its inner one replaced, or taken out where that means something.
    func leave(_ outer: Node, with inner: Node?) -> Node? {
        switch (self, outer, inner) {
        case (.member(let name), .json(.object(var object)), .json(let value)?):
            object[name] = value
            return .json(.object(object))
        case (.member(let name), .json(.object(var object)), nil):
            object[name] = nil
            return .json(.object(object))
        case (.element(let index), .json(.array(var values)), .json(let value)?):
            values[index] = value
            return .json(.array(values))
        case (.element(let index), .json(.array(var values)), nil):
            values.remove(at: index)
            return .json(.array(values))
        case (.base64, _, .bytes(let bytes)?): return .json(.string(Base64.encode(bytes)))
        case (.text, _, .bytes(let bytes)?):
            return String(validating: bytes, as: UTF8.self).map { .json(.string($0)) }
        case (.document, _, .json(let value)?): return .bytes(value.canonical)
        case (.pem, .bytes(let old), .bytes(let bytes)?):
            return Self.block(old).map { .bytes(Array(PEM.encode(label: $0.label, bytes: bytes).utf8)) }
        default: return nil
        }
    }

    private static func block(_ bytes: [UInt8]) -> PEM.Block? {
        guard let text = String(validating: bytes, as: UTF8.self), text.hasPrefix("-----BEGIN "),
            let blocks = try? PEM.decode(text), blocks.count == 1
        else { return nil }
        return blocks.first
    }
}

/// A change at one place of a document.
struct Mutation: Sendable, CustomStringConvertible {
    /// What becomes of the node; `nil` takes it out of its object or array.
    enum Result: Sendable {
        case replaced(Node)
        case removed
        /// The change does not apply to this node.
        case unchanged
    }

    let path: [Step]
    let change: String
    let apply: @Sendable (Node) -> Result

    /// How many encodings lie around the place.
    var depth: Int {
        path.count {
            switch $0 {
            case .base64, .document, .pem: true
            case .member, .element, .text: false
            }
        }
    }

    var isDERHeader: Bool {
        ["tag ", "length ", "constructed bit ", "last byte of the field"].contains { change.hasPrefix($0) }
    }

    /// The place without the positions in arrays.
    var kindOfPlace: String {
        let steps = path.map { step in if case .element = step { "[]" } else { step.description } }
        return steps.joined() + (isDERHeader ? "<der>" : "")
    }

    var place: String { path.map(\.description).joined() }
    var description: String { "\(place): \(change)" }

    /// The changed document; `nil` when nothing changes.
    func callAsFunction(_ document: JSONValue) -> JSONValue? {
        guard case .json(let changed)? = edit(.json(document), path[...]) else { return nil }
        return changed
    }

    private func edit(_ node: Node, _ rest: ArraySlice<Step>) -> Node? {
        guard let step = rest.first else {
            if case .replaced(let changed) = apply(node), changed != node { return changed }
            return nil
        }
        guard let inner = step.enter(node) else { return nil }
        if rest.count == 1, case .removed = apply(inner) { return step.leave(node, with: nil) }
        return edit(inner, rest.dropFirst()).flatMap { step.leave(node, with: $0) }
    }
}
