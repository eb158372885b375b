import ArgumentParser
import Core
import Foundation
import KubernetesClient

/// Which cluster is asked, and as whom.
struct ClusterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The kubeconfig; $KUBECONFIG or ~/.kube/config when absent.", valueName: "file"))
    var kubeconfig: String?

    @Option(help: ArgumentHelp("The kubeconfig's context; the current one when absent.", valueName: "name"))
    var context: String?

    @Flag(help: "Use the pod's own service account.")
    var inCluster = false

    @Flag(help: "Obey a kubeconfig that says not to verify the API server's certificate; anybody may pretend to be it.")
    var insecureSkipTLSVerify = false

    func validate() throws {
        if inCluster, kubeconfig != nil || context != nil {
            throw ValidationError("--in-cluster takes no kubeconfig and no context")
        }
    }

    /// Whether an option names a cluster.
    var isNamed: Bool { inCluster || kubeconfig != nil || context != nil }

    /// How the cluster is reached.
    ///
    /// - Throws: ``KubernetesError`` with the file and field that cannot be used.
    func access() throws -> ClusterAccess {
        let environment = ProcessInfo.processInfo.environment
        if inCluster { return try .inCluster(environment: environment) }
        let files = try kubeconfig.map { [$0] } ?? Kubeconfig.files(environment: environment)
        return try Kubeconfig(files: files).access(context: context, allowsUnverified: insecureSkipTLSVerify)
    }

    /// A client of the cluster.
    ///
    /// - Throws: ``KubernetesError`` as ``access()``.
    func client(_ options: ClientOptions = ClientOptions()) throws -> KubernetesClient {
        KubernetesClient(
            try access(), environment: ProcessInfo.processInfo.environment, options: options, wallClock: { .now })
    }
}
