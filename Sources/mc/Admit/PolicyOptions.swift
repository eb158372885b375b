import ArgumentParser
import Core
import Foundation
import Policy

/// Which policy bundle decides, whose signatures on it count, and which waivers there are.
struct PolicyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The policy bundle's folder.", valueName: "folder"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "The RoleTrust document that says whose signatures count; $MC_POLICY_TRUST when absent.", valueName: "file")
    )
    var trust: String?

    @Option(help: ArgumentHelp("The versions accepted before, against rollback.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("The folder of signed waivers and revocation lists.", valueName: "folder"))
    var waivers: String?
}
