//! One client and the ways in which its answer reaches it, or does not.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::http::Response;
use crate::misbehaviour::huge_json;
use crate::traffic::Answering;

const DRIP: Duration = Duration::from_millis(100);

pub struct Connection<'a> {
    pub stream: &'a TcpStream,
    /// None for a refusal of too many requests, which needs no permit.
    pub answering: Option<Answering<'a>>,
    /// What the `Date` header says; None: there is none.
    pub date: Option<DateTime<Utc>>,
}

impl Connection<'_> {
    pub fn send(self, response: &Response) -> io::Result<()> {
        let length = response.body.len() as u64;
        let head = response.head(length, self.date);
        self.send_all(&head, &response.body[..], length)
    }

    pub fn send_huge(self, bytes: u64) -> io::Result<()> {
        let head = Response::json_text(200, "").head(bytes, self.date);
        self.send_all(&head, huge_json(bytes), bytes)
    }

    pub fn send_half(mut self, response: &Response) -> io::Result<()> {
        self.stream.write_all(
            response
                .head(response.body.len() as u64, self.date)
                .as_bytes(),
        )?;
        self.stream
            .write_all(&response.body[..response.body.len() / 2])?;
        self.close()
    }

    pub fn send_after(self, time: Duration, response: impl FnOnce() -> Response) -> io::Result<()> {
        if self.client_stays(time)? {
            self.send(&response())
        } else {
            Ok(())
        }
    }

    pub fn hang(self) -> io::Result<()> {
        while self.client_stays(DRIP * 10)? {}
        Ok(())
    }

    pub fn drip(mut self) -> io::Result<()> {
        let head = Response::text(200, "text/plain", "").head(u64::from(u32::MAX), self.date);
        self.stream.write_all(head.as_bytes())?;
        while self.client_stays(DRIP)? {
            self.stream.write_all(b" ")?;
        }
        Ok(())
    }

    pub fn close(mut self) -> io::Result<()> {
        self.release_permit();
        Ok(())
    }

    fn send_all(mut self, head: &str, body: impl Read, length: u64) -> io::Result<()> {
        if self.client_has_left()? {
            return Ok(());
        }
        self.stream.set_nodelay(true)?;
        let mut message = head.as_bytes().chain(body);
        io::copy(
            &mut message.by_ref().take(head.len() as u64 + length - 1),
            &mut self.stream,
        )?;
        self.release_permit();
        io::copy(&mut message, &mut self.stream).map(drop)
    }

    /// Before the client can know that its answer is complete: it may ask again at once.
    fn release_permit(&mut self) {
        if let Some(answering) = self.answering.take() {
            answering.finish();
        }
    }

    fn client_has_left(&self) -> io::Result<bool> {
        self.stream.set_nonblocking(true)?;
        let left = matches!(self.stream.peek(&mut [0]), Ok(0));
        self.stream.set_nonblocking(false)?;
        Ok(left)
    }

    /// Waits so long, or until the client leaves.
    fn client_stays(&self, time: Duration) -> io::Result<bool> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(true);
            }
            self.stream.set_read_timeout(Some(left))?;
            match (&mut &*self.stream).read(&mut [0]) {
                Ok(0) => return Ok(false),
                Err(error) if !is_timeout(&error) => return Err(error),
                _ => {}
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
