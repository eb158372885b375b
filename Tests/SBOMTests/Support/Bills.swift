import Core
import Testing

@testable import SBOM

/// Small documents, and what a test asks of them.
enum Bills {
    static func read(_ text: String, limits: BillLimits = .standard) throws -> BillOfMaterials {
        try BillOfMaterials.read(Array(text.utf8), limits: limits)
    }

    static func refusal(_ text: String, limits: BillLimits = .standard) -> BillError? {
        refusal(Array(text.utf8), limits: limits)
    }

    static func refusal(_ bytes: [UInt8], limits: BillLimits = .standard) -> BillError? {
        do throws(BillError) {
            _ = try BillOfMaterials.read(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    /// A CycloneDX document in JSON with these further members.
    static func json(_ members: String, version: String = "1.5") -> String {
        #"{"bomFormat":"CycloneDX","specVersion":"\#(version)","version":1"# + (members.isEmpty ? "" : "," + members)
            + "}"
    }

    /// A CycloneDX document in XML with these elements.
    static func xml(_ content: String, version: String = "1.5", attributes: String = "") -> String {
        #"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/\#(version)" \#(attributes)>\#(content)</bom>"#
    }

    static func spdx(_ members: String, version: String = "SPDX-2.3") -> String {
        #"{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"\#(version)","name":"n","# + members + "}"
    }

    /// The dependencies by the names of both ends.
    static func edges(_ bill: BillOfMaterials) -> [String] {
        bill.dependencies.map { "\(bill[$0.from].name)-\($0.kind)>\(bill[$0.to].name)" }
    }

    static func reasons(_ bill: BillOfMaterials) -> [Quarantine.Reason] { bill.quarantined.map(\.reason) }
}
