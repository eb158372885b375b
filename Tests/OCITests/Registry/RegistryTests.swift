import Testing

/// Everything that talks to a server. One after the other, since many of these tests measure how long they take.
@Suite("Registries", .serialized)
enum RegistryTests {}
