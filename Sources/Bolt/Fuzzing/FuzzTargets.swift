internal import Core

/// Entries for fuzzing; each names the property that does not hold, or gives `nil`.
@_spi(Fuzzing) public enum FuzzTargets {
    /// First byte even: a value; odd: what a server sends, and where the network cuts it.
    public static func bolt(_ bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        return first.isMultiple(of: 2)
            ? value(Array(bytes.dropFirst()))
            : conversation(Array(bytes.dropFirst(2)), cut: Int(bytes.dropFirst().first ?? 0))
    }

    private static func value(_ bytes: [UInt8]) -> String? {
        let limits = PackStreamLimits(bytes: 1 << 16, depth: 32, values: 10_000)
        do throws(PackStreamError) {
            let value = try PackStreamReader.value(bytes, limits: limits)
            var writer = PackStreamWriter()
            try writer.write(value)
            // Compared as bytes: a float that is no number equals nothing.
            var again = PackStreamWriter()
            try again.write(try PackStreamReader.value(writer.bytes))
            return again.bytes == writer.bytes ? nil : "what is written reads the same"
        } catch {
            return (0...bytes.count).contains(error.offset) ? nil : "an error lies within the bytes"
        }
    }

    private static func conversation(_ bytes: [UInt8], cut: Int) -> String? {
        let setup = ConnectionMachine.Setup(
            credentials: .basic(user: "neo4j", password: "s3cret-w0rd"), limits: PackStreamLimits(bytes: 1 << 14),
            place: "bolt://fuzz:7687")
        var machine = ConnectionMachine(setup)
        _ = machine.opened()
        var events: [ConnectionMachine.Event] = []
        // In one piece, then byte by byte: the caller asks on whenever it may.
        for part in [Array(bytes.prefix(cut))] + bytes.dropFirst(cut).map({ [$0] }) {
            for case .tell(let event) in machine.received(part) { events.append(event) }
            if machine.isIdle {
                _ = try? machine.send(.run("RETURN 1", parameters: [:], extra: [:], batch: 2))
            } else if events.last == .batchEnded {
                _ = try? machine.send(.more(batch: 2))
            }
        }
        let ends = events.count { if case .closed = $0 { true } else { false } }
        if ends > 1 { return "a connection ends once" }
        if ends == 1 {
            guard case .closed? = events.last else { return "nothing follows the end" }
        }
        let repeats = events.contains { event in
            switch event {
            case .closed(let error), .failed(let error): error.description.contains("s3cret-w0rd")
            default: false
            }
        }
        return repeats ? "an error holds no secret" : nil
    }
}
