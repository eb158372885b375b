/// A file of written cases (`kind: AdmissionTest`).
package struct AdmissionTest: Sendable {
    /// The file, for messages.
    package var file: String
    /// `metadata.name`
    package var name: String
    /// `spec.policy`: the bundle's folder, relative to the file; whoever plays the cases may give another.
    package var policy: String?
    package var cases: [AdmissionCase]

    package init(file: String, name: String, policy: String? = nil, cases: [AdmissionCase]) {
        self.file = file
        self.name = name
        self.policy = policy
        self.cases = cases
    }
}
