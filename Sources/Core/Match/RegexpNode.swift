/// A parsed regular expression, with the size of the program that it stands for.
///
/// The size is known before anything is expanded, so that `((a{100}){100}){100}` is refused while it is still three
/// nodes.
struct RegexpNode: Sendable {
    indirect enum Shape: Sendable {
        case empty
        case scalar(Unicode.Scalar)
        /// A class, by its index in the parser's table.
        case set(Int)
        /// Any character but a line feed.
        case any
        case start
        case end
        case sequence([RegexpNode])
        case choice([RegexpNode])
        case repetition(of: RegexpNode, least: Int, most: Int?)
    }

    let shape: Shape
    /// The number of instructions, saturating just above the cap.
    let size: Int

    private init(_ shape: Shape, size: Int) {
        self.shape = shape
        // Every operand is at most the cap plus one, and every factor at most `PatternLimits.count`: no overflow.
        self.size = min(size, PatternLimits.instructions + 1)
    }

    static let empty = RegexpNode(.empty, size: 0)
    static let any = RegexpNode(.any, size: 1)
    static let start = RegexpNode(.start, size: 1)
    static let end = RegexpNode(.end, size: 1)
    static func scalar(_ scalar: Unicode.Scalar) -> RegexpNode { RegexpNode(.scalar(scalar), size: 1) }
    static func set(_ index: Int) -> RegexpNode { RegexpNode(.set(index), size: 1) }

    static func sequence(_ items: [RegexpNode]) -> RegexpNode {
        switch items.count {
        case 0: .empty
        case 1: items[0]
        default: RegexpNode(.sequence(items), size: items.reduce(0) { $0 + $1.size })
        }
    }

    static func choice(_ items: [RegexpNode]) -> RegexpNode {
        if items.count == 1 { return items[0] }
        // A split before and a jump behind each alternative but the last.
        return RegexpNode(.choice(items), size: items.reduce(2 * (items.count - 1)) { $0 + $1.size })
    }

    static func repetition(of node: RegexpNode, least: Int, most: Int?) -> RegexpNode {
        // Nothing, however often, is nothing: no copies to count or to make.
        if node.size == 0 || most == 0 { return .empty }
        if least == 1, most == 1 { return node }
        let size =
            if let most {
                // Each optional copy has a split before it.
                least * node.size + (most - least) * (node.size + 1)
            } else if least == 0 {
                node.size + 2
            } else {
                least * node.size + 1
            }
        return RegexpNode(.repetition(of: node, least: least, most: most), size: size)
    }
}
