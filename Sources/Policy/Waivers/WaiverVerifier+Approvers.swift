package import Core

extension WaiverVerifier {
    /// Every named approver must have signed, each by a key of their own that is not the owner's.
    ///
    /// Approvers may share keys, so it is a matching that is looked for: whoever signed by two keys leaves the shared
    /// one to the other.
    ///
    /// - Throws: ``WaiverProblem`` that names the first approver who is left without a key.
    func checkSignatures(of waiver: Waiver, _ document: SignedDocument, file: String) throws(WaiverProblem) {
        let owners = ownerKeys(of: waiver)
        let signed = waiver.approvers.map { name in
            document.signers(among: keys(of: name), type: WaiverDocument.payloadType).map { KeyMaterial($0) }
        }
        let own = signed.map { keys in keys.filter { !owners.contains($0) } }
        // Who signs by which key, found by augmenting paths (Kuhn); there are at most eight approvers.
        var holders: [KeyMaterial: Int] = [:]
        func assign(_ approver: Int, _ seen: inout Set<KeyMaterial>) -> Bool {
            for key in own[approver] where seen.insert(key).inserted {
                if let holder = holders[key], !assign(holder, &seen) { continue }
                holders[key] = approver
                return true
            }
            return false
        }
        for (index, name) in waiver.approvers.enumerated() {
            var seen: Set<KeyMaterial> = []
            guard assign(index, &seen) else {
                throw WaiverProblem(
                    .approver,
                    signed[index].isEmpty
                        ? "\(name) is named and did not sign; have it signed by mc waiver sign --key"
                        : "\(name) signed only by a key that is the owner's or another approver's as well",
                    file: file, id: waiver.id, field: "spec.approvedBy")
            }
        }
    }

    /// Checks that a key's signature on a waiver would count for something.
    ///
    /// - Throws: ``WaiverProblem`` when the key is none of the named approvers', or the owner holds it as well.
    package func check(signer key: PublicKey, of waiver: Waiver, file: String) throws(WaiverProblem) {
        func problem(_ message: String) -> WaiverProblem {
            WaiverProblem(.approver, message, file: file, id: waiver.id, field: "spec.approvedBy")
        }
        let material = KeyMaterial(key)
        guard waiver.approvers.flatMap({ keys(of: $0) }).contains(where: { KeyMaterial($0) == material }) else {
            throw problem(
                "the \(key) belongs to none of \(waiver.approvers.joined(separator: ", ")); sign by a key that the "
                    + "bundle lists for one of them")
        }
        guard !ownerKeys(of: waiver).contains(material) else {
            throw problem("the \(key) is the owner's as well; somebody else must approve, by another key")
        }
    }

    private func keys(of name: String) -> [PublicKey] {
        approvers.filter { $0.name.isSame(as: name) }.flatMap(\.keys)
    }

    private func ownerKeys(of waiver: Waiver) -> Set<KeyMaterial> {
        Set(
            approvers.filter { WaiverDocument.isSamePerson($0.name, waiver.owner) }.flatMap(\.keys)
                .map { KeyMaterial($0) })
    }
}
