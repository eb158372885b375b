import Core
import TestSupport
import Testing

@Suite struct ImageReferencePropertyTests {
    /// `ReferenceRegexp` of the `distribution/reference` package.
    private static let grammar: String = {
        let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
        let host = #"(?:"# + label + #"(?:\."# + label + #")*|\[(?:[a-fA-F0-9:]+)\])"#
        let component = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
        let name = "(?:" + host + "(?::[0-9]+)?/)?" + component + "(?:/" + component + ")*"
        let digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
        return "^" + name + #"(?::[\w][\w.-]{0,127})?(?:@"# + digest + ")?$"
    }()

    /// What every accepted reference keeps, whatever was read.
    private func check(_ reference: ImageReference, from text: String, _ grammar: Regexp) throws {
        #expect(try ImageReference(reference.description) == reference, "\(text)")
        #expect(try ImageReference(reference.description).description == reference.description, "\(text)")
        #expect(try ImageReference(reference.familiar) == reference, "\(text)")
        #expect(reference.familiar.utf8.count <= reference.description.utf8.count)
        #expect(reference.name.utf8.count <= ImageReference.maximumNameLength)
        #expect(reference.registry == reference.registry.lowercased())
        #expect(grammar.matches(text), "\(text)")
        #expect(grammar.matches(reference.description), "\(text)")
        #expect(grammar.matches(reference.familiar), "\(text)")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func roundTrips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let grammar = try Regexp(Self.grammar)
        for _ in 0..<500 {
            let text = Self.reference(&random)
            try check(try ImageReference(text), from: text, grammar)
        }
    }

    /// Almost-references: most are refused, and what is not obeys the grammar.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func survivesMutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 100)
        let grammar = try Regexp(Self.grammar)
        let alphabet = Array("aZ0.:/@-_[]% é\0\u{301}".utf8)
        for _ in 0..<500 {
            var bytes = Array(Self.reference(&random).utf8)
            for _ in 0...random.below(4) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = alphabet[random.below(alphabet.count)]
                case 1: bytes.insert(alphabet[random.below(alphabet.count)], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
                }
                if bytes.isEmpty { bytes = [0x61] }
            }
            try readAndCheck(bytes, grammar)
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func survivesAnyBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 200)
        let grammar = try Regexp(Self.grammar)
        let punctuation = Array("aA0.:/@-_[]".utf8)
        for round in 0..<1_000 {
            let isDense = round.isMultiple(of: 2)
            let bytes = (0..<random.below(isDense ? 12 : 64)).map { _ in
                isDense ? punctuation[random.below(punctuation.count)] : UInt8.random(in: 0...255, using: &random)
            }
            try readAndCheck(bytes, grammar)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["a/", "a.", "a-", ":", "[", "@", "a:", "::", "A.", "__", "[:"])
    func staysLinear(unit: String) {
        let text = String(repeating: unit, count: 4096 / unit.utf8.count)
        for _ in 0..<20 {
            for text in [text, "[" + text.dropLast() + "]/a", text.dropLast(2) + "/a", "a.b/" + text.dropLast(4)] {
                _ = try? ImageReference(String(text))
            }
        }
    }

    private func readAndCheck(_ bytes: [UInt8], _ grammar: Regexp) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let reference: ImageReference
        do throws(ImageReferenceError) {
            reference = try ImageReference(text)
        } catch {
            #expect((0...text.utf8.count).contains(error.offset))
            return
        }
        try check(reference, from: text, grammar)
    }

    // MARK: Valid references

    private static func reference(_ random: inout SeededGenerator) -> String {
        var text = registry(&random)
        let components = (0...random.below(3)).map { _ in component(&random) }
        if text.isEmpty, components.count > 1, components[0].contains(".") || components[0] == "localhost" {
            text = "docker.io/"
        }
        text += components.joined(separator: "/")
        if random.oneIn(2) {
            text += ":" + String("aZ5_".randomElement(using: &random) ?? "a")
            text += random.text(of: Array("aZ5_.-".unicodeScalars), upTo: 127)
        }
        if random.oneIn(2) {
            let isLong = random.oneIn(3)
            let digits = (0..<(isLong ? 128 : 64)).map { _ in String(random.below(16), radix: 16) }
            text += (isLong ? "@sha512:" : "@sha256:") + digits.joined()
        }
        return text
    }

    private static func registry(_ random: inout SeededGenerator) -> String {
        let port = random.oneIn(2) ? ":\(1 + random.below(65535))" : ""
        switch random.below(8) {
        case 0, 1: return ""
        case 2: return ["docker.io/", "index.docker.io/", "registry-1.docker.io/"][random.below(3)]
        case 3: return "localhost\(port)/"
        case 4: return "\(label(&random)):\(1 + random.below(65535))/"
        case 5:
            let groups = (0..<8).map { _ in String(random.below(65536), radix: 16, uppercase: random.oneIn(2)) }
            if random.oneIn(2) { return "[\(groups.joined(separator: ":"))]\(port)/" }
            let before = groups.prefix(random.below(4)).joined(separator: ":")
            let after = groups.suffix(random.below(4)).joined(separator: ":")
            return "[\(before)::\(after)]\(port)/"
        default: return (0...(1 + random.below(3))).map { _ in label(&random) }.joined(separator: ".") + port + "/"
        }
    }

    private static func label(_ random: inout SeededGenerator) -> String {
        let edge = Array("aBz09".unicodeScalars)
        let inner = random.text(of: Array("aBz09-".unicodeScalars), upTo: 8)
        return "\(edge[random.below(5)])\(inner)\(edge[random.below(5)])"
    }

    private static func component(_ random: inout SeededGenerator) -> String {
        if random.oneIn(10) { return ["library", "localhost", "foo.bar", "index"][random.below(4)] }
        var text = "a"
        for _ in 0..<random.below(4) {
            text += [".", "_", "__", "-", "---", ""][random.below(6)]
            text += "b" + random.text(of: Array("az09".unicodeScalars), upTo: 6)
        }
        return text
    }
}
