//! Which category a kind of Kubernetes resource belongs to, and what the kind is for.
//! Source: the API reference of Kubernetes; a foreign API version is a custom resource unless it plainly belongs elsewhere.

/// Kind, category, what it is for.
const KINDS: &[(&str, &str, &str)] = &[
    ("Deployment", "Workloads", "Runs a stateless application."),
    ("StatefulSet", "Workloads", "Runs an application with stable names and storage."),
    ("DaemonSet", "Workloads", "Runs a pod on every node."),
    ("ReplicaSet", "Workloads", "Keeps a number of pods running."),
    ("ReplicationController", "Workloads", "Keeps a number of pods running."),
    ("DeploymentConfig", "Workloads", "Runs a stateless application on OpenShift."),
    ("Rollout", "Workloads", "Runs a stateless application with progressive delivery."),
    ("Pod", "Workloads", "Runs containers once."),
    ("Job", "Workloads", "Runs a task to its end."),
    ("CronJob", "Workloads", "Runs a task on a schedule."),
    ("Knative Service", "Workloads", "Runs a stateless application that scales with requests, as Cloud Run does."),
    ("Service", "Networking", "Gives pods one address."),
    ("Headless Service", "Networking", "Gives each pod an address of its own."),
    ("Ingress", "Networking", "Lets requests in from outside by host and path."),
    ("IngressClass", "Networking", "Names a controller of ingresses."),
    ("NetworkPolicy", "Networking", "Says which pods may talk to each other."),
    ("Endpoints", "Networking", "Names addresses behind a service."),
    ("EndpointSlice", "Networking", "Names addresses behind a service."),
    ("Gateway", "Networking", "Listens for requests from outside."),
    ("HTTPRoute", "Networking", "Leads HTTP requests to services."),
    ("GRPCRoute", "Networking", "Leads gRPC requests to services."),
    ("TCPRoute", "Networking", "Leads TCP connections to services."),
    ("TLSRoute", "Networking", "Leads TLS connections to services."),
    ("VirtualService", "Networking", "Leads requests to services through a mesh."),
    ("DestinationRule", "Networking", "Says how a mesh reaches a service."),
    ("IngressRoute", "Networking", "Lets requests in through Traefik."),
    ("Route", "Networking", "Lets requests in on OpenShift."),
    ("ConfigMap", "Configuration & Storage", "Holds configuration that is not secret."),
    ("Secret", "Configuration & Storage", "Holds secret values."),
    ("ExternalSecret", "Configuration & Storage", "Brings secret values in from an outside store."),
    ("ClusterExternalSecret", "Configuration & Storage", "Brings secret values in from an outside store."),
    ("SealedSecret", "Configuration & Storage", "Holds encrypted secret values."),
    ("SecretStore", "Configuration & Storage", "Names an outside store of secrets."),
    ("ClusterSecretStore", "Configuration & Storage", "Names an outside store of secrets."),
    ("SecretProviderClass", "Configuration & Storage", "Names an outside store of secrets."),
    ("PersistentVolumeClaim", "Configuration & Storage", "Asks for lasting storage."),
    ("PersistentVolume", "Configuration & Storage", "Gives lasting storage."),
    ("StorageClass", "Configuration & Storage", "Says how storage is made."),
    ("Namespace", "Configuration & Storage", "Keeps resources apart."),
    ("ResourceQuota", "Configuration & Storage", "Bounds what a namespace may use."),
    ("LimitRange", "Configuration & Storage", "Bounds what a pod may use."),
    ("PriorityClass", "Configuration & Storage", "Says which pods go first."),
    ("HorizontalPodAutoscaler", "Autoscaling", "Changes the number of pods with the load."),
    ("VerticalPodAutoscaler", "Autoscaling", "Changes the resources of pods with the load."),
    ("ScaledObject", "Autoscaling", "Changes the number of pods with events."),
    ("ScaledJob", "Autoscaling", "Starts jobs with events."),
    ("PodDisruptionBudget", "Autoscaling", "Keeps enough pods running during maintenance."),
    ("ServiceAccount", "Access Control", "The identity of pods."),
    ("Role", "Access Control", "Permissions in a namespace."),
    ("ClusterRole", "Access Control", "Permissions in the cluster."),
    ("RoleBinding", "Access Control", "Gives permissions in a namespace."),
    ("ClusterRoleBinding", "Access Control", "Gives permissions in the cluster."),
    ("PodSecurityPolicy", "Access Control", "Says what pods may do."),
];

/// The category of a kind.
pub(super) fn category(kind: &str, api_version: &str) -> &'static str {
    if kind == "Service" && api_version.starts_with("serving.knative.dev") {
        return "Workloads";
    }
    KINDS.iter().find(|(name, _, _)| *name == kind).map_or("Custom Resources", |(_, category, _)| category)
}

/// What a kind is for, where it is a known one.
pub(super) fn purpose(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(name, _, _)| *name == kind).map(|(_, _, purpose)| *purpose)
}
