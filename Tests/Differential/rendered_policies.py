"""Judges rendered policies with other people's implementations: schemas, CEL and Rego.

Usage: rendered_policies.py validate CRDS INPUT    CRDS: the folder of resource definitions
       rendered_policies.py judge INPUT
       rendered_policies.py patterns INPUT
       rendered_policies.py values INPUT

INPUT of validate is a JSON list of [file name, YAML text]; a line is printed for everything that is wrong.
INPUT of judge is {"policies": [text…], "constraints": [text…], "requests": {name: AdmissionRequest}} with the texts of
YAML files; printed is {name: {"cel": [rule…], "rego": [rule…]}}: what ValidatingAdmissionPolicies and Gatekeeper's
constraints refuse each request for.
INPUT of patterns is [[pattern, text]…]; printed is [[cel, rego]…], whether each matches; regopy knows no \\x{…} and
compares quotes and backslashes as JSON escapes them, which OPA does not.
INPUT of values is a list of CEL expressions without variables; printed are their values.

`find` is the one function of Kubernetes' CEL libraries that is supplied here; strings and lists come from the package.
"""

import json
import re
import sys
from pathlib import Path

import yaml

# Kubernetes' CEL environment and Kyverno's additions, as far as rendered policies may use them.
FUNCTIONS = {
    "size", "matches", "find", "contains", "startsWith", "split", "substring", "verifyImageSignatures",
    "verifyAttestationSignatures", "extractPayload",
}


# libyaml's reader where there is one: the resource definitions are megabytes.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def documents(text):
    return [document for document in yaml.load_all(text, LOADER) if document is not None]


# --- Schemas


def strict(schema):
    """The schema with unknown members refused, as the API server prunes or refuses them."""
    if not isinstance(schema, dict):
        return schema
    result = {key: value for key, value in schema.items() if not key.startswith("x-")}
    for key in ("items", "additionalProperties", "not"):
        if isinstance(result.get(key), dict):
            result[key] = strict(result[key])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in result:
            result[key] = [strict(part) if "properties" in part else part for part in result[key]]
    if "properties" in result:
        result["properties"] = {name: strict(part) for name, part in result["properties"].items()}
        if "additionalProperties" not in result and not schema.get("x-kubernetes-preserve-unknown-fields"):
            result["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
    return result


def definitions(folder, groups):
    found = {}
    for path in sorted(Path(folder).glob("*.yaml")):
        if path.name.split("_")[0] not in groups:
            continue
        for definition in documents(path.read_text()):
            spec = definition["spec"]
            for version in spec["versions"]:
                if not version["served"]:
                    continue
                schema = strict(version["schema"]["openAPIV3Schema"])
                schema["properties"]["metadata"] = {"type": "object"}
                key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                found[key] = schema
    return found


def validate(folder, files):
    import jsonschema
    import kubernetes_validate

    everything = [(name, document) for name, text in files for document in documents(text)]
    known = definitions(folder, {document["apiVersion"].split("/")[0] for _, document in everything})
    for name, document in everything:
        if document["kind"] == "ConstraintTemplate":
            crd = document["spec"]["crd"]["spec"]
            known[("constraints.gatekeeper.sh/v1beta1", crd["names"]["kind"])] = {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "apiVersion": {}, "kind": {}, "metadata": {"type": "object"},
                    "spec": {
                        "type": "object", "additionalProperties": False,
                        "properties": {
                            "enforcementAction": {"enum": ["deny", "dryrun", "warn"]},
                            "match": {"type": "object"},
                            "parameters": strict(crd["validation"]["openAPIV3Schema"]),
                        },
                    },
                },
            }
    for name, document in everything:
        place = f"{name}: {document['kind']} {document.get('metadata', {}).get('name', '')}"
        key = (document["apiVersion"], document["kind"])
        if document["kind"] == "Kustomization":
            continue
        if key in known:
            validator = jsonschema.Draft7Validator(known[key])
            for error in validator.iter_errors(document):
                yield f"{place}: {error.json_path}: {error.message[:300]}"
        else:
            try:
                kubernetes_validate.validate(document, "1.37", strict=True)
            except Exception as error:
                yield f"{place}: {type(error).__name__}: {str(error)[:300]}"
        for complaint in compile_all(document):
            yield f"{place}: {complaint}"


