/// Runs a ``RegexpProgram``: all of its threads at once, one character at a time (K. Thompson's simulation).
///
/// At each position every instruction is visited at most once, which bounds the work whatever the pattern.
enum RegexpMachine {
    /// Whether the program accepts the whole text.
    static func matches(_ program: RegexpProgram, _ text: String) -> Bool {
        let instructions = program.instructions
        var current = Threads(capacity: instructions.count)
        var next = Threads(capacity: instructions.count)
        var scalars = text.unicodeScalars.makeIterator()
        var upcoming = scalars.next()

        current.start(at: 0, instructions, isStart: true, isEnd: upcoming == nil)
        while let scalar = upcoming {
            upcoming = scalars.next()
            let isEnd = upcoming == nil
            let value = scalar.value
            next.removeAll()
            for index in 0..<current.count {
                let thread = current[index]
                let takes =
                    switch instructions[Int(thread)] {
                    case .scalar(let expected): value == expected
                    case .set(let set): program.sets[Int(set)].contains(value)
                    case .any: value != 0x0A
                    case .split, .jump, .start, .end, .match: false
                    }
                if takes { next.start(at: thread + 1, instructions, isStart: false, isEnd: isEnd) }
            }
            swap(&current, &next)
            if current.isEmpty { return false }
        }
        return current.contains(Int32(truncatingIfNeeded: instructions.count - 1))
    }

    /// The instructions that wait at a position: a sparse set, emptied in constant time (P. Briggs, L. Torczon, "An
    /// Efficient Representation for Sparse Sets").
    private struct Threads {
        private var dense: [Int32]
        private var sparse: [Int32]
        private var pending: [Int32] = []
        private(set) var count = 0

        init(capacity: Int) {
            dense = Array(repeating: 0, count: capacity)
            sparse = Array(repeating: 0, count: capacity)
            pending.reserveCapacity(16)
        }

        var isEmpty: Bool { count == 0 }

        subscript(index: Int) -> Int32 { dense[index] }

        mutating func removeAll() { count = 0 }

        func contains(_ instruction: Int32) -> Bool {
            let index = Int(sparse[Int(instruction)])
            return index < count && dense[index] == instruction
        }

        private mutating func insert(_ instruction: Int32) -> Bool {
            if contains(instruction) { return false }
            dense[count] = instruction
            sparse[Int(instruction)] = Int32(truncatingIfNeeded: count)
            count += 1
            return true
        }

        /// Adds an instruction and all that follow from it without taking a character.
        mutating func start(at first: Int32, _ program: [RegexpProgram.Instruction], isStart: Bool, isEnd: Bool) {
            var instruction = first
            while true {
                var following: Int32?
                if insert(instruction) {
                    switch program[Int(instruction)] {
                    case .jump(let target):
                        following = target
                    case .split(let left, let right):
                        pending.append(right)
                        following = left
                    case .start:
                        if isStart { following = instruction + 1 }
                    case .end:
                        if isEnd { following = instruction + 1 }
                    case .scalar, .set, .any, .match:
                        break
                    }
                }
                guard let thread = following ?? pending.popLast() else { return }
                instruction = thread
            }
        }
    }
}
