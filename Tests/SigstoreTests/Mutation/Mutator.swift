import Core
import TestSupport

/// Enumerates the changes to a document: every field, and every encoding that nests in a field.
struct Mutator {
    /// Whether every byte is changed, or a seeded sample of them.
    let isExhaustive: Bool
    /// Documents of the same kind, whose parts are put in the place of this one's.
    let donors: [JSONValue]
    private var generator: SeededGenerator
    private(set) var mutations: [Mutation] = []

    init(isExhaustive: Bool, donors: [JSONValue], seed: UInt64) {
        self.isExhaustive = isExhaustive
        self.donors = donors
        generator = SeededGenerator(seed: seed)
    }

    /// The changes to a document.
    ///
    /// - Parameters:
    ///   - donors: other genuine documents of the kind.
    ///   - share: at most how many changes to keep of one kind of place; `nil` keeps all, of every byte.
    static func mutations(of document: JSONValue, donors: [JSONValue], share: Share?, seed: UInt64) -> [Mutation] {
        var mutator = Mutator(isExhaustive: share == nil, donors: donors, seed: seed)
        mutator.visit(.json(document), [])
        return share.map { mutator.sample($0) } ?? mutator.mutations
    }

    /// How many changes to keep of one kind of place, such as the hashes of an inclusion proof.
    struct Share: Sendable {
        /// Of fields and blobs of the document itself.
        let outer: Int
        /// Of those inside a blob that is authenticated as a whole.
        let inner: Int
        /// Whether the changes to tags and lengths of DER are all kept.
        let keepsDER: Bool
    }

    /// A seeded choice that keeps at least one change of every place, except deep inside of blobs.
    private mutating func sample(_ share: Share) -> [Mutation] {
        var groups: [String: [Int]] = [:]
        var kept: Set<Int> = []
        var places: [String: [Int]] = [:]
        for (index, mutation) in mutations.enumerated() {
            if share.keepsDER, mutation.isDERHeader, mutation.depth == 1 { kept.insert(index) }
            groups[mutation.kindOfPlace, default: []].append(index)
            if mutation.depth <= 2 { places[mutation.place, default: []].append(index) }
        }
        for place in places.keys.sorted() {
            if let members = places[place] { kept.insert(members[generator.below(members.count)]) }
        }
        for kind in groups.keys.sorted() {
            guard let members = groups[kind] else { continue }
            let size = mutations[members[0]].depth > 1 ? share.inner : share.outer
            kept.formUnion(members.shuffled(using: &generator).prefix(size))
        }
        return kept.sorted().map { mutations[$0] }
    }

    private mutating func add(_ path: [Step], _ change: String, _ apply: @escaping @Sendable (Node) -> Mutation.Result)
    {
        mutations.append(Mutation(path: path, change: change, apply: apply))
    }

    private mutating func visit(_ node: Node, _ path: [Step]) {
        switch node {
        case .bytes(let bytes): visit(bytes, path)
        case .json(let value):
            if let last = path.last {
                switch last {
                case .member, .element: add(path, "removed") { _ in .removed }
                default: break
                }
                add(path, "null") { _ in .replaced(.json(.null)) }
                add(path, "of another type") { _ in
                    if case .json(.object) = node { .replaced(.json(.string("object"))) } else { .replaced(.json([:])) }
                }
                visitDonors(value, path)
            }
            switch value {
            case .object(let object):
                add(path, "unknown member added") { node in
                    Self.editObject(node) { $0["unexpected"] = "value" }
                }
                for member in object.members { visit(.json(member.value), path + [.member(member.key)]) }
            case .array(let values): visit(values, path)
            case .string(let text): visit(text, path)
            case .integer(let number): visit(number, path)
            case .bool(let flag): add(path, "negated") { _ in .replaced(.json(.bool(!flag))) }
            case .null, .number: break
            }
        }
    }

    private static func editObject(_ node: Node, _ edit: (inout JSONObject) -> Void) -> Mutation.Result {
        guard case .json(.object(var object)) = node else { return .unchanged }
        edit(&object)
        return .replaced(.json(.object(object)))
    }

    /// What stands at the same place of other evidence, which is genuine there.
    private mutating func visitDonors(_ value: JSONValue, _ path: [Step]) {
        for (number, donor) in donors.enumerated() {
            var other: Node? = .json(donor)
            for step in path { other = other.flatMap(step.enter) }
            guard case .json(let foreign)? = other, foreign != value else { continue }
            add(path, "transplanted from donor \(number)") { _ in .replaced(.json(foreign)) }
            guard let own = value.object, let theirs = foreign.object else { continue }
            for member in theirs.members where own[member.key] == nil {
                add(path, "member \(member.key) added from donor \(number)") { node in
                    Self.editObject(node) { $0[member.key] = member.value }
                }
            }
        }
    }

