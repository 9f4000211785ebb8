//! A connection read line by line.

use std::io;
use std::rc::Rc;

use genlab::{Co, GenSocket};

/// No line is longer, in bytes: who sends longer ones finds them cut into several.
const MOST: usize = 1000;

/// The lines that come from a socket.
pub struct Lines {
    sock: Rc<GenSocket>,
    /// What has been received and not returned; less than two lines.
    rest: Vec<u8>,
}

impl Lines {
    pub fn new(sock: Rc<GenSocket>) -> Lines {
        Lines { sock, rest: Vec::new() }
    }

    /// The next line, without its end and without control characters, which could do harm in
    /// somebody else's terminal. `None` at the end of file.
    pub async fn next(&mut self, co: &Co) -> io::Result<Option<String>> {
        loop {
            let newline = self.rest.iter().position(|&byte| byte == b'\n').map(|i| i + 1);
            if let Some(end) = newline.or((self.rest.len() >= MOST).then_some(MOST)) {
                return Ok(Some(self.take(end.min(MOST))));
            }
            let data = self.sock.recv(co, MOST).await?;
            if data.is_empty() {
                // The last line may lack its newline.
                return Ok((!self.rest.is_empty()).then(|| self.take(self.rest.len())));
            }
            self.rest.extend(data);
        }
    }

    fn take(&mut self, end: usize) -> String {
        let line: Vec<u8> = self.rest.drain(..end).collect();
        String::from_utf8_lossy(&line).chars().filter(|c| !c.is_control()).collect()
    }
}
