"""Says what sigstore-python makes of a folder of bundles, offline.

Usage: sigstore_python.py FOLDER

FOLDER/cases.json is a list of objects with the members
    folder      the bundles' folder inside of FOLDER; every *.json in it is verified
    artifact    path of the artifact
    trustedRoot path of the trusted_root.json
    identity    the exact subject alternative name
    issuer      the exact OIDC issuer

Prints one line per bundle: "verified PATH" or "refused PATH REASON", PATH relative to FOLDER.
"""

import hashlib
import json
import logging
import sys
from pathlib import Path

from sigstore.dsse import Statement
from sigstore.hashes import HashAlgorithm, Hashed
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier
from sigstore.verify.policy import Identity

logging.disable(logging.CRITICAL)


def verify(text, digest, verifier, policy):
    """Raises when the bundle does not verify for the artifact, as `sigstore verify` does."""
    bundle = Bundle.from_json(text)
    if bundle._inner.dsse_envelope is None:
        hashed = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=digest)
        verifier.verify_artifact(hashed, bundle, policy)
        return
    payload_type, payload = verifier.verify_dsse(bundle, policy)
    if payload_type != "application/vnd.in-toto+json":
        raise ValueError(f"payload of type {payload_type}")
    Statement(payload)
    subjects = json.loads(payload)["subject"]
    if not any(subject["digest"].get("sha256") == digest.hex() for subject in subjects):
        raise ValueError("the artifact is not one of the statement's subjects")


def main():
    folder = Path(sys.argv[1])
    verifiers = {}
    for case in json.loads((folder / "cases.json").read_text()):
        root = case["trustedRoot"]
        if root not in verifiers:
            verifiers[root] = Verifier(trusted_root=TrustedRoot.from_file(root))
        policy = Identity(identity=case["identity"], issuer=case["issuer"])
        digest = hashlib.sha256(Path(case["artifact"]).read_bytes()).digest()
        for path in sorted((folder / case["folder"]).glob("*.json")):
            name = path.relative_to(folder)
            try:
                verify(path.read_bytes(), digest, verifiers[root], policy)
                print(f"verified {name}")
            except Exception as error:  # whatever is raised, the bundle was not verified
                reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                print(f"refused {name} {reason}")


main()
