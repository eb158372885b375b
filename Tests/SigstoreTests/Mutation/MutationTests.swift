import Attestation
import Core
import Foundation
import Sigstore
import TestSupport
import Testing

/// Evidence is refused after any change to a byte that a step authenticates.
///
/// Every field of every genuine piece of evidence is changed in the ways the ``Mutator`` knows, a seeded sample of them
/// at each place. `MC_MUTATIONS=all` makes every change, and changes every byte; a list of bases' names, parted by commas,
/// does so for them.
@Suite(.enabled(if: SharedData.isPresent, "conformance data"))
struct MutationTests {
    private static let exhaustive = Set(
        (ProcessInfo.processInfo.environment["MC_MUTATIONS"] ?? "").split(separator: ",").map(String.init))
    static let bases: [MutationBase] = SharedData.isPresent ? (try? MutationBase.all()) ?? [] : []
    /// Bases of which every DER tag and length is changed on each run; the others' are alike.
    private static let representatives: Set<String> = [
        "happy-path-v0.3", "rekor2-happy-path", "intoto-with-custom-trust-root",
    ]

    static func isExhaustive(_ base: MutationBase) -> Bool {
        exhaustive.contains("all") || exhaustive.contains(base.name)
    }

    static func mutations(of base: MutationBase, _ share: Mutator.Share? = nil) -> [Mutation] {
        let isRepresentative = representatives.contains(base.name)
        let usual = Mutator.Share(
            outer: isRepresentative ? 20 : 6, inner: isRepresentative ? 4 : 2, keepsDER: isRepresentative)
        return Mutator.mutations(
            of: base.document, donors: MutationBase.donors(for: base, among: bases),
            share: share ?? (isExhaustive(base) ? nil : usual), seed: 2)
    }

    @Test func everythingGenuineIsThere() { #expect(Self.bases.count == 22) }

    @Test(arguments: bases)
    func everyAuthenticatedByteCounts(base: MutationBase) throws {
        let genuine = try #require(base.verdict(on: base.document)?.evidence, "the genuine evidence must verify")
        let limits = EvidenceLimits(genuine, base)
        var counts = (mutants: 0, malformed: 0, refused: 0, allowed: 0)
        for mutation in Self.mutations(of: base) {
            guard let mutant = mutation(base.document) else { continue }
            counts.mutants += 1
            switch base.verdict(on: mutant) {
            case nil: counts.malformed += 1
            case .refused: counts.refused += 1
            case .verified(let evidence):
                let isAllowed = AllowedMutation.all.contains { $0.covers(mutation, base) }
                #expect(isAllowed, "verified although changed at \(mutation)")
                #expect(limits.hold(for: evidence), "a change at \(mutation) reached the result")
                counts.allowed += 1
            }
        }
        #expect(counts.refused > counts.mutants / 3)
        if !Self.exhaustive.isEmpty { print("mutants of \(base.name): \(counts)") }
    }

    /// The list of what may verify must not grow wider than the evidence needs.
    @Test func everyAllowanceIsNeeded() {
        var unneeded = AllowedMutation.all
        for base in Self.bases {
            // Only what the list covers is verified, so the share may be large.
            for mutation in Self.mutations(of: base, Mutator.Share(outer: 60, inner: 0, keepsDER: false)) {
                guard let first = unneeded.firstIndex(where: { $0.covers(mutation, base) }),
                    let mutant = mutation(base.document), base.verdict(on: mutant)?.evidence != nil
                else { continue }
                unneeded.remove(at: first)
            }
        }
        #expect(unneeded.map(\.name).isEmpty)
    }

    /// The mutator must not miss a field: each has a change of its own, in the sample too.
    @Test(arguments: bases)
    func everyFieldIsChanged(base: MutationBase) {
        let changed = Set(Self.mutations(of: base).map(\.place))
        var missing: [String] = []
        func visit(_ value: JSONValue, _ path: String) {
            if !changed.contains(path) { missing.append(path) }
            for member in value.object?.members ?? [] { visit(member.value, "\(path).\(member.key)") }
            for (index, element) in (value.array ?? []).enumerated() { visit(element, "\(path)[\(index)]") }
        }
        visit(base.document, "")
        #expect(missing.isEmpty)
    }

    /// An artifact that differs in any byte is another artifact.
    @Test(arguments: bases)
    func everyByteOfTheArtifactCounts(base: MutationBase) throws {
        guard let path = base.artifactPath else { return }
        let bytes = try SharedData.bytes(path)
        let bundle = try Bundle(parsing: base.document.canonical)
        var generator = SeededGenerator(seed: 3)
        let positions = bytes.count <= 16 ? Array(bytes.indices) : (0..<8).map { _ in generator.below(bytes.count) }
        for position in positions {
            var changed = bytes
            changed[position] ^= 1 << UInt8(generator.below(8))
            let verdict = base.verifier.verify(bundle, artifact: Artifact(bytes: changed), now: MutationBase.now)
            #expect(verdict.evidence == nil, "byte \(position)")
        }
    }
}

/// What the evidence of a mutant may say: nothing that the genuine evidence does not.
struct EvidenceLimits {
    private let genuine: VerifiedEvidence
    private let indices: Set<Int64>

    init(_ genuine: VerifiedEvidence, _ base: MutationBase) {
        self.genuine = genuine
        // Without a promise the result gives the proof's index, which the checkpoint covers.
        let reduced = base.without(MutationBase.promise).flatMap { $0.verdict(on: $0.document)?.evidence }
        indices = Set((genuine.logEntries + (reduced?.logEntries ?? [])).map(\.index))
    }

    func hold(for evidence: VerifiedEvidence) -> Bool {
        evidence.signer == genuine.signer && evidence.artifact == genuine.artifact
            && evidence.content == genuine.content && evidence.trustRoot == genuine.trustRoot
            && evidence.times.allSatisfy(genuine.times.contains)
            && evidence.logEntries.allSatisfy { entry in
                indices.contains(entry.index)
                    && genuine.logEntries.contains {
                        $0.logID == entry.logID && $0.log == entry.log && ($0.inclusionProven || !entry.inclusionProven)
                    }
            }
    }
}
