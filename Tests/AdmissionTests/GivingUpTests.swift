import Admission
import Attestation
import Core
import OCI
import Synchronization
import Testing

/// Registries that give no answer are not asked for ever.
@Suite struct GivingUpTests {
    /// A registry that answers as it is told, and counts.
    private final class Registry: ImageSource, EvidencePlaces {
        let place: RegistryError.Place
        private let answers: [RegistryError.Code?]
        private let state = Mutex(0)

        init(_ host: String, _ answers: [RegistryError.Code?]) {
            place = .registry(host: host, repository: "app")
            self.answers = answers
        }

        var asked: Int { state.withLock { $0 } }

        func sources(
            for image: ImageReference, and repositories: [String]
        ) throws(RegistryError) -> [any ImageSource] { [self] }

        private func answer() throws(RegistryError) {
            let index = state.withLock { count in
                count += 1
                return count - 1
            }
            if let code = answers[index % answers.count] { throw RegistryError(code, "as scripted", at: place) }
        }

        func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor {
            try answer()
            throw RegistryError(.notFound, "no tag", at: place)
        }

        func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument {
            try answer()
            throw RegistryError(.notFound, "no document", at: place)
        }

        func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8] {
            try answer()
            return []
        }

        func referrers(of digest: Digest, artifactType: String?) async throws(RegistryError) -> [Descriptor] {
            try answer()
            return []
        }

        func attachments(_ kind: CosignAttachment, to digest: Digest) async throws(RegistryError) -> [Descriptor] {
            try answer()
            return []
        }
    }

    @Test(
        arguments: [
            ([.unavailable], 2, 1), ([.timeout], 2, 1), ([.unavailable, .timeout], 2, 1),
            // An answer in between, whatever it is, and calls that were given up say nothing of the kind.
            ([nil], 20, 0), ([.unavailable, nil], 20, 0), ([.unavailable, .notFound], 20, 0), ([.denied], 20, 0),
            ([.cancelled], 20, 0), ([nil, .unavailable, .unavailable], 3, 1),
        ] as [([RegistryError.Code?], Int, Int)])
    func silenceTwiceInARow(answers: [RegistryError.Code?], asked: Int, said: Int) async throws {
        let registry = Registry("one.example", answers)
        let told = Mutex<[String]>([])
        let places = GivingUpPlaces(registry) { text in told.withLock { $0.append(text) } }
        let image = try ImageReference("one.example/app:v1")
        for _ in 0..<20 {
            // Each image has sources of its own; what is known of a registry is common to them.
            for source in try places.sources(for: image, and: []) {
                _ = try? await source.referrers(of: .of([1]), artifactType: nil)
            }
        }
        #expect(registry.asked == asked && told.withLock { $0.count } == said)
    }

    @Test func anotherRegistryIsStillAsked() async throws {
        struct Both: EvidencePlaces {
            let sources: [any ImageSource]

            func sources(
                for image: ImageReference, and repositories: [String]
            ) throws(RegistryError) -> [any ImageSource] { sources }
        }
        let silent = Registry("one.example", [.unavailable])
        let good = Registry("two.example", [nil])
        let places = GivingUpPlaces(Both(sources: [silent, good])) { _ in }
        let image = try ImageReference("one.example/app:v1")
        var errors: [RegistryError] = []
        for _ in 0..<5 {
            for source in try places.sources(for: image, and: []) {
                do throws(RegistryError) {
                    _ = try await source.blob(.of([1]), size: nil, cap: Cap("bytes", 1))
                } catch {
                    errors.append(error)
                }
            }
        }
        #expect(silent.asked == 2 && good.asked == 5 && errors.count == 5)
        // What is not asked is unread, and not taken for absent.
        #expect(errors.allSatisfy { $0.code == .unavailable })
    }
}
