/// What an SPDX relationship means here, and whether it is written the other way round.
struct Relation {
    enum Meaning {
        case describes
        case dependency(BillOfMaterials.Dependency.Kind)
    }

    let meaning: Meaning
    /// Whether the second element is the one that needs, holds or describes the first.
    let isReversed: Bool

    private init(_ meaning: Meaning, reversed: Bool = false) {
        self.meaning = meaning
        isReversed = reversed
    }

    private init(_ kind: BillOfMaterials.Dependency.Kind, reversed: Bool = false) {
        self.init(.dependency(kind), reversed: reversed)
    }

    /// A relationship of SPDX 2.2 or 2.3 (§11.1); `nil` for those that are no dependency.
    init?(spdx2 type: String) {
        switch type {
        case "DESCRIBES": self.init(.describes)
        case "DESCRIBED_BY": self.init(.describes, reversed: true)
        case "CONTAINS": self.init(.contains)
        case "CONTAINED_BY": self.init(.contains, reversed: true)
        case "DEPENDS_ON", "STATIC_LINK", "DYNAMIC_LINK", "HAS_PREREQUISITE": self.init(.dependsOn)
        case "DEPENDENCY_OF", "PREREQUISITE_FOR": self.init(.dependsOn, reversed: true)
        case "BUILD_DEPENDENCY_OF", "BUILD_TOOL_OF": self.init(.build, reversed: true)
        case "DEV_DEPENDENCY_OF", "DEV_TOOL_OF": self.init(.dev, reversed: true)
        case "TEST_DEPENDENCY_OF", "TEST_TOOL_OF": self.init(.test, reversed: true)
        case "OPTIONAL_DEPENDENCY_OF", "OPTIONAL_COMPONENT_OF": self.init(.optional, reversed: true)
        case "PROVIDED_DEPENDENCY_OF": self.init(.provided, reversed: true)
        case "RUNTIME_DEPENDENCY_OF": self.init(.runtime, reversed: true)
        default: return nil
        }
    }

    /// A relationship of SPDX 3 (Core, `RelationshipType`); `nil` for those that are no dependency.
    ///
    /// - Parameter scope: the lifecycle in which it holds (`LifecycleScopeType`), when there is one.
    init?(spdx3 type: String, scope: String?) {
        switch type {
        case "describes": self.init(.describes)
        case "contains": self.init(.contains)
        case "dependsOn", "hasStaticLink", "hasDynamicLink", "hasPrerequisite":
            switch scope {
            case "build": self.init(.build)
            case "development": self.init(.dev)
            case "test": self.init(.test)
            case "runtime": self.init(.runtime)
            default: self.init(.dependsOn)
            }
        case "hasOptionalDependency", "hasOptionalComponent": self.init(.optional)
        case "hasProvidedDependency": self.init(.provided)
        default: return nil
        }
    }
}
