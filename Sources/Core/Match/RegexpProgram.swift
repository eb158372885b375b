/// A regular expression compiled for ``RegexpMachine``: a nondeterministic automaton, one state an instruction.
struct RegexpProgram: Sendable {
    enum Instruction: Sendable {
        /// Takes this character and goes on with the next instruction; so do the two below.
        case scalar(UInt32)
        case set(Int32)
        case any
        /// Goes on at both places.
        case split(Int32, Int32)
        case jump(Int32)
        /// Goes on only at the beginning of the text.
        case start
        /// Goes on only at the end of the text.
        case end
        /// The last instruction: the text matches if it ends here.
        case match
    }

    private(set) var instructions: [Instruction] = []
    let sets: [RegexpSet]

    /// Compiles a tree whose size the parser has checked.
    init(_ root: RegexpNode, sets: [RegexpSet]) {
        self.sets = sets
        instructions.reserveCapacity(root.size + 1)
        emit(root)
        instructions.append(.match)
        assert(instructions.count == root.size + 1)
    }

    private var here: Int32 { Int32(truncatingIfNeeded: instructions.count) }

    private mutating func emit(_ node: RegexpNode) {
        switch node.shape {
        case .empty: break
        case .scalar(let scalar): instructions.append(.scalar(scalar.value))
        case .set(let index): instructions.append(.set(Int32(truncatingIfNeeded: index)))
        case .any: instructions.append(.any)
        case .start: instructions.append(.start)
        case .end: instructions.append(.end)
        case .sequence(let items): for item in items { emit(item) }
        case .choice(let items): emitChoice(items)
        case .repetition(let item, let least, let most): emitRepetition(of: item, least: least, most: most)
        }
    }

    private mutating func emitChoice(_ items: [RegexpNode]) {
        var jumps: [Int] = []
        for item in items.dropLast() {
            let split = reserve()
            emit(item)
            jumps.append(reserve())
            instructions[split] = .split(Int32(truncatingIfNeeded: split + 1), here)
        }
        if let last = items.last { emit(last) }
        for jump in jumps { instructions[jump] = .jump(here) }
    }

    private mutating func emitRepetition(of item: RegexpNode, least: Int, most: Int?) {
        var first = here
        for _ in 0..<least {
            first = here
            emit(item)
        }
        if let most {
            let splits = (least..<most).map { _ in
                let split = reserve()
                emit(item)
                return split
            }
            for split in splits { instructions[split] = .split(Int32(truncatingIfNeeded: split + 1), here) }
        } else if least == 0 {
            let split = reserve()
            emit(item)
            instructions.append(.jump(Int32(truncatingIfNeeded: split)))
            instructions[split] = .split(Int32(truncatingIfNeeded: split + 1), here)
        } else {
            // Back into the last copy.
            instructions.append(.split(first, here + 1))
        }
    }

    /// Makes room for an instruction whose target is not known yet.
    private mutating func reserve() -> Int {
        instructions.append(.match)
        return instructions.count - 1
    }
}
