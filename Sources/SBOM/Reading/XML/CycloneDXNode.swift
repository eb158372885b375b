/// What an element of a CycloneDX document means, by its name and the element around it.
enum CycloneDXNode {
    case document, bill
    case metadata, timestamp, tools, tool, toolPart
    case subject, components, component
    /// A field of a component, whose text is wanted.
    case name, version, group, purl, scope
    case hashes, hash, licences, licence, licenceText
    case dependencies, dependency
    case compositions, composition, aggregate, assemblies, assembly, composedDependencies, composedDependency
    case services, service
    /// What is passed over, with all that is in it.
    case other

    /// Whether the text within it is kept.
    var wantsText: Bool {
        switch self {
        case .timestamp, .toolPart, .name, .version, .group, .purl, .scope, .hash, .licenceText, .aggregate: true
        default: false
        }
    }

    /// The meaning of an element of that name within this one.
    func child(_ name: String) -> CycloneDXNode {
        switch self {
        case .document: name == "bom" ? .bill : .other
        case .bill: Self.ofBill[name] ?? .other
        case .metadata: ["timestamp": .timestamp, "tools": .tools, "component": .subject][name] ?? .other
        // From 1.5 on tools are components and services of their own.
        case .tools:
            switch name {
            case "components", "services": .tools
            case "tool", "component", "service": .tool
            default: .other
            }
        case .tool: ["vendor", "group", "name", "version"].contains(name) ? .toolPart : .other
        case .components: name == "component" ? .component : .other
        case .subject, .component: Self.ofComponent[name] ?? .other
        case .hashes: name == "hash" ? .hash : .other
        case .licences: name == "license" ? .licence : name == "expression" ? .licenceText : .other
        case .licence: name == "id" || name == "name" ? .licenceText : .other
        case .dependencies, .dependency: name == "dependency" ? .dependency : .other
        case .compositions: name == "composition" ? .composition : .other
        case .composition:
            ["aggregate": .aggregate, "assemblies": .assemblies, "dependencies": .composedDependencies][name] ?? .other
        case .assemblies: name == "assembly" ? .assembly : .other
        case .composedDependencies: name == "dependency" ? .composedDependency : .other
        case .services: name == "service" ? .service : .other
        case .service: name == "services" ? .services : .other
        default: .other
        }
    }

    private static let ofBill: [String: CycloneDXNode] = [
        "metadata": .metadata, "components": .components, "dependencies": .dependencies, "compositions": .compositions,
        "services": .services,
    ]

    private static let ofComponent: [String: CycloneDXNode] = [
        "name": .name, "version": .version, "group": .group, "purl": .purl, "scope": .scope, "hashes": .hashes,
        "licenses": .licences, "components": .components,
    ]
}
