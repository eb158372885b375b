extension GatekeeperRego {
    /// What is refused, rule by rule.
    static let checks = #"""
        # --- What a policy demands.

        covered(use) if regex.match(params.policy.images, name_of(use.image))

        selected(use) := [binding |
        	some binding in params.policy.bindings
        	binding.repository == use.repo
        	environment in binding.environments
        	environment != ""
        ]

        is_requester(use) if controlled

        is_requester(use) if {
        	some binding in selected(use)
        	username in object.get(binding, "gitOps", [])
        }

        is_requester(use) if {
        	some binding in selected(use)
        	some deployer in object.get(binding, "deployers", [])
        	deployer.mapping == mapping
        	is_id_of(binding)
        	is_subject(deployer.subject)
        	missing := [claim | some claim in object.get(deployer, "claims", []); not has_claim(claim)]
        	count(missing) == 0
        }

        is_id_of(binding) if repository_id == ""

        is_id_of(binding) if object.get(binding, "repositoryId", repository_id) == repository_id

        is_subject(pattern) if regex.match(pattern, subject)

        is_subject(pattern) if regex.match(pattern, plain_subject)

        has_claim(claim) if {
        	values := object.get(user_extra, claim.key, [])
        	count(values) == 1
        	regex.match(claim.pattern, values[0])
        }

        # --- The request's own rules.

        violation contains {"msg": msg} if {
        	asked("request")
        	not has_pods
        	msg := "kind-unknown: the object has no pod template where the bundle says its kind keeps it"
        }

        has_pods if {
        	count(templates) > 0
        	empty := [pod | some pod in templates; count(as_array(object.get(pod, ["spec", "containers"], []))) == 0]
        	count(empty) == 0
        }

        violation contains {"msg": msg} if {
        	asked("request")
        	environment == ""
        	msg := sprintf("environment-unknown: the bundle maps namespace %s to no environment, or to several", [namespace])
        }

        violation contains {"msg": msg} if {
        	asked("request")
        	environment != ""
        	some thing in array.concat([object_now], templates)
        	some map in ["labels", "annotations"]
        	label := object.get(thing, ["metadata", map, "mc.env"], environment)
        	label != environment
        	msg := sprintf("environment-mismatch: mc.env is %s, the namespace is of %s", [label, environment])
        }

        violation contains {"msg": msg} if {
        	asked("request")
        	some use in uses
        	not is_reference(use.image)
        	msg := sprintf("image-reference-invalid: %s is no reference that every runtime reads alike", [use.image])
        }

        violation contains {"msg": msg} if {
        	asked("request")
        	not is_fresh
        	msg := sprintf("bundle-expired: the bundle expired at %s; render it again", [params.expires])
        }

        is_fresh if time.now_ns() / 1000000000 < params.expiresAt

        violation contains {"msg": msg} if {
        	asked("coverage")
        	some use in uses
        	not is_covered(use)
        	msg := sprintf("no-policy-matches: no policy of the bundle covers %s in namespace %s", [use.image, namespace])
        }

        is_covered(use) if {
        	some policy in params.policies
        	regex.match(policy.namespaces, namespace)
        	regex.match(policy.images, name_of(use.image))
        }

        # --- The rules of one policy.

        violation contains {"msg": msg} if {
        	asked("policy")
        	params.policy.digest
        	some use in uses
        	covered(use)
        	not contains(use.image, "@")
        	msg := sprintf("image-digest-missing: %s names no digest", [use.image])
        }

        violation contains {"msg": msg} if {
        	asked("policy")
        	some use in uses
        	covered(use)
        	count(selected(use)) == 0
        	msg := sprintf("repository-unbound: mc.repo is %s, which the policy does not bind in environment %s", [use.repo, environment])
        }

        violation contains {"msg": msg} if {
        	asked("policy")
        	not is_audit
        	deploys
        	some use in uses
        	covered(use)
        	count(selected(use)) > 0
        	not is_requester(use)
        	msg := sprintf("requester-mismatch: %s is no deployer of %s in environment %s", [username, use.repo, environment])
        }

        # --- Exec, attach and port-forward. What has no namespace reaches the pods of every namespace.

        violation contains {"msg": msg} if {
        	"interactive" in params.checks
        	object.get(review, "operation", "") == "CONNECT"
        	is_guarded
        	msg := "interactive-denied: the policy allows no interactive access to what runs here"
        }

        is_guarded if namespace == ""

        is_guarded if here
        """#
}
