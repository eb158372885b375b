import Core

@_silgen_name("LLVMFuzzerMutate")
private func llvmMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

/// Changes one place of a JSON text so that the text stays JSON and base64 stays base64.
///
/// Without it nearly every mutation of a bundle dies in the JSON or base64 reader, and what is within the base64 (DER,
/// log entries, statements) is never reached. Some mutations stay blind, for those readers' sake.
public struct JSONMutator {
    private var random: UInt64

    private init(seed: UInt32) { random = UInt64(seed) << 1 | 1 }

    /// The body of a target's `LLVMFuzzerCustomMutator`.
    public static func mutate(
        _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32
    ) -> Int {
        var mutator = JSONMutator(seed: seed)
        let bytes = Array(UnsafeBufferPointer(start: data, count: size))
        guard mutator.below(5) > 0, let value = try? JSONValue(parsing: bytes) else {
            return llvmMutate(data, size, maximum)
        }
        let changed = mutator.change(value).canonical
        guard changed.count <= maximum, changed != bytes else { return llvmMutate(data, size, maximum) }
        UnsafeMutableBufferPointer(start: data, count: maximum).baseAddress?.update(from: changed, count: changed.count)
        return changed.count
    }

    /// xorshift64: reproducible from the seed that libFuzzer gives.
    private mutating func below(_ limit: Int) -> Int {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return Int(random >> 11) % max(limit, 1)
    }

    private mutating func change(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            var members = object.members
            guard !members.isEmpty else { return ["payload": "AAAA"] }
            let index = below(members.count)
            if below(24) == 0 { members.remove(at: index) } else { members[index].value = change(members[index].value) }
            return .object(JSONObject(members))
        case .array(var values):
            guard !values.isEmpty else { return [value] }
            let index = below(values.count)
            switch below(24) {
            case 0: values.remove(at: index)
            case 1: values.insert(values[index], at: below(values.count))
            default: values[index] = change(values[index])
            }
            return .array(values)
        case .string(let text): return .string(change(text))
        case .integer(let number):
            let choices: [Int64] = [0, 1, -1, number &+ 1, number &- 1, number ^ (1 << below(63)), .max, .min]
            return .integer(choices[below(choices.count)])
        case .null, .bool, .number: return [.null, .bool(true), .integer(0), "", [], [:], .number("1e309")][below(7)]
        }
    }

    private mutating func change(_ text: String) -> String {
        if below(32) == 0 { return ["", "0", "AAAA", "\u{2014} ", "1970-01-01T00:00:00Z"][below(5)] }
        if let number = Int64(text), case .integer(let other) = change(.integer(number)) { return String(other) }
        if let bytes = Base64.decode(text), bytes.count > 2, below(16) > 0 { return Base64.encode(change(bytes)) }
        return String(decoding: blind(Array(text.utf8)), as: UTF8.self)
    }

    /// Log entries and payloads are JSON (and base64) again.
    private mutating func change(_ bytes: [UInt8]) -> [UInt8] {
        if below(8) > 0, let inner = try? JSONValue(parsing: bytes) {
            switch inner {
            case .object, .array: return change(inner).canonical
            default: break
            }
        }
        return blind(bytes)
    }

    private func blind(_ bytes: [UInt8]) -> [UInt8] {
        var buffer = bytes + [UInt8](repeating: 0, count: 64)
        let capacity = buffer.count
        let count = buffer.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { llvmMutate($0, bytes.count, capacity) } ?? 0
        }
        return Array(buffer.prefix(count))
    }
}
