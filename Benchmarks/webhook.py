"""What the suites around a running webhook share: certificates, a registry, servers, the load generator."""

import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path


class Missing(Exception):
    """Something that a suite needs is not there."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def certificates(folder: Path) -> None:
    """A CA, and certificates of it for the server (`server.pem`, at 127.0.0.1) and a client (`client.pem`)."""
    if shutil.which("openssl") is None:
        raise Missing("openssl")
    folder.mkdir(parents=True, exist_ok=True)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, capture_output=True)

    (folder / "ca.cnf").write_text(
        "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\n"
        "keyUsage=critical,keyCertSign,cRLSign\n")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
        "-subj", "/CN=bench CA", "-keyout", "ca-key.pem", "-out", "ca.pem", "-config", "ca.cnf", "-extensions", "ca")
    for name, usage in (("server", "serverAuth"), ("client", "clientAuth")):
        (folder / f"{name}.ext").write_text(
            f"subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage={usage}\nkeyUsage=critical,digitalSignature\n"
            "basicConstraints=critical,CA:FALSE\n")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", f"/CN={'system:kube-apiserver' if name == 'client' else name}", "-keyout", f"{name}-key.pem",
            "-out", f"{name}.csr", "-config", "ca.cnf")
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
            "-days", "30", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


class Server:
    """A server process on loopback ports; it is stopped by its own id."""

    def __init__(self, command: list[str], port: int, log: Path, patience: float = 30, environment=None):
        self.command, self.port, self.log, self.patience = command, port, log, patience
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen | None = None

    def start(self) -> "Server":
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=self.environment)
        end = time.monotonic() + self.patience
        while True:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise Missing(f"{self.command[0]} {self.command[1]} did not start: "
                              + self.log.read_text(errors="replace")[-800:])
            time.sleep(0.05)

    def stop(self, by: int = signal.SIGTERM, patience: float = 15) -> int | None:
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(by)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def memory(self) -> dict[str, int]:
        """Resident memory now and at most, in KiB."""
        found = {}
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith(("VmRSS:", "VmHWM:")):
                    found[line[:5]] = int(line.split()[1])
        return found

    def cpu(self) -> float:
        """Seconds of processor time taken so far."""
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def __enter__(self) -> "Server":
        return self if self.process else self.start()

    def __exit__(self, *_) -> None:
        self.stop()


def registry(folder: Path, port: int | None = None) -> Server:
    """Debian's docker-registry with storage of its own."""
    program = shutil.which("docker-registry")
    if program is None:
        raise Missing("docker-registry (Debian package docker-registry)")
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(
        f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nstorage:\n  filesystem:\n"
        f"    rootdirectory: {folder}/storage\nhttp:\n  addr: 127.0.0.1:{port}\n")
    return Server([program, "serve", str(folder / "config.yml")], port, folder / "log",
                  environment={"OTEL_TRACES_EXPORTER": "none"})


def split(folder: Path, warm: int = 16) -> None:
    """Sets some of the scene's reviews apart, which are asked about all the time; the rest are new when they come."""
    for name in ("warm", "cold"):
        (folder / name).mkdir(exist_ok=True)
    for index, review in enumerate(sorted((folder / "reviews").iterdir())):
        review.rename(folder / ("warm" if index < warm else "cold") / review.name)


def ceiling(bin_: Path, folder: Path) -> Server:
    certs = folder / "certs"
    port = free_port()
    return Server([str(bin_ / "ceiling"), str(port), str(certs / "server.pem"), str(certs / "server-key.pem"),
                   str(certs / "ca.pem")], port, folder / "ceiling.log")


def serve(bin_: Path, folder: Path, registry_port: int, name: str = "mc") -> Server:
    """`mc serve` over the scene in a folder; `policy` and `waivers-now` are links, so that they can be swapped."""
    certs, state = folder / "certs", folder / name
    state.mkdir(parents=True, exist_ok=True)
    for link, target in (("policy", "bundle-1"), ("waivers-now", "waivers")):
        if not (folder / link).is_symlink():
            (folder / link).symlink_to(folder / target)
    port, health = free_port(), free_port()
    key = folder / "log-key.pem"
    if not key.exists():
        made = subprocess.run([str(bin_ / "mc"), "log", "key", "new", "--name", "bench.example/mc", "-o", str(key)],
                              capture_output=True, text=True)
        if made.returncode != 0:
            raise Missing(f"mc log key new: {made.stderr[-300:]}")
    config = folder / f"{name}.yaml"
    config.write_text(f"""\
cluster: bench
policy: {{bundle: {folder}/policy, trust: {folder}/trust.yaml, state: {state}/versions.json, poll: 1s}}
waivers: {{folder: {folder}/waivers-now}}
log: {{folder: {state}/log, key: {key}}}
cache: {{folder: {state}/cache}}
evidence: {{standIn: "127.0.0.1:{registry_port}", insecureRegistries: ["127.0.0.1:{registry_port}"]}}
webhook: {{listen: "127.0.0.1:{port}", certificate: {certs}/server.pem, key: {certs}/server-key.pem, \
clientCA: {certs}/ca.pem, deadline: 8s}}
health: {{listen: "127.0.0.1:{health}"}}
""")
    help_ = subprocess.run([str(bin_ / "mc"), "serve", "--help"], capture_output=True, text=True)
    if help_.returncode != 0:
        raise Missing("mc serve")
    return Server([str(bin_ / "mc"), "serve", "--config", str(config)], port, folder / f"{name}.log")


def load(bin_: Path, folder: Path, server: Server, bodies: Path, **options) -> dict:
    """Runs the load generator with a client certificate; the result is its JSON."""
    process = start_load(bin_, folder, server, bodies, **options)
    output, problem = process.communicate()
    if not output.strip():
        raise Missing(f"load gave nothing: {problem[-400:]}")
    return json.loads(output)


def start_load(bin_: Path, folder: Path, server: Server, bodies: Path, path: str = "/v1/validate",
               **options) -> subprocess.Popen:
    certs = folder / "certs"
    command = [str(bin_ / "load"), "--url", f"https://127.0.0.1:{server.port}{path}", "--body-dir", str(bodies),
               "--ca", str(certs / "ca.pem"), "--client-cert", str(certs / "client.pem"),
               "--client-key", str(certs / "client-key.pem"), "--pid", str(server.pid), "-o", "json"]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wrk(folder: Path, server: Server, body: Path, seconds: int, connections: int) -> float | None:
    """Requests a second by wrk, which has no client certificates; `None` where there is no wrk."""
    program = shutil.which("wrk")
    if program is None:
        return None
    script = folder / "post.lua"
    script.write_text(
        f'local file = io.open("{body}", "rb")\nwrk.method = "POST"\nwrk.body = file:read("*a")\n'
        'wrk.headers["Content-Type"] = "application/json"\n')
    result = subprocess.run(
        [program, "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-s", str(script), "--timeout", "10s",
         f"https://127.0.0.1:{server.port}/v1/validate"], capture_output=True, text=True)
    for line in result.stdout.splitlines():
        if line.startswith("Requests/sec:"):
            return float(line.split()[1])
    return None


def post(folder: Path, server: Server, body: bytes, path: str = "/v1/validate", timeout: float = 30):
    """One request with the client certificate: status and answer; status 0 where there is no answer."""
    certs = folder / "certs"
    context = ssl.create_default_context(cafile=str(certs / "ca.pem"))
    context.load_cert_chain(str(certs / "client.pem"), str(certs / "client-key.pem"))
    request = urllib.request.Request(f"https://127.0.0.1:{server.port}{path}", data=body,
                                     headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError as error:
        return 0, str(error).encode()
