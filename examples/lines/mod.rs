//! A connection read line by line, whether with `nc` or with a telnet client.

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
    telnet: Telnet,
}

impl Lines {
    pub fn new(sock: Rc<GenSocket>) -> Lines {
        Lines { sock, rest: Vec::new(), telnet: Telnet::Text }
    }

    /// The next line, without its end, control characters, and what cannot be seen or changes the
    /// direction of writing: they could do harm in somebody else's terminal. `None` at the end of file.
    pub async fn next(&mut self, co: &Co) -> io::Result<Option<String>> {
        loop {
            if let Some((len, end)) = first_line(&self.rest) {
                let line: Vec<u8> = self.rest.drain(..end).collect();
                return Ok(Some(decode(&line[..len])));
            }
            let data = self.sock.recv(co, MOST).await?;
            match (data.is_empty(), self.rest.is_empty()) {
                (true, true) => return Ok(None),
                (true, false) => self.rest.push(b'\n'), // the last line may lack it
                _ => self.rest.extend(data.into_iter().filter(|&byte| self.telnet.is_text(byte))),
            }
        }
    }
}

/// Where in what a telnet client sends: its commands, which begin with a 255, stand amid the text. They
/// are not for people, and no text in UTF-8 has a byte of that number.
enum Telnet {
    Text,
    Command,
    Option,
    Sub,
    SubCommand,
}

impl Telnet {
    fn is_text(&mut self, byte: u8) -> bool {
        let text = matches!((&*self, byte), (Telnet::Text, 0..=254) | (Telnet::Command, 0..=239));
        *self = match (&*self, byte) {
            (Telnet::Text, 255) => Telnet::Command,
            (Telnet::Command, 251..=254) => Telnet::Option, // will, won't, do and don't
            (Telnet::Command, 250) => Telnet::Sub,
            (Telnet::Sub, 255) => Telnet::SubCommand,
            (Telnet::SubCommand, 240) => Telnet::Text,
            (Telnet::Sub | Telnet::SubCommand, _) => Telnet::Sub,
            _ => Telnet::Text,
        };
        text
    }
}

// The length of the first line, and of the line with its end.
fn first_line(rest: &[u8]) -> Option<(usize, usize)> {
    if let Some(newline) = rest.iter().take(MOST + 2).position(|&byte| byte == b'\n') {
        let len = newline - usize::from(rest[..newline].ends_with(b"\r"));
        if len <= MOST {
            return Some((len, newline + 1));
        }
    }
    // Longer than a line may be, or perhaps only with its end, which is still to come.
    (rest.len() >= MOST + 2).then(|| {
        // The bytes of a letter stay together; no letter has more than four.
        let begins = |&i: &usize| rest[i] & 0xC0 != 0x80;
        let cut = (MOST - 3..=MOST).rev().find(begins).unwrap_or(MOST);
        (cut, cut)
    })
}

fn decode(line: &[u8]) -> String {
    let hidden = |c: char| {
        matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
    };
    let visible = |c: &char| !c.is_control() && !hidden(*c);
    String::from_utf8_lossy(line).chars().filter(visible).collect()
}