def expressions(value):
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("expression", "valueExpression", "messageExpression") and isinstance(part, str):
                yield part
            else:
                yield from expressions(part)
    elif isinstance(value, list):
        for part in value:
            yield from expressions(part)


def compile_all(document):
    import cel

    for expression in expressions(document["spec"]):
        try:
            program = cel.compile(expression)
        except Exception as error:
            yield f"CEL: {str(error)[:300]}: {expression[:100]}"
            continue
        for function in program.functions():
            name = function.split(".")[-1]
            if re.fullmatch(r"[A-Za-z]\w*", name) and name not in FUNCTIONS and not function.startswith("@"):
                yield f"CEL: no such function {function}: {expression[:100]}"
    if document["kind"] == "ConstraintTemplate":
        for target in document["spec"]["targets"]:
            for code in target["code"]:
                try:
                    rego(code["source"]["rego"]).query("data.abacverify.violation")
                except Exception as error:
                    yield f"Rego: {str(error)[:500]}"


# --- Admission policies in CEL


class Policies:
    """ValidatingAdmissionPolicies as the API server asks them."""

    def __init__(self, texts):
        import cel
        from cel import stdlib

        self.cel = cel
        self.stdlib = stdlib
        self.policies = [
            document for text in texts for document in documents(text)
            if document["kind"] == "ValidatingAdmissionPolicy"
        ]
        self.programs = {}

    def evaluate(self, expression, values):
        if expression not in self.programs:
            self.programs[expression] = self.cel.compile(expression)
        context = self.cel.Context(values)
        self.stdlib.add_stdlib_to_context(context)
        context.add_function("find", find)
        return self.programs[expression].execute(context)

    def refusals(self, request):
        found = set()
        for policy in self.policies:
            spec = policy["spec"]
            if any(matches_rule(rule, request) for rule in spec["matchConstraints"]["resourceRules"]):
                found |= self.judge(spec, request)
        return sorted(found)

    def judge(self, spec, request):
        values = {
            "request": {**request, "subResource": request.get("subResource", "")},
            "object": request.get("object"), "oldObject": request.get("oldObject"),
        }
        values["request"].setdefault("namespace", "")
        values["request"].setdefault("userInfo", {})
        for condition in spec.get("matchConditions", []):
            try:
                applies = self.evaluate(condition["expression"], values)
            except Exception as error:
                return {f"error in {condition['name']}: {error}"[:300]}
            if not applies:
                return set()
        variables = {}
        values["variables"] = variables
        for variable in spec.get("variables", []):
            try:
                variables[variable["name"]] = self.evaluate(variable["expression"], values)
            except Exception as error:
                # What cannot be read fails whoever reads it; failurePolicy is Fail.
                print(f"variable {variable['name']}: {error}", file=sys.stderr)
        found = set()
        for validation in spec["validations"]:
            rule = validation["message"].split(":")[0]
            try:
                holds = self.evaluate(validation["expression"], values)
            except Exception as error:
                found.add(f"error in {rule}: {error}"[:300])
                continue
            if holds is not True:
                found.add(rule)
        return found


def find(text, pattern):
    found = re.search(pattern, text)
    return found.group(0) if found else ""


def matches_rule(rule, request):
    resource = request["resource"]["resource"]
    if request.get("subResource"):
        resource += "/" + request["subResource"]
    return (
        request["operation"] in rule["operations"]
        and request["resource"].get("group", "") in rule["apiGroups"]
        and any(name == resource or (name == "*" and "/" not in resource) for name in rule["resources"])
    )


# --- Gatekeeper's constraints in Rego


