import Foundation

/// Where a RoleTrust document is named when no option names it.
enum PolicyTrust {
    /// The file that an option names, or `MC_POLICY_TRUST`; `nil` when neither does.
    static func file(_ option: String?) -> String? {
        option ?? ProcessInfo.processInfo.environment["MC_POLICY_TRUST"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
