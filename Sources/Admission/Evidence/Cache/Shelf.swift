/// Values by key, within a number and a weight; what was not used for longest goes first.
struct Shelf<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot {
        var value: Value
        var weight: Int
        var used: UInt64
    }

    private var slots: [Key: Slot] = [:]
    private var clock: UInt64 = 0
    private(set) var weight = 0
    private let maximumCount: Int
    private let maximumWeight: Int

    init(count: Int, weight: Int) {
        maximumCount = count
        maximumWeight = weight
    }

    var count: Int { slots.count }

    /// The value of a key, which is used by that.
    mutating func use(_ key: Key) -> Value? {
        guard let index = slots.index(forKey: key) else { return nil }
        clock += 1
        slots.values[index].used = clock
        return slots.values[index].value
    }

    /// Puts a value in place of any older one; one that is too heavy for the shelf is not kept.
    ///
    /// - Returns: how many others had to go.
    mutating func put(_ value: Value, _ key: Key, weight: Int) -> Int {
        remove(key)
        guard weight <= maximumWeight, maximumCount > 0 else { return 0 }
        clock += 1
        slots[key] = Slot(value: value, weight: weight, used: clock)
        self.weight += weight
        guard slots.count > maximumCount || self.weight > maximumWeight else { return 0 }
        // A few more go than must, so that not every further value sorts the shelf anew.
        var gone = 0
        for (other, slot) in slots.sorted(by: { $0.value.used < $1.value.used }) where other != key {
            guard slots.count > maximumCount - maximumCount / 16 || self.weight > maximumWeight - maximumWeight / 16
            else { break }
            self.weight -= slot.weight
            slots[other] = nil
            gone += 1
        }
        return gone
    }

    mutating func remove(_ key: Key) {
        if let old = slots.removeValue(forKey: key) { weight -= old.weight }
    }
}
