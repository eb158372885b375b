internal import Core

/// A component while its fields are read; they come in any order.
struct ElementDraft {
    var reference: String?
    var type: String?
    var group: String?
    var name: String?
    var version: String?
    var purl: String?
    var licences: [String] = []
    var hashes: [ComponentHash] = []
    var scope: BillOfMaterials.Component.Scope?
}