def rego(source):
    from regopy import Interpreter

    interpreter = Interpreter()
    interpreter.add_module("template", source)
    return interpreter


class Constraints:
    """Constraints as Gatekeeper asks them; those for labelled namespaces are left out."""

    def __init__(self, texts):
        everything = [document for text in texts for document in documents(text)]
        sources = [
            code["source"]["rego"] for document in everything if document["kind"] == "ConstraintTemplate"
            for target in document["spec"]["targets"] for code in target["code"]
        ]
        self.interpreter = rego(sources[0]) if sources else None
        self.constraints = [
            document for document in everything
            if document["apiVersion"].startswith("constraints.gatekeeper.sh/")
            and "namespaceSelector" not in document["spec"]["match"]
        ]

    def refusals(self, request):
        found = set()
        for constraint in self.constraints:
            match = constraint["spec"]["match"]
            kind = request["kind"]
            # Deletions come to Gatekeeper only where it is installed so, and no check is about them.
            if request["operation"] == "DELETE" or request.get("subResource") in ("scale", "status", "resize"):
                continue
            if not any(
                kind.get("group", "") in kinds["apiGroups"] and kind["kind"] in kinds["kinds"]
                for kinds in match["kinds"]
            ):
                continue
            if request.get("namespace", "") in match.get("excludedNamespaces", []):
                continue
            found |= self.violations({"review": request, "parameters": constraint["spec"]["parameters"]})
        return sorted(found)

    def violations(self, value):
        # regopy reads backslashes of patterns only in a term, and those of texts within texts only outside of one.
        if "\\" in "".join(strings(value["parameters"])):
            self.interpreter.set_input_term(json.dumps(value))
        else:
            self.interpreter.set_input(value)
        # Messages quote texts of the request, which regopy does not escape in its answers; the rule comes first.
        try:
            output = self.interpreter.query(
                '[rule | some found in data.abacverify.violation; rule := split(found.msg, ":")[0]]')
            return set(output.results[0].expressions[0]) if output.ok() else {f"error: {output}"[:300]}
        except ValueError:
            # regopy stops at patterns with \\x{…}, which are RE2's.
            return {"unjudged"}


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def judge(question):
    policies = Policies(question["policies"])
    constraints = Constraints(question["constraints"])
    answers = {}
    for name, request in question["requests"].items():
        if not all(request.get(member) for member in ("kind", "resource", "operation")):
            # No API server asks so; nobody is asked.
            answers[name] = {"cel": [], "rego": []}
            continue
        answers[name] = {"cel": policies.refusals(request)}
        answers[name]["rego"] = constraints.refusals(request)
    return answers


def patterns(pairs):
    import cel

    interpreter = rego("package p\n\ndefault matched := 0\n\nmatched := 1 if regex.match(input.pattern, input.text)\n")
    for pattern, text in pairs:
        by_cel = cel.evaluate("text.matches(pattern)", cel.Context({"text": text, "pattern": pattern}))
        interpreter.set_input_term(json.dumps({"pattern": pattern, "text": text}))
        try:
            output = interpreter.query("data.p.matched")
            by_rego = output.ok() and output.results[0].expressions[0] == 1
        except ValueError:
            by_rego = None
        yield [by_cel, by_rego]


if __name__ == "__main__":
    if sys.argv[1] == "validate":
        for complaint in validate(sys.argv[2], json.loads(Path(sys.argv[3]).read_text())):
            print(complaint.replace("\n", " "))
    elif sys.argv[1] == "judge":
        print(json.dumps(judge(json.loads(Path(sys.argv[2]).read_text())), ensure_ascii=False))
    elif sys.argv[1] == "patterns":
        print(json.dumps(list(patterns(json.loads(Path(sys.argv[2]).read_text())))))
    elif sys.argv[1] == "values":
        import cel

        print(json.dumps([cel.evaluate(text) for text in json.loads(Path(sys.argv[2]).read_text())]))
    else:
        sys.exit(__doc__)
