internal import OCI

extension RegistryError {
    /// Whether no answer came, so that anything may be there; other errors are answers that cannot be used.
    var isOutage: Bool {
        [.unavailable, .timeout, .unauthorized, .denied, .credentials, .cancelled].contains(code)
    }
}
