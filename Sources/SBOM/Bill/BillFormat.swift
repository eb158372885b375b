/// The family of a bill of materials.
package enum BillFormat: String, Sendable, Hashable, CaseIterable {
    case cycloneDX = "CycloneDX"
    case spdx = "SPDX"

    /// The versions that are read.
    package var versions: [String] {
        switch self {
        case .cycloneDX: ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]
        case .spdx: ["SPDX-2.2", "SPDX-2.3", "3.0", "3.0.0", "3.0.1"]
        }
    }
}
