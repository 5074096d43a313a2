//! The work behind the server: accepting connections, answering each once.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::api;
use crate::connection::Connection;
use crate::http::{Request, Response};
use crate::misbehaviour::Misbehaviour;
use crate::record::Record;
use crate::script::Script;
use crate::system::{Answer, State, System};
use crate::traffic::{Admission, Answering};
use crate::world::World;

pub struct Service {
    pub world: Mutex<World>,
    pub script: Mutex<Script>,
    pub record: Arc<Record>,
    /// A place for each of [`System::ALL`].
    states: [State; System::ALL.len()],
    open: Mutex<Vec<Weak<TcpStream>>>,
    stopping: AtomicBool,
}

impl Service {
    pub fn new(world: World) -> Self {
        let record = Arc::default();
        Self {
            world: Mutex::new(world),
            script: Mutex::default(),
            states: System::ALL.map(|_| State::new(&record)),
            record,
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
        let state = self.state(request.system);
        let wait = match state.traffic.begin(request.clone()) {
            Admission::Granted(answering) => {
                return self.answer(&request, connection(state, stream, Some(answering)));
            }
            Admission::Overlap => Duration::from_secs(1),
            Admission::TooSoon(wait) => wait,
        };
        let refusal = request.system.too_many_requests(wait);
        connection(state, stream, None).send(&refusal)
    }

    pub fn state(&self, system: System) -> &State {
        &self.states[system as usize]
    }

    /// How many requests began while another one to the same system was being answered.
    pub fn overlaps(&self) -> usize {
        let overlaps = self.states.iter().map(|state| state.traffic.overlaps());
        overlaps.sum()
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
            Some(other) => {
                let apply = |answer: &mut Value| other.apply(request.system, answer);
                connection.send(&self.edited(request, apply))
            }
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
        let answer = request
            .system
            .answer(&mut self.world.lock().unwrap(), request);
        match answer {
            Answer::Json(200, mut answer) => {
                edit(&mut answer);
                Response::json(200, &answer)
            }
            Answer::Json(status, answer) => Response::json(status, &answer),
            Answer::Whole(response) => response,
        }
    }

    /// The first page, where pages say their number under that which was asked for.
    fn first_page(&self, request: &Request) -> Response {
        self.edited(&request.system.first_page(request), |answer| {
            if let Some(number) = answer.get_mut("page_no") {
                *number = request.body.get("page_no").cloned().unwrap_or(1.into());
            }
        })
    }
}

fn connection<'a>(
    state: &State,
    stream: &'a TcpStream,
    answering: Option<Answering<'a>>,
) -> Connection<'a> {
    Connection {
        stream,
        answering,
        date: state.time(),
    }
}
