/// A tagged list of fields (PackStream, "Structure"), for the kinds that are passed on as they are.
///
/// Known tags are `D` date, `T` time, `t` local time, `I` and `i` date with time and zone (`F` and `f` before 5.0),
/// `d` local date with time, `E` duration, `X` and `Y` points.
package struct BoltStructure: Sendable, Hashable {
    /// What the fields mean.
    package let tag: UInt8
    /// At most 15.
    package let fields: [BoltValue]

    package init(tag: UInt8, fields: [BoltValue]) {
        self.tag = tag
        self.fields = fields
    }
}
