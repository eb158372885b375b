internal import Core

/// How long evidence is used after it was read, and how much of it is kept.
package struct EvidenceCacheLimits: Sendable, Hashable {
    /// After this it is read again in the background, and used meanwhile.
    package var refreshAfter: Duration = .seconds(300)
    /// After this it is read again before it is used, so that what was said against an image since is heard.
    package var freshFor: Duration = .seconds(3_600)
    /// As long as this it serves while its place gives no answer, for what was admitted before.
    package var maximumAge: Duration = .seconds(86_400)
    /// How long "there is nothing" is believed.
    package var nothingFor: Duration = .seconds(30)
    /// How long it is believed that all there is was refused, or that something of it cannot be read.
    package var refusedFor: Duration = .seconds(30)
    /// How long a place that gave no answer is not asked again.
    package var outageFor: Duration = .seconds(5)

    /// How many manifests' evidence is kept in memory.
    package var memoryEntries = 8_192
    /// About how many bytes of memory it may take.
    package var memoryBytes = 128 << 20
    /// How many files are kept on disk.
    package var diskFiles = 16_384
    /// How many bytes they may take.
    package var diskBytes = 1 << 30
    /// How large one file may be; what needs more is not kept on disk.
    package var fileBytes = 32 << 20
    /// How many collections may be under way; more are answered by "not asked".
    package var flights = 1_024

    package init() {}

    /// How many bytes of memory a byte of evidence is taken for: a parsed statement is larger than its text.
    static let memoryPerByte = 8
    /// What an entry takes without its evidence.
    static let memoryPerEntry = 2_048
}
