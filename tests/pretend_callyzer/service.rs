//! The work behind the server: accepting connections, answering each once.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde_json::Value;

use crate::api;
use crate::connection::Connection;
use crate::http::{Request, Response};
use crate::misbehaviour::Misbehaviour;
use crate::script::Script;
use crate::traffic::{Admission, Answering, Traffic};
use crate::world::World;

pub struct Service {
    pub world: Mutex<World>,
    pub script: Mutex<Script>,
    pub traffic: Traffic,
    /// How far the account's clock is ahead of the real one; None: it tells no time.
    pub clock_ahead: Mutex<Option<TimeDelta>>,
    open: Mutex<Vec<Weak<TcpStream>>>,
    stopping: AtomicBool,
}

impl Service {
    pub fn new(world: World) -> Self {
        Self {
            world: Mutex::new(world),
            script: Mutex::default(),
            traffic: Traffic::default(),
            clock_ahead: Mutex::new(Some(TimeDelta::zero())),
            open: Mutex::default(),
            stopping: AtomicBool::new(false),
        }
    }

    /// Returns when all connections have ended after [`Self::stop`].
    pub fn listen(&self, listener: &TcpListener) {
        thread::scope(|scope| {
            for stream in listener.incoming() {
                let Ok(stream) = stream.map(Arc::new) else {
                    continue;
                };
                if !self.take_in(&stream) {
                    return;
                }
                // An error is a client that left, which it may.
                scope.spawn(move || self.serve(&stream).ok());
            }
        });
    }

    pub fn stop(&self, address: SocketAddr) {
        self.stopping.store(true, Ordering::SeqCst);
        for stream in self.open.lock().unwrap().iter().filter_map(Weak::upgrade) {
            stream.shutdown(std::net::Shutdown::Both).ok();
        }
        // Wakes the thread that waits for the next connection.
        TcpStream::connect(address).ok();
    }

    fn take_in(&self, stream: &Arc<TcpStream>) -> bool {
        let mut open = self.open.lock().unwrap();
        open.retain(|stream| stream.strong_count() > 0);
        open.push(Arc::downgrade(stream));
        !self.stopping.load(Ordering::SeqCst)
    }

    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        let Some(request) = Request::read(stream)? else {
            return Ok(());
        };
        match self.traffic.begin(request.clone()) {
            Admission::Granted(answering) => {
                self.answer(&request, self.connection(stream, Some(answering)))
            }
            Admission::Overlap => self.slow_down(stream, Duration::from_secs(1)),
            Admission::TooSoon(wait) => self.slow_down(stream, wait),
        }
    }

    fn connection<'a>(
        &self,
        stream: &'a TcpStream,
        answering: Option<Answering<'a>>,
    ) -> Connection<'a> {
        let ahead = *self.clock_ahead.lock().unwrap();
        Connection {
            stream,
            answering,
            date: ahead.map(|ahead| Utc::now() + ahead),
        }
    }

    fn slow_down(&self, stream: &TcpStream, wait: Duration) -> io::Result<()> {
        let seconds = wait.as_secs_f64().ceil().to_string();
        self.connection(stream, None)
            .send(&Response::too_many_requests(&seconds))
    }

    fn answer(&self, request: &Request, connection: Connection) -> io::Result<()> {
        let misbehaviour = self.script.lock().unwrap().take(request);
        if let Some(replacement) = misbehaviour.as_ref().and_then(Misbehaviour::replacement) {
            return connection.send(&replacement);
        }
        match misbehaviour {
            Some(Misbehaviour::Hang) => connection.hang(),
            Some(Misbehaviour::Drip) => connection.drip(),
            Some(Misbehaviour::DropConnection) => connection.close(),
            Some(Misbehaviour::Huge { bytes }) => connection.send_huge(bytes),
            Some(Misbehaviour::CutOff) => connection.send_half(&self.normal(request)),
            Some(Misbehaviour::Delay(time)) => connection.send_after(time, || self.normal(request)),
            Some(Misbehaviour::ReplaceBytes { old, new }) => {
                connection.send(&self.normal(request).replacing(&old, &new))
            }
            Some(Misbehaviour::RepeatsPage) => connection.send(&self.first_page(request)),
            Some(other) => connection.send(&self.edited(request, |answer| other.apply(answer))),
            None => connection.send(&self.normal(request)),
        }
    }

    fn normal(&self, request: &Request) -> Response {
        let rendered = api::rendered(&self.world.lock().unwrap(), request);
        match rendered {
            Some(text) => Response::json_text(200, text),
            None => self.edited(request, |_| ()),
        }
    }

    fn edited(&self, request: &Request, edit: impl FnOnce(&mut Value)) -> Response {
        let (status, mut answer) = api::answer(&self.world.lock().unwrap(), request);
        if status == 200 {
            edit(&mut answer);
        }
        Response::json(status, &answer)
    }

    /// The first page under the number of the page that was asked for.
    fn first_page(&self, request: &Request) -> Response {
        let mut first = request.clone();
        first.body["page_no"] = 1.into();
        let asked = request.body.get("page_no").cloned();
        self.edited(&first, |answer| {
            answer["page_no"] = asked.unwrap_or(1.into())
        })
    }
}
