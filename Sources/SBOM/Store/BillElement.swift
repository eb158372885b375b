/// A component as it is kept: numbers of texts, ``TextTable/none`` where there is none.
struct BillElement: Sendable {
    var reference = TextTable.none
    var type = TextTable.none
    var group = TextTable.none
    var name = TextTable.none
    var version = TextTable.none
    var purl = TextTable.none
    var licences = TextTable.none
    var parent = TextTable.none
    var hashStart: UInt32 = 0
    var hashCount: UInt8 = 0
    var scope: UInt8 = 0
    /// Whether it is complete; a place that was only reserved is left out at the end.
    var isKept = false
}