    private mutating func visit(_ values: [JSONValue], _ path: [Step]) {
        add(path, "emptied") { _ in .replaced(.json([])) }
        for index in values.indices {
            visit(.json(values[index]), path + [.element(index)])
            add(path, "element \(index) repeated") { _ in .replaced(.json(.array(values + [values[index]]))) }
            if index + 1 < values.count {
                add(path, "elements \(index) and \(index + 1) swapped") { _ in
                    var swapped = values
                    swapped.swapAt(index, index + 1)
                    return .replaced(.json(.array(swapped)))
                }
            }
        }
    }

    private mutating func visit(_ number: Int64, _ path: [Step]) {
        let others: [Int64] = [number &+ 1, number &- 1, 0, -number, .max]
        for other in others { add(path, "\(other)") { _ in .replaced(.json(.integer(other))) } }
        add(path, "written as a string") { _ in .replaced(.json(.string("\(number)"))) }
    }

    private mutating func visit(_ text: String, _ path: [Step]) {
        func replaced(_ change: String, _ other: String) {
            add(path, change) { _ in .replaced(.json(.string(other))) }
        }
        replaced("empty", "")
        replaced("with a space before", " " + text)
        replaced("with a line feed after", text + "\n")
        replaced("with a character after", text + "A")
        replaced("with NUL after", text + "\0")
        replaced("without its last character", String(text.dropLast()))
        replaced("in capitals", text.uppercased())
        replaced("in small letters", text.lowercased())
        if let number = Int64(text) {
            for other in [number &+ 1, number &- 1, 0, -1, .max] { replaced("\(other)", "\(other)") }
            replaced("with a leading zero", "0" + text)
            replaced("with a sign", "+" + text)
            add(path, "written as a number") { _ in .replaced(.json(.integer(number))) }
            return
        }
        if text.hasSuffix("=") {
            replaced("without padding", text.replacing("=", with: ""))
            // The last character's low bits stand for nothing; lenient decoders ignore them.
            if let last = text.last(where: { $0 != "=" }), let byte = last.asciiValue, last.isLetter {
                let padding = text.reversed().prefix { $0 == "=" }.count
                replaced(
                    "with bits set in the padding",
                    text.dropLast(padding + 1) + String(Character(Unicode.Scalar(byte ^ 1)))
                        + String(repeating: "=", count: padding))
            }
        }
        if text.contains("+") || text.contains("/") {
            replaced("in the URL-safe alphabet", text.replacing("+", with: "-").replacing("/", with: "_"))
        }
        let nested: [Step]
        if text.hasPrefix("{") || text.hasPrefix("-----BEGIN ") {
            nested = [.text]
        } else if text.contains("\n\n\u{2014} ") {
            visitNote(text, path)
            nested = [.text]
        } else if text.utf8.count >= 16, Base64.decode(text) != nil {
            nested = [.base64]
        } else {
            nested = [.text]
        }
        if let inner = nested.first?.enter(.json(.string(text))) { visit(inner, path + nested) }
    }

    private mutating func visitNote(_ note: String, _ path: [Step]) {
        for change in NoteChange.all(of: note) {
            add(path, change.name) { _ in .replaced(.json(.string(change.note))) }
        }
    }

    private mutating func visit(_ bytes: [UInt8], _ path: [Step]) {
        if let document = Step.document.enter(.bytes(bytes)) {
            visit(document, path + [.document])
        } else if let block = Step.pem.enter(.bytes(bytes)) {
            visit(block, path + [.pem])
        }
        func replaced(_ change: String, _ other: [UInt8]) {
            add(path, change) { _ in .replaced(.bytes(other)) }
        }
        guard !bytes.isEmpty else { return }
        replaced("without its last byte", Array(bytes.dropLast()))
        replaced("with a byte after", bytes + [0])
        replaced("with a line feed after", bytes + [0x0A])
        replaced("of zeros", [UInt8](repeating: 0, count: bytes.count))
        for (position, mask) in flips(bytes) {
            add(path, "byte \(position) xor \(mask)") { _ in
                var changed = bytes
                changed[position] ^= mask
                return .replaced(.bytes(changed))
            }
        }
        if let other = ECDSATwin.of(bytes) { replaced("the signature's twin (r, n - s)", other) }
        for field in DERField.all(in: bytes) {
            for (change, other) in field.changes(in: bytes, isExhaustive: isExhaustive) { replaced(change, other) }
        }
    }

    /// Where bytes are flipped: everywhere in short ones, else at places that the seed chooses.
    private mutating func flips(_ bytes: [UInt8]) -> [(Int, UInt8)] {
        if isExhaustive { return bytes.indices.flatMap { [($0, UInt8(0x01)), ($0, UInt8(0x80))] } }
        let sampled = bytes.count <= 8 ? Array(bytes.indices) : (0..<6).map { _ in generator.below(bytes.count) }
        return Set([0, bytes.count - 1] + sampled).sorted().map { ($0, 1 << UInt8(generator.below(8))) }
    }
}
