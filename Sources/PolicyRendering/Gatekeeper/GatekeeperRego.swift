/// The Rego of the constraint template, the same for every bundle: what a bundle says comes as parameters, so that no text
/// of it can become code.
///
/// Every check asks `not good`, since what is undefined in Rego would otherwise pass.
enum GatekeeperRego {
    static let package = "abacverify"

    /// The whole module.
    static let source = facts + "\n\n" + checks

    /// What is known of a request: its images, what changes, where it is and who asks.
    private static let facts = #"""
        package abacverify

        # What is asked, and by which parameters.
        review := input.review

        params := input.parameters

        object_now := object.get(review, "object", {})

        object_before := object.get(review, "oldObject", null)

        namespace := object.get(review, "namespace", "")

        # An audit run names neither operation nor user; who asked is then not judged.
        is_audit if object.get(review, "operation", "") == ""

        is_update if object.get(review, "operation", "") == "UPDATE"

        default here := false

        here if {
        	object.get(params, "negated", false) == false
        	in_place
        }

        here if {
        	object.get(params, "negated", false) == true
        	not in_place
        }

        default in_place := false

        in_place if count(object.get(params, "where", [])) == 0

        in_place if {
        	some place in params.where
        	regex.match(place.matches, namespace)
        }

        in_place if {
        	some place in params.where
        	place.excludes
        	not regex.match(place.excludes, namespace)
        }

        asked(check) if {
        	check in params.checks
        	here
        	starts_something
        }

        is_kind(group, kind) if {
        	review.kind.group == group
        	review.kind.kind == kind
        }

        # --- Pods and their images.

        custom_kinds := [kind |
        	some kind in object.get(params, "customKinds", [])
        	is_kind(kind.group, kind.kind)
        ]

        template_path := ["template"] if is_kind("", "PodTemplate")

        else := ["spec", "jobTemplate", "spec", "template"] if is_kind("batch", "CronJob")

        else := ["spec", "template"]

        pods(thing) := [thing] if is_kind("", "Pod")

        else := array.concat(
        	[pod |
        		some kind in custom_kinds
        		some path in object.get(kind, "podTemplates", [])
        		pod := object.get(thing, path, null)
        		is_object(pod)
        	],
        	[pod |
        		some kind in custom_kinds
        		some path in object.get(kind, "podSpecs", [])
        		spec := object.get(thing, path, null)
        		is_object(spec)
        		pod := {"metadata": {}, "spec": spec}
        	],
        ) if {
        	count(custom_kinds) > 0
        }

        else := [pod |
        	pod := object.get(thing, template_path, null)
        	is_object(pod)
        ]

        templates := pods(object_now)

        object_annotations := as_object(object.get(object_now, ["metadata", "annotations"], {}))

        as_object(value) := value if is_object(value)

        else := {}

        as_array(value) := value if is_array(value)

        else := []

        containers(pod) := [container |
        	some list in ["initContainers", "containers", "ephemeralContainers"]
        	some container in as_array(object.get(pod, ["spec", list], []))
        ]

        volumes(pod) := [{"name": object.get(volume, "name", ""), "image": object.get(volume, ["image", "reference"], "")} |
        	some volume in as_array(object.get(pod, ["spec", "volumes"], []))
        	is_object(object.get(volume, "image", null))
        ]

        uses := [use |
        	some pod in templates
        	some named in array.concat(containers(pod), volumes(pod))
        	use := {"image": object.get(named, "image", ""), "repo": repository(object.get(named, "name", ""), pod)}
        ]

        # The annotation for the container, else for the template, else for the object.
        repository(name, pod) := chosen if {
        	annotations := as_object(object.get(pod, ["metadata", "annotations"], {}))
        	own := sprintf("mc.repo.%s", [name])
        	found := [value |
        		some pair in [[annotations, own], [object_annotations, own], [annotations, "mc.repo"], [object_annotations, "mc.repo"]]
        		value := object.get(pair[0], pair[1], null)
        		value != null
        	]
        	values := array.concat(found, [""])
        	chosen := values[0]
        }

        # Registry and repository in full, with aliases replaced.
        name_of(image) := aliased(official(hub(with_registry(regex.find_n(params.grammar.name, image, 1)[0]))))

        with_registry(name) := name if regex.match(params.grammar.hasRegistry, name)

        else := concat("", ["docker.io/", name]) if contains(name, "/")

        else := concat("", ["docker.io/library/", name])

        hub(name) := concat("", ["docker.io", regex.find_n(params.grammar.path, name, 1)[0]]) if {
        	regex.match(params.grammar.dockerHubAlias, name)
        }

        else := name

        official(name) := concat("", ["docker.io/library", regex.find_n(params.grammar.path, name, 1)[0]]) if {
        	regex.match(params.grammar.officialShort, name)
        }

        else := name

        # The parameters list aliases longest first.
        aliased(name) := names[0] if {
        	replaced := [full |
        		some alias in object.get(params, "aliases", [])
        		startswith(name, alias.prefix)
        		full := concat("", [alias.registry, substring(name, count(alias.prefix), -1)])
        	]
        	names := array.concat(replaced, [name])
        }

        is_reference(image) if {
        	regex.match(params.grammar.hasRegistry, image)
        	regex.match(params.grammar.qualified, image)
        	count(name_of(image)) <= 255
        }

