import Core
import TestSupport
import Testing

/// Holds ``Regexp`` against the definition of regular expressions on random patterns and texts.
@Suite struct RegexpDifferentialTests {
    @Test(.timeLimit(.minutes(2)), arguments: 1...12 as ClosedRange<UInt64>)
    func agreesWithTheDefinition(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let foldsCase = random.oneIn(6)
            let expression = Expression.random(&random, depth: 4)
            let pattern = (foldsCase ? "(?i)" : "") + expression.pattern
            let regexp = try Regexp(pattern)
            for _ in 0..<8 {
                let text = random.text(of: ["a", "b", "A", "é", "\n"], upTo: 7)
                let scalars = Array(text.unicodeScalars)
                let expected = expression.ends(in: scalars, from: 0, foldsCase: foldsCase).contains(scalars.count)
                #expect(regexp.matches(text) == expected, "\(pattern.debugDescription) and \(text.debugDescription)")
            }
        }
    }
}

/// A regular expression as its mathematical definition: from where it begins, the set of places where it may end.
private indirect enum Expression {
    case empty
    case literal(Unicode.Scalar)
    case oneOf([Unicode.Scalar], negated: Bool)
    case any
    case start
    case end
    case concatenation(Expression, Expression)
    case alternation(Expression, Expression)
    case repetition(Expression, least: Int, most: Int?, isLazy: Bool)

    static func random(_ random: inout SeededGenerator, depth: Int) -> Expression {
        if depth == 0 || random.oneIn(5) {
            switch random.below(12) {
            case 0: return .empty
            case 1: return .any
            case 2: return .start
            case 3: return .end
            case 4, 5:
                let members = (0...random.below(2)).map { _ in Self.letters[random.below(Self.letters.count)] }
                return .oneOf(members, negated: random.oneIn(2))
            default: return .literal(Self.letters[random.below(Self.letters.count)])
            }
        }
        switch random.below(6) {
        case 0, 1:
            let least = random.below(3)
            return .repetition(
                .random(&random, depth: depth - 1), least: least, most: random.oneIn(2) ? nil : least + random.below(3),
                isLazy: random.oneIn(4))
        case 2, 3: return .alternation(.random(&random, depth: depth - 1), .random(&random, depth: depth - 1))
        default: return .concatenation(.random(&random, depth: depth - 1), .random(&random, depth: depth - 1))
        }
    }

    private static let letters: [Unicode.Scalar] = ["a", "b", "A", "é"]

    var pattern: String {
        switch self {
        case .empty: return "()"
        case .literal(let scalar): return String(scalar)
        case .oneOf(let scalars, let negated): return "[\(negated ? "^" : "")\(scalars.map(String.init).joined())]"
        case .any: return "."
        case .start: return "^"
        case .end: return "$"
        case .concatenation(let left, let right): return left.pattern + right.pattern
        case .alternation(let left, let right): return "(?:\(left.pattern)|\(right.pattern))"
        case .repetition(let item, let least, let most, let isLazy):
            let count =
                switch (least, most) {
                case (0, nil): "*"
                case (1, nil): "+"
                case (0, 1): "?"
                case (_, nil): "{\(least),}"
                case (_, let most?): least == most ? "{\(least)}" : "{\(least),\(most)}"
                }
            return "(\(item.pattern))\(count)\(isLazy ? "?" : "")"
        }
    }

    func ends(in text: [Unicode.Scalar], from start: Int, foldsCase: Bool) -> Set<Int> {
        func takes(_ condition: (Unicode.Scalar) -> Bool) -> Set<Int> {
            start < text.count && condition(text[start]) ? [start + 1] : []
        }
        func same(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
            left == right || foldsCase && [left, right].allSatisfy { $0 == "a" || $0 == "A" }
        }
        switch self {
        case .empty: return [start]
        case .literal(let scalar): return takes { same($0, scalar) }
        case .oneOf(let scalars, let negated):
            return takes { seen in scalars.contains { same($0, seen) } != negated }
        case .any: return takes { $0 != "\n" }
        case .start: return start == 0 ? [start] : []
        case .end: return start == text.count ? [start] : []
        case .concatenation(let left, let right):
            let middles = left.ends(in: text, from: start, foldsCase: foldsCase)
            return Set(middles.flatMap { right.ends(in: text, from: $0, foldsCase: foldsCase) })
        case .alternation(let left, let right):
            return left.ends(in: text, from: start, foldsCase: foldsCase)
                .union(right.ends(in: text, from: start, foldsCase: foldsCase))
        case .repetition(let item, let least, let most, _):
            var reached: Set<Int> = least == 0 ? [start] : []
            var places: Set<Int> = [start]
            // Beyond least + text.count rounds nothing new can come: each would have to take a character.
            for round in 1...max(1, most ?? least + text.count + 1) {
                if let most, round > most { break }
                places = Set(places.flatMap { item.ends(in: text, from: $0, foldsCase: foldsCase) })
                if round >= least { reached.formUnion(places) }
            }
            return reached
        }
    }
}
