internal import Core
internal import Policy

extension CaseScene {
    /// The case's waivers, signed and verified, with the digest of each by id.
    func waivers() throws -> (book: WaiverBook, digests: [String: Digest]) {
        guard script.waivers.isEmpty else { throw RehearsalError(.waiver, "waivers cannot be signed yet") }
        return (.none, [:])
    }
}
