//! A pretend Callyzer: one account on loopback, answered for as the REST API
//! v2.1 and v2.2 would, and misbehaving on demand. A pretend TeleCube,
//! mluvii and Dialog are beside it.

mod api;
mod connection;
mod dialog;
mod figures;
mod filter;
mod generate;
mod hosted_file;
mod http;
mod misbehaviour;
mod mluvii;
pub mod path;
mod query;
mod record;
mod recordings;
mod row;
mod script;
mod service;
mod system;
mod telecube;
mod traffic;
#[cfg(test)]
mod wire_tests;
mod world;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub use dialog::{Dialog, DialogCall, DialogCampaign, RowShape};
pub use hosted_file::HostedFile;
pub use http::Request;
pub use misbehaviour::{Editor, Misbehaviour};
pub use mluvii::{Mluvii, MluviiFile, MluviiOperator, MluviiSession, RoutingStep};
pub use telecube::{Receiver, Telecube, TelecubeCall, TelecubeNote};
pub use world::{Call, Employee, World};

use service::Service;
use system::{State, System};

/// The server. Dropping it stops it, and fails the test in which it was never
/// asked or in which answers meant for one request are left over.
pub struct PretendCallyzer {
    address: SocketAddr,
    service: Arc<Service>,
    thread: Option<JoinHandle<()>>,
    may_stay_unasked: AtomicBool,
}

impl PretendCallyzer {
    /// What a new [`World`] accepts.
    pub const TOKEN: &str = "pretend-token-0123456789abcdef";

    pub fn start(world: World) -> Self {
        Self::start_on(0, world)
    }

    /// Port 0 is any free one.
    pub fn start_on(port: u16, world: World) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a port to listen on");
        let address = listener.local_addr().expect("the address listened on");
        let service = Arc::new(Service::new(world));
        let thread = thread::spawn({
            let service = Arc::clone(&service);
            move || service.listen(&listener)
        });
        Self {
            address,
            service,
            thread: Some(thread),
            may_stay_unasked: AtomicBool::new(false),
        }
    }

    pub fn base_url(&self) -> String {
        self.url(System::Callyzer)
    }

    pub fn base_url_v2_1(&self) -> String {
        format!("http://{}/api/v2.1", self.address)
    }

    /// All requests to all systems in the order in which they began, refused ones too.
    pub fn requests(&self) -> Vec<Request> {
        self.service.record.requests()
    }

    pub fn requests_to(&self, path: &str) -> Vec<Request> {
        self.requests()
            .into_iter()
            .filter(|request| request.path == path)
            .collect()
    }

    /// How many requests began while another one to the same system was being answered.
    pub fn overlaps(&self) -> usize {
        self.service.overlaps()
    }

    /// Waits until so many requests have begun; false if they do not in time.
    pub fn wait_for_requests(&self, count: usize, timeout: Duration) -> bool {
        self.service.record.wait_for(count, timeout)
    }

    /// Looks at the account's data or changes it; requests wait meanwhile.
    pub fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.service.world.lock().unwrap())
    }

    /// For the next request to the path that has no misbehaviour planned yet.
    pub fn next(&self, path: &str, misbehaviour: Misbehaviour) {
        self.service.script.lock().unwrap().next(path, misbehaviour);
    }

    /// For the n-th request to the path from now on; the next one is the first.
    pub fn nth(&self, path: &str, n: usize, misbehaviour: Misbehaviour) {
        self.service
            .script
            .lock()
            .unwrap()
            .nth(path, n, misbehaviour);
    }

    /// For each request to the path that has nothing planned, until [`Self::behave`].
    pub fn always(&self, path: &str, misbehaviour: Misbehaviour) {
        let path = path.to_owned();
        self.when(move |request| request.path == path, misbehaviour);
    }

    /// For each request that fits and has nothing planned, until [`Self::behave`].
    pub fn when(
        &self,
        fits: impl Fn(&Request) -> bool + Send + Sync + 'static,
        misbehaviour: Misbehaviour,
    ) {
        self.service.script.lock().unwrap().when(fits, misbehaviour);
    }

    /// Ends what [`Self::always`] and [`Self::when`] began; plans for one request stay.
    pub fn behave(&self) {
        self.service.script.lock().unwrap().behave();
    }

    /// How far the clock behind Callyzer's `Date` header is ahead.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.state(System::Callyzer).set_clock(Some(seconds));
    }

    /// Callyzer's answers have no `Date` header, until the clock is set.
    pub fn hide_clock(&self) {
        self.state(System::Callyzer).set_clock(None);
    }

    /// The least time between the starts of two requests to Callyzer that are not refused for it.
    pub fn set_rate_limit(&self, spacing: Option<Duration>) {
        let traffic = &self.state(System::Callyzer).traffic;
        traffic.set_spacing(spacing);
    }

    fn url(&self, system: System) -> String {
        format!("http://{}{}", self.address, system.root())
    }

    fn state(&self, system: System) -> &State {
        self.service.state(system)
    }

    pub fn may_stay_unasked(&self) {
        self.may_stay_unasked.store(true, Ordering::SeqCst);
    }
}

impl Drop for PretendCallyzer {
    fn drop(&mut self) {
        self.service.stop(self.address);
        let ended = self.thread.take().map_or(Ok(()), JoinHandle::join);
        if thread::panicking() {
            return;
        }
        assert!(
            ended.is_ok(),
            "the pretend Callyzer panicked while answering"
        );
        let asked = self.may_stay_unasked.load(Ordering::SeqCst) || !self.requests().is_empty();
        assert!(asked, "the pretend Callyzer was never asked");
        let script = self.service.script.lock().unwrap();
        let left = script.left_over();
        assert!(
            left.is_empty(),
            "the pretend Callyzer has answers left over for {left:?}"
        );
    }
}
