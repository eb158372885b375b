/// The bytes that libFuzzer hands over; they are only valid during the call, so they are copied.
public func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// Stops with a message, which libFuzzer reports as a crash of this input.
///
/// A property that does not hold is as much a finding as a trap.
public func demand(_ holds: Bool, _ property: @autoclosure () -> String) {
    guard holds else { preconditionFailure("property violated: \(property())") }
}

/// Stops when a check of the library names a property that does not hold.
public func demandNil(_ violation: String?) { demand(violation == nil, violation ?? "") }
