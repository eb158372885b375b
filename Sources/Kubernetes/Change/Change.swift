/// What a request does to what runs.
package enum Change: Sendable, Hashable {
    /// The object goes; what is stored is not judged.
    case deletion
    /// Someone connects to something that runs.
    case connection(Connection)
    /// The object is made, or nothing is known of what was there before.
    case newTemplate
    /// Images, other parts of a pod template, or what binds it to a repository or environment change.
    case changedTemplate
    /// Debug containers join a running Pod, and nothing else of it changes.
    case ephemeralContainers(added: [String])
    /// The scale subresource is written.
    case scale(Scale)
    /// The templates stay; `scale` tells when the number of Pods changes, `touched` what else does.
    case unchangedTemplate(scale: Scale?, touched: Set<Part>)
    /// No pod template is known of this.
    case noTemplate(NoTemplate)

    /// How someone connects.
    package enum Connection: Sendable, Hashable {
        case exec
        case attach
        case portForward
        /// Another way, such as `proxy`.
        case other(String)
    }

    /// How many Pods there were and shall be.
    package struct Scale: Sendable, Hashable {
        /// How many there were; `nil` when that is not known.
        package let from: Int64?
        package let to: Int64

        package init(from: Int64?, to: Int64) {
            self.from = from
            self.to = to
        }

        /// Whether there shall be more; when it is not known how many there were, any are more.
        package var isUp: Bool { to > (from ?? 0) }
    }

    /// A part of an object beside its templates.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        /// Labels, annotations, owners and finalizers.
        case metadata
        case status
        /// The rest of the specification, such as a rollout strategy.
        case spec
    }

    /// Why no template is known.
    package enum NoTemplate: Sendable, Hashable {
        /// A subresource that brings no containers along, such as `binding` or `eviction`.
        case harmlessSubresource(String)
        case unknownSubresource(String)
        /// A kind of Kubernetes itself that runs nothing, such as a ConfigMap.
        case kindWithoutPods
        /// A kind of which nothing is known; it has to be configured when it runs pods.
        case unknownKind
        /// A configured kind, but none of its paths leads anywhere in this object.
        case templateNotFound
    }

    /// Whether nothing can start through this that did not run before: deletion, fewer Pods, metadata and status.
    package var startsNothing: Bool {
        switch self {
        case .deletion: true
        case .scale(let scale): !scale.isUp
        case .unchangedTemplate(let scale, let touched): scale?.isUp != true && !touched.contains(.spec)
        case .noTemplate(.harmlessSubresource), .noTemplate(.kindWithoutPods): true
        case .noTemplate, .connection, .newTemplate, .changedTemplate, .ephemeralContainers: false
        }
    }
}