        is_reference(image) if {
        	not regex.match(params.grammar.hasRegistry, image)
        	regex.match(params.grammar.short, image)
        	not regex.match(params.grammar.imageID, image)
        	count(name_of(image)) <= 255
        }

        # --- What changes.

        starts_something if not is_update

        starts_something if binding_differs

        starts_something if {
        	some top in changed_tops
        	top != "spec"
        }

        starts_something if {
        	"spec" in changed_tops
        	spec_differs(scale_fields)
        }

        starts_something if scales_up

        changed_tops contains top if {
        	some top in params.tops
        	object.get(object_now, top, null) != object.get(object_before, top, null)
        }

        binding_differs if {
        	some map in ["labels", "annotations"]
        	some key in ["mc.repo", "mc.env"]
        	object.get(object_now, ["metadata", map, key], null) != object.get(object_before, ["metadata", map, key], null)
        }

        spec_differs(ignored) if {
        	now := as_object(object.get(object_now, "spec", {}))
        	before := as_object(object.get(object_before, "spec", {}))
        	some key in object.keys(now) | object.keys(before)
        	not key in ignored
        	object.get(now, key, null) != object.get(before, key, null)
        }

        is_built_in if review.kind.group in ["", "apps", "batch"]

        is_uncounted if {
        	is_built_in
        	review.kind.kind in ["Pod", "PodTemplate", "DaemonSet"]
        }

        # The members of spec that say how many pods there shall be.
        scale_fields := ["suspend"] if is_kind("batch", "CronJob")

        else := ["parallelism", "suspend"] if is_kind("batch", "Job")

        else := [] if is_uncounted

        else := ["replicas"]

        pod_count(thing) := 0 if {
        	review.kind.group == "batch"
        	object.get(thing, ["spec", "suspend"], false) == true
        }

        else := 1 if is_kind("batch", "CronJob")

        else := object.get(thing, ["spec", "parallelism"], 1) if is_kind("batch", "Job")

        else := object.get(thing, ["spec", "replicas"], 1)

        scales_up if {
        	is_built_in
        	not is_uncounted
        	pod_count(object_now) > pod_count(object_before)
        }

        scales_up if {
        	not is_built_in
        	to := object.get(object_now, ["spec", "replicas"], null)
        	from := object.get(object_before, ["spec", "replicas"], null)
        	to != from
        	not is_less(to, from)
        }

        is_less(to, from) if {
        	is_number(to)
        	is_number(from)
        	to < from
        }

        # What the API server lets change in a Pod without its containers becoming others.
        mutable_pod_fields := [
        	"activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "schedulingGates", "nodeSelector",
        	"affinity", "resources",
        ]

        deploys if not is_object(object_before)

        deploys if binding_differs

        deploys if {
        	is_kind("", "Pod")
        	spec_differs(mutable_pod_fields)
        }

        deploys if {
        	not is_kind("", "Pod")
        	pods(object_now) != pods(object_before)
        }

        deploys if scales_up

        # --- Where, and who asks.

        environments := object.get(params, "environments", [])

        users := object.get(params, "users", [])

        places := {index |
        	some index
        	place := environments[index]
        	regex.match(place.namespaces, namespace)
        }

        default environment := ""

        environment := name if {
        	count(places) == 1
        	some index in places
        	name := environments[index].environment
        }

        username := object.get(review, ["userInfo", "username"], "")

        user_groups := as_array(object.get(review, ["userInfo", "groups"], []))

        user_extra := as_object(object.get(review, ["userInfo", "extra"], {}))

        prefixed := {index |
        	some index
        	user := users[index]
        	startswith(username, user.prefix)
        }

        is_shorter(index) if {
        	some other in prefixed
        	count(users[other].prefix) > count(users[index].prefix)
        }

        # The longest prefix decides, and of its mappings the one with most groups.
        fitting := {index |
        	some index in prefixed
        	not is_shorter(index)
        	missing := [group | some group in object.get(users[index], "groups", []); not group in user_groups]
        	count(missing) == 0
        }

        is_poorer(index) if {
        	some other in fitting
        	count(object.get(users[other], "groups", [])) > count(object.get(users[index], "groups", []))
        }

        best := {index |
        	some index in fitting
        	not is_poorer(index)
        }

        default mapping := -1

        mapping := index if {
        	count(best) == 1
        	some index in best
        }

        default subject := ""

        subject := substring(username, count(users[mapping].prefix), -1) if mapping >= 0

        has_ids if regex.match(params.grammar.subjectWithIDs, subject)

        # repo:org@1/app@2:… is org, 1/app, 2.
        id_parts := split(split(subject, ":")[1], "@") if has_ids

        default repository_id := ""

        repository_id := id_parts[2] if has_ids

        plain_subject := concat("", [
        	"repo:", id_parts[0], regex.find_n(params.grammar.path, id_parts[1], 1)[0],
        	substring(subject, count(concat("", ["repo:", split(subject, ":")[1]])), -1),
        ]) if has_ids

        else := subject

        controlled if {
        	some owner in as_array(object.get(object_now, ["metadata", "ownerReferences"], []))
        	owner.controller == true
        	some controller in object.get(params, "controllers", [])
        	controller.username == username
        	controller.creates == review.kind.kind
        	controller.owner == owner.kind
        }
        """#
}
