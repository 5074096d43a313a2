//! A proxy and a private CA, which stand in the env file: cron has no environment.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;

use crate::need::{self, Need};
use crate::office::Office;
use crate::run::Run;

const BASE_URL: &str = "https://api.example/api/v2.2";

/// A proxy that gives each request this answer: its port, and the requests that came.
fn proxy(answer: &'static str, requests: usize) -> (u16, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        let asked = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut head, mut buffer) = (String::new(), [0; 4096]);
            while !head.contains("\r\n\r\n") {
                let count = stream.read(&mut buffer).unwrap();
                head += std::str::from_utf8(&buffer[..count]).unwrap();
            }
            stream.write_all(answer.as_bytes()).unwrap();
            head
        };
        (0..requests).map(asked).collect()
    });
    (port, thread)
}

/// A run whose Callyzer is not on this machine.
fn abroad(office: &Office, arguments: &[&str]) -> Run {
    office
        .callsync(arguments)
        .with("CALLYZER_BASE_URL", BASE_URL)
}

#[test]
fn the_proxy_of_the_env_file_is_asked_and_named_and_its_password_is_nowhere() {
    let office = Office::unasked();
    for (answer, words) in [
        (
            "HTTP/1.1 403 Forbidden\r\n\r\n",
            "the proxy answered, but did not connect",
        ),
        (
            "HTTP/1.1 407 Who?\r\n\r\n",
            "the proxy refuses its user name and password, or misses them (407)",
        ),
    ] {
        let (port, asked) = proxy(answer, 3 + 3);
        let url = format!("http://user:secret%40word@127.0.0.1:{port}");
        let file = office.file("callsync.env", format!("HTTPS_PROXY='{url}'\n"));
        let named = format!("{words}, asked through the proxy 127.0.0.1:{port} (HTTPS_PROXY)");
        let sync = abroad(&office, &["-vv", "sync"])
            .fails(75)
            .says(&named)
            .run();
        let check = abroad(&office, &["check"])
            .fails(1)
            .prints(&format!(
                "HTTPS_PROXY = 127.0.0.1:{port} ({})",
                file.display()
            ))
            .prints(&format!("WRONG Callyzer is unavailable: {named}"))
            .prints(") holds a secret and can be read by anybody")
            .logs()
            .run();
        for head in asked.join().unwrap() {
            assert!(
                head.starts_with("CONNECT api.example:443 HTTP/1.1\r\n"),
                "{head}"
            );
            // user:secret@word
            assert!(head.contains("dXNlcjpzZWNyZXRAd29yZA=="), "{head}");
        }
        let output = sync.stdout + &sync.stderr + &check.stdout + &check.stderr;
        assert!(
            !output.contains("word@") && !output.contains("secret%40"),
            "{output}"
        );
    }
    let error = office.value("SELECT error FROM sync_runs ORDER BY id DESC LIMIT 1");
    assert!(
        error.contains("(HTTPS_PROXY)") && !error.contains("secret"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_used_is_named_and_keeps_from_asking_alone() {
    let office = Office::unasked();
    let empty = office.file("empty.pem", "no certificate\n");
    let broken = office.file(
        "broken.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let (empty, broken) = (empty.to_str().unwrap(), broken.to_str().unwrap());
    for (setting, value, reason) in [
        (
            "HTTPS_PROXY",
            "socks5://user:word@proxy.example",
            "a proxy is http or https, 'socks5' is not supported",
        ),
        (
            "all_proxy",
            "http://user:word@proxy.example:port",
            "not the URL of a proxy: invalid port number",
        ),
        (
            "SSL_CERT_FILE",
            "nowhere.pem",
            "could not read nowhere.pem: No such file or directory (os error 2)",
        ),
        (
            "SSL_CERT_FILE",
            empty,
            &format!("{empty} holds no certificate in PEM form"),
        ),
        (
            "SSL_CERT_FILE",
            broken,
            &format!("{broken} holds no certificate in PEM form"),
        ),
        (
            "SSL_CERT_DIR",
            "/nowhere",
            "could not read /nowhere: No such file or directory (os error 2)",
        ),
    ] {
        let file = office.file("callsync.env", format!("{setting}='{value}'\n"));
        let error = format!("{setting} ({}): {reason}", file.display());
        abroad(&office, &["-q", "sync"])
            .fails(78)
            .says(&format!("exit 78: {error}\n"))
            .run();
        abroad(&office, &["check"])
            .fails(1)
            .prints(&format!("WRONG {error}\n"))
            .prints("skip  Callyzer is not asked without the settings of the network\n")
            .run();
    }
    office.callsync(&["lead", "1"]).prints("Jan Kowalski").run();
}

#[test]
fn the_environment_outranks_the_env_file_and_this_machine_is_reached_without_a_proxy() {
    let office = Office::new();
    office.file("callsync.env", "HTTPS_PROXY=127.0.0.1:1\n");
    let named = "no connection to the proxy: Connection refused (os error 111), \
                 asked through the proxy 127.0.0.1:2 (https_proxy)";
    let sync = abroad(&office, &["sync"]).with("https_proxy", "http://127.0.0.1:2");
    sync.fails(75).says(named).logs().run();
    let sync = office
        .callsync(&["sync"])
        .with("NO_PROXY", "localhost,0.0.0.0/8");
    let sync = sync.with("CALLYZER_BASE_URL", "https://0.0.0.0:1");
    let output = sync
        .fails(75)
        .says("no connection: Connection refused")
        .run();
    assert!(!output.stderr.contains("proxy"), "{}", output.stderr);
    office
        .callsync(&["-q", "sync"])
        .with("ALL_PROXY", "http://127.0.0.1:1")
        .with("HTTP_PROXY", "http://127.0.0.1:1")
        .run();
}

/// A proxy that ends TLS itself, with a certificate of a private CA. Killed when dropped.
struct TlsProxy {
    process: Child,
    port: String,
}

impl TlsProxy {
    /// None where [`Need::Python`] is not met.
    fn start(office: &Office) -> Option<Self> {
        if !need::is_met(Need::Python) {
            return None;
        }
        let server = office.callyzer.base_url();
        let port = server
            .split([':', '/'])
            .find(|part| part.parse::<u16>().is_ok());
        let mut process = Command::new("python3")
            .args([of_tests("proxy.py"), of_tests("server.pem")])
            .arg(port.unwrap())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        lines.read_line(&mut port).unwrap();
        process.stdout = Some(lines.into_inner());
        let port = port.trim().to_owned();
        Some(Self { process, port })
    }

    /// The requests that came, without the repeated ones.
    fn stop(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        let lines = BufReader::new(self.process.stdout.take().unwrap()).lines();
        let mut requests: Vec<_> = lines.map(Result::unwrap).collect();
        requests.dedup();
        requests
    }
}

impl Drop for TlsProxy {
    fn drop(&mut self) {
        // Both fail where it was stopped.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn of_tests(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cli/network")
        .join(name)
}

#[test]
fn calls_and_ping_go_through_the_proxy_whose_private_ca_the_env_file_names() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    let Some(proxy) = TlsProxy::start(&office) else {
        office.callyzer.may_stay_unasked();
        return;
    };
    let network = format!(
        "CALLSYNC_INITIAL_DAYS=1\nHTTPS_PROXY=http://127.0.0.1:{}\n\
         CALLSYNC_PING_URL=https://ping.example/a-secret-check\n",
        proxy.port
    );
    office.file("callsync.env", &network);
    let named = format!(
        "is unavailable: no connection: its certificate's issuer is not among the CAs of this \
         machine (name a private CA's file in SSL_CERT_FILE), asked through the proxy \
         127.0.0.1:{} (HTTPS_PROXY)",
        proxy.port
    );
    abroad(&office, &["sync"])
        .fails(75)
        .says(&format!("exit 75: Callyzer {named}"))
        .says(&format!("the ping did not arrive: its server {named}"))
        .run();

    let ca = of_tests("ca.pem");
    let trusting = format!("{network}SSL_CERT_FILE='{}'\n", ca.display());
    office.file("callsync.env", trusting);
    abroad(&office, &["-q", "sync"]).run();
    assert_eq!(office.count("calls"), "1");
    // Through the proxy too an answer of the system is the system's.
    let denied = Misbehaviour::status(401, r#"{"message":"no"}"#);
    office.callyzer.always(HISTORY, denied);
    let sync = abroad(&office, &["-q", "sync"]).fails(77).logs();
    let output = sync.says("exit 77: Callyzer refused the token (401").run();
    assert!(!output.stderr.contains("proxy"), "{}", output.stderr);
    let (api, ping) = (
        "CONNECT api.example:443 HTTP/1.1",
        "CONNECT ping.example:443 HTTP/1.1",
    );
    assert_eq!(proxy.stop(), [api, ping, api, ping, api, ping]);
}
